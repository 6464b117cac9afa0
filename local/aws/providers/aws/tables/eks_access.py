"""Who comes into a cluster, and what its pods may do in AWS."""

from __future__ import annotations

from typing import Final

from local.aws.providers.aws.rows import Call, Read, Row
from local.aws.providers.aws.tables.eks import OF_CLUSTER, tagging

_OF_ENTRY: Final = {**OF_CLUSTER, "principalArn": "{principalArn}"}
_OF_ASSOCIATION: Final = {**OF_CLUSTER, "associationId": "{association.associationId|associationId}"}

ACCESS_ENTRY: Final = Row(
    type="aws:eks/accessEntry:AccessEntry",
    service="eks",
    create=Call(operation="CreateAccessEntry"),
    id="{clusterName}:{principalArn}",
    reads=(Read(operation="DescribeAccessEntry", request=_OF_ENTRY, path="accessEntry"),),
    updates=(Call(operation="UpdateAccessEntry", request=_OF_ENTRY),),
    delete=Call(operation="DeleteAccessEntry", request=_OF_ENTRY),
    defaults={"type": "STANDARD"},
    identity=frozenset({"clusterName", "principalArn"}),
    tags=tagging("{accessEntryArn}"),
)

ACCESS_POLICY_ASSOCIATION: Final = Row(
    type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    service="eks",
    create=Call(operation="AssociateAccessPolicy"),
    id="{clusterName}#{principalArn}#{policyArn}",
    reads=(
        Read(
            operation="ListAssociatedAccessPolicies",
            request=_OF_ENTRY,
            path="associatedAccessPolicies[?policyArn=='{policyArn}'] | [0]",
            paged=True,
        ),
    ),
    delete=Call(operation="DisassociateAccessPolicy", request={**_OF_ENTRY, "policyArn": "{policyArn}"}),
    computed={"clusterName": "{clusterName}", "principalArn": "{principalArn}"},
    identity=frozenset({"clusterName", "policyArn", "principalArn"}),
)

POD_IDENTITY_ASSOCIATION: Final = Row(
    type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
    service="eks",
    create=Call(operation="CreatePodIdentityAssociation"),
    id="{clusterName},{association.associationId}",
    reads=(Read(operation="DescribePodIdentityAssociation", request=_OF_ASSOCIATION, path="association"),),
    updates=(Call(operation="UpdatePodIdentityAssociation", request=_OF_ASSOCIATION),),
    delete=Call(operation="DeletePodIdentityAssociation", request=_OF_ASSOCIATION),
    identity=frozenset({"clusterName", "namespace", "serviceAccount"}),
    tags=tagging("{associationArn}"),
)

ROWS: Final = (ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION, POD_IDENTITY_ASSOCIATION)
