"""The calls that matter, as filter patterns over what the audit trail and the cluster's audit log record.

What succeeded raises an alarm; what AWS or the API server refused does not. Sources: CloudWatch Logs User Guide,
"Filter pattern syntax" (JSON); CloudTrail User Guide, "CloudTrail record contents"; Kubernetes, "Auditing"
(audit.k8s.io/v1); EKS User Guide, "Create access entries", of the names by which a cluster knows IAM principals, and
of the prefixes that are EKS's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr.cluster_role import SERVICE_LINKED_ROLE, USER

if TYPE_CHECKING:
    from spec.place import Place

LONGEST_PATTERN = 1024
"""Characters of a filter pattern (CloudWatch Logs API reference, PutMetricFilter)."""

# Kubernetes itself, and EKS, by whom roles come and are put together; the prefixes can be given to nobody else.
_KUBERNETES = ("eks:*", "system:apiserver", "system:serviceaccount:kube-system:clusterrole-aggregation-controller")
_NO_ERROR = "($.errorCode NOT EXISTS)"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A call that matters."""

    purpose: str
    """Last part of the names of filter, metric and alarm."""
    description: str
    """What happened, for whoever gets the alarm."""
    pattern: str
    """The filter pattern that finds it in the log."""


def of_trail(place: Place, deployer: str | None) -> tuple[Alarm, ...]:
    """The alarms on what the audit trail records; IAM's calls are recorded in us-east-1, so it takes all Regions'."""
    role = "$.requestParameters.executionRoleArn"
    ours = f"arn:{place.partition}:iam::{place.account}:role/{place.platform}-*"
    entries = ("CreateAccessEntry", "UpdateAccessEntry", "DeleteAccessEntry", "AssociateAccessPolicy")
    return (
        Alarm(
            purpose="foreign-job-role",
            description=f"A job was started with an IAM role that is not one of platform {place.platform}",
            # A job of a template that holds the role names none here.
            pattern=_call("emr-containers", ["StartJobRun"], f'({role} = "*")', f'({role} != "{ours}")'),
        ),
        Alarm(
            purpose="trust-policy",
            description=f"Who may become an IAM role of platform {place.platform} was changed",
            pattern=_call("iam", ["UpdateAssumeRolePolicy"], f'($.requestParameters.roleName = "{place.platform}-*")'),
        ),
        Alarm(
            purpose="virtual-cluster-deletion",
            description="A virtual cluster of EMR on EKS was deleted",
            pattern=_call("emr-containers", ["DeleteVirtualCluster"]),
        ),
        Alarm(
            purpose="access-entries",
            description=f"Who may enter cluster {place.platform} was changed in EKS, by others than the deployer",
            pattern=_call(
                "eks",
                [*entries, "DisassociateAccessPolicy"],
                f'($.requestParameters.name = "{place.platform}")',
                *_nobody_of("$.userIdentity.arn", _sessions(deployer)),
            ),
        ),
        Alarm(
            purpose="trail-change",
            description="An audit trail of the account was stopped, changed or deleted",
            pattern=_call("cloudtrail", ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"]),
        ),
    )


def of_cluster(place: Place, deployer: str | None) -> tuple[Alarm, ...]:
    """The alarms on what the Kubernetes API server of the platform's cluster records in its audit log."""
    emr = _sessions(f"arn:{place.partition}:iam::{place.account}:role/{SERVICE_LINKED_ROLE}")
    others = _nobody_of("$.user.username", [USER, *emr, *_sessions(deployer), *_KUBERNETES])
    # To delete all ConfigMaps of the namespace names none of them.
    mapping = '(($.objectRef.name = "aws-auth") || ($.verb = "deletecollection"))'
    return (
        Alarm(
            purpose="aws-auth",
            description=f"Who may enter cluster {place.platform} was changed in ConfigMap aws-auth",
            pattern=_change(
                '($.objectRef.resource = "configmaps")', '($.objectRef.namespace = "kube-system")', mapping
            ),
        ),
        Alarm(
            purpose="rbac",
            description=f"Kubernetes roles of cluster {place.platform} were changed by neither EMR nor the deployer",
            pattern=_change('($.objectRef.apiGroup = "rbac.authorization.k8s.io")', *others),
        ),
        Alarm(
            purpose="admission-policies",
            description=f"What cluster {place.platform} admits was changed",
            pattern=_change(
                '($.objectRef.apiGroup = "admissionregistration.k8s.io")',
                # Kubernetes writes what it finds in a policy into its status; EKS keeps webhooks of its own.
                "($.objectRef.subresource NOT EXISTS)",
                *_nobody_of("$.user.username", ["eks:*", "system:apiserver"]),
            ),
        ),
    )


def _call(service: str, events: list[str], *conditions: str) -> str:
    """A call of some operations that CloudTrail recorded."""
    named = " || ".join(f'($.eventName = "{event}")' for event in events)
    source = f'($.eventSource = "{service}.amazonaws.com")'
    return _all(source, f"({named})" if len(events) > 1 else named, *conditions, _NO_ERROR)


def _change(*conditions: str) -> str:
    """A request that changed something in Kubernetes: not one that reads, tries out or was refused."""
    return _all(
        '($.stage = "ResponseComplete")',
        *conditions,
        *(f'($.verb != "{verb}")' for verb in ("get", "list", "watch")),
        '($.requestURI != "*dryRun=All*")',
        "($.responseStatus.code < 400)",
    )


def _all(*conditions: str) -> str:
    return "{ " + " && ".join(conditions) + " }"


def _nobody_of(selector: str, names: list[str]) -> list[str]:
    return [f'({selector} != "{name}")' for name in names]


def _sessions(principal: str | None) -> list[str]:
    """How the calls of an IAM principal are signed: a role's by its sessions, a user's by the user."""
    if principal is None:
        return []
    head, _, name = principal.partition("/")
    if head.endswith(":role"):
        sessions = head.replace(":iam:", ":sts:").removesuffix("role")
        return [f"{sessions}assumed-role/{name.rpartition('/')[2]}/*"]
    return [principal]
