"""Policies of VPC endpoints: who may ask what of AWS through them.

They grant nothing, they fence in: a call needs the leave of the endpoint's policy and that of principal and resource
(AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies"). Hence actions such as `ec2:*` for
the principals of one account: what each of them may do is said in its own policies, and a list here would only break
what changes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr import registries
from emr.fault import Fault
from iam.documents import SizeLimit, document
from iam.names import partition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Document, Statement

LIMIT = SizeLimit(
    what="an endpoint's policy",
    characters=20480,
    way_out="fewer buckets of other accounts: one for several teams, each with its own prefix",
)
"""VPC quotas, "VPC endpoints"; AWS counts white space too, but rendered documents have none."""

READING = (
    "emr-containers:DescribeJobRun",
    "emr-containers:DescribeVirtualCluster",
    "emr-containers:ListJobRuns",
    "emr-containers:ListTagsForResource",
    "emr-containers:ListVirtualClusters",
)
"""What the EMR on EKS guide counts as reading in its sample of an endpoint policy."""

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_SIGNED = ("sts:AssumeRole", "sts:DecodeAuthorizationMessage", "sts:GetCallerIdentity", "sts:TagSession")
_WITHOUT_POLICY = ("eks-auth", "oidc-eks")
"""The cluster's OIDC endpoint takes none (EKS User Guide); of EKS Auth AWS does not say that it takes one, and an
endpoint whose service takes none cannot be made with one."""
_PREFIXES = {"monitoring": "cloudwatch"}
_ALL_OF_EMR = "emr-containers:*"


def check_form(policy: Document) -> list[Fault]:
    """What keeps a document from being an endpoint's policy: statements, each with whom it is about, and no more.

    Source: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies"; a `Version` may be there.
    """
    faults = [
        Fault(
            where=key,
            given="a part of the policy",
            allowed="Statement, and Version",
            why="the policy of an endpoint has no other parts",
            write="nothing: take it out",
        )
        for key in policy
        if key not in ("Statement", "Version")
    ]
    nameless = [index for index, each in enumerate(policy.get("Statement", [])) if not each.get("Principal")]
    return faults + [
        Fault(
            where=f"Statement[{index}].Principal",
            given="nothing",
            allowed="one or more principals, or *",
            why="an endpoint belongs to nobody whom the statement could else be about",
            write='"Principal": {"AWS": ["123456789012"]}, the account whose calls go through',
        )
        for index in nameless
    ]


def only_principals(arns: Sequence[str]) -> Document:
    """For EMR on EKS: everything, but for the named principals only (the guide's "specific IAM principal")."""
    return document(_emr("Allow", list(arns)))


def only_reading(account: str) -> Document:
    """For EMR on EKS: reading only, and for the principals of one account only (the guide's "read-only access")."""
    return document(
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": [account]},
            "Action": list(READING),
            "Resource": "*",  # listing is about no one resource
        }
    )


def without_principals(principals: Sequence[str]) -> Document:
    """For EMR on EKS: everything, but for nobody of some accounts or ARNs (the guide's "deny an AWS account")."""
    return document(_emr("Allow"), _emr("Deny", list(principals)))


def without_virtual_cluster(arn: str, account: str) -> Document:
    """For EMR on EKS: everything, but one virtual cluster is closed to an account (the guide's last sample).

    Actions that are about no virtual cluster stay open, such as ListVirtualClusters.
    """
    return document(_emr("Allow"), {**_emr("Deny", [account]), "Resource": arn})


def default(
    service: str, *, region: str, account: str, buckets: Sequence[str] = (), persistent_ui: bool = True
) -> Document | None:
    """The policy of an endpoint unless someone chooses another; None where the service takes none.

    Args:
        service: the service as endpoints name it, such as `ecr.api`.
        region: AWS Region of the endpoint, one of EMR on EKS.
        account: the platform's account; no principal of another gets through.
        buckets: buckets of other accounts that the platform's principals may reach.
        persistent_ui: whether jobs may feed EMR's persistent application UI.
    """
    if service in _WITHOUT_POLICY:
        return None
    if service == "s3":
        return _s3(region, account, buckets, persistent_ui=persistent_ui)
    if service == "sts":
        return _sts(region, account)
    if service.startswith("ecr."):
        return _ecr(region, account)
    # The fence is about principals: neither the actions nor the resources of a service are narrowed.
    return document(_own("OwnPrincipals", account, [f"{_PREFIXES.get(service, service)}:*"], "*"))


def _s3(region: str, account: str, buckets: Sequence[str], *, persistent_ui: bool) -> Document:
    """Own buckets and declared ones for own principals; for anyone what AWS has signed the requests for.

    Sources: Amazon ECR User Guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR"; EMR's log sidecar uploads
    event logs to EMR's own bucket with forms that EMR has signed.
    """
    arn = f"arn:{partition(region)}:s3:::"
    own = _own("OwnBuckets", account, ["s3:*"], f"{arn}*")
    own["Condition"]["StringEquals"]["aws:ResourceAccount"] = account
    statements = [own]
    if buckets:
        named = [f"{arn}{bucket}{part}" for bucket in sorted(set(buckets)) for part in ("", "/*")]
        statements.append(_own("DeclaredBuckets", account, ["s3:*"], named))
    statements.append(_anyone("ImageLayers", ["s3:GetObject"], f"{arn}prod-{region}-starport-layer-bucket/*"))
    if persistent_ui:
        statements.append(_anyone("PersistentUi", ["s3:PutObject"], f"{arn}prod.{region}.appinfo.src/*"))
    return document(*statements)


def _sts(region: str, account: str) -> Document:
    """A job exchanges its token for credentials without signing: the call has no principal, only a role."""
    roles = f"arn:{partition(region)}:iam::{account}:role/*"
    return document(
        # GetCallerIdentity is about no resource, and a role may live in an account that trusts one of ours.
        _own("OwnPrincipals", account, list(_SIGNED), "*"),
        _anyone("WebIdentity", ["sts:AssumeRoleWithWebIdentity"], roles),
    )


def _ecr(region: str, account: str) -> Document:
    accounts = sorted({account, *registries.of_aws(region)})
    return document(
        _own("LogIn", account, ["ecr:GetAuthorizationToken"], "*"),  # the call is about no repository
        _own(
            "Pull",
            account,
            list(_PULL),
            [f"arn:{partition(region)}:ecr:{region}:{each}:repository/*" for each in accounts],
        ),
    )


def _emr(effect: str, principals: Sequence[str] = ()) -> Statement:
    principal = {"AWS": list(principals)} if principals else "*"
    # All of the API, as in the guide's samples: not every action is about a resource.
    return {"Effect": effect, "Principal": principal, "Action": _ALL_OF_EMR, "Resource": "*"}


def _own(sid: str, account: str, actions: list[str], resources: str | list[str]) -> Statement:
    return {
        **_anyone(sid, actions, resources),
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
    }


def _anyone(sid: str, actions: list[str], resources: str | list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resources}
