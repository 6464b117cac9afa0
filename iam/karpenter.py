"""What Karpenter may do in AWS, who may become its role, and who may speak to its queue.

It launches and ends instances of one cluster only: whatever it makes it must tag with the cluster, and whatever it
ends must bear that tag. It makes no instance profile, so it needs no right to make one.

Sources: Karpenter documentation, "CloudFormation" (the reference policies, by statement); Service Authorization
Reference of EC2; EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity"; SQS Developer
Guide, "Security best practices".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iam import names
from iam.documents import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Document, Statement

NAMESPACE = "karpenter"
"""Namespace of the controller."""
SERVICE_ACCOUNT = "karpenter"
"""Its service account there."""
PURPOSE = "karpenter"
"""Last part of the name of its role, and of its queue."""
WORKER = "worker"
"""Last part of the name of the role of the nodes it launches, and of their instance profile."""

_MADE = ("fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume")
_TAKEN = ("security-group", "subnet")
_LAUNCH = ("ec2:CreateFleet", "ec2:RunInstances")
_MAKING = ("CreateFleet", "CreateLaunchTemplate", "RunInstances")
_DISCOVERY = (
    "CapacityReservations",
    "Images",
    "InstanceStatus",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "Instances",
    "LaunchTemplates",
    "PlacementGroups",
    "SecurityGroups",
    "SpotPriceHistory",
    "Subnets",
)
_POOL_TAG = "karpenter.sh/nodepool"
_CLUSTER_TAG = "eks:eks-cluster-name"


@dataclass(frozen=True, kw_only=True)
class ClusterScope:
    """One platform's cluster."""

    platform: str
    """Name of the platform, and of its EKS cluster."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""

    @property
    def partition(self) -> str:
        """AWS partition of the Region."""
        return names.partition(self.region)

    def arn(self, service: str, resource: str, *, account: str | None = None) -> str:
        """ARN, or pattern of ARNs, of something in the Region; in this account unless another is given."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account if account is None else account}:{resource}"

    @property
    def owned(self) -> str:
        """Key of the tag, of value `owned`, that makes something the cluster's."""
        return f"kubernetes.io/cluster/{self.platform}"

    @property
    def queue_arn(self) -> str:
        """ARN of the interruption queue."""
        return self.arn("sqs", queue_name(self.platform))


def queue_name(platform: str) -> str:
    """Name of the queue on which EC2 announces interruptions."""
    return names.platform_role(platform, PURPOSE)


def trust(scope: ClusterScope) -> Document:
    """Who may become the controller's role: its one service account in this cluster, by EKS Pod Identity.

    Without the conditions the role would trust every association of the account. The agent sends the tags with each
    session, unless an association says otherwise: this one does not.
    """
    cluster = scope.arn("eks", f"cluster/{scope.platform}")
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "aws:SourceAccount": scope.account,
                    "aws:RequestTag/eks-cluster-arn": cluster,
                    "aws:RequestTag/kubernetes-namespace": NAMESPACE,
                    "aws:RequestTag/kubernetes-service-account": SERVICE_ACCOUNT,
                }
            },
        }
    )


def controller(scope: ClusterScope) -> Document:
    """What the controller may do."""
    return document(*_launching(scope), *_tagging(scope), *_ending(scope), *_reading(scope), *_of_the_platform(scope))


def _launching(scope: ClusterScope) -> list[Statement]:
    public = [scope.arn("ec2", f"{kind}/*", account="") for kind in ("image", "snapshot")]
    private = [scope.arn("ec2", f"{kind}/*") for kind in _TAKEN]
    return [
        # What an instance is launched from and into; it is not changed by that, and groups and subnets are the node
        # class's to name.
        _allow("LaunchFrom", _LAUNCH, [*public, *private]),
        _allow("LaunchByTemplate", _LAUNCH, scope.arn("ec2", "launch-template/*"), _tagged(scope, "Resource")),
        _allow("Launch", [*_LAUNCH, "ec2:CreateLaunchTemplate"], _made(scope), _tagged(scope, "Request")),
    ]


def _tagging(scope: ClusterScope) -> list[Statement]:
    made = _tagged(scope, "Request")
    made["StringEquals"]["ec2:CreateAction"] = list(_MAKING)
    later: dict[str, Any] = _tagged(scope, "Resource")
    later["StringEqualsIfExists"] = {f"aws:RequestTag/{_CLUSTER_TAG}": scope.platform}
    later["ForAllValues:StringEquals"] = {"aws:TagKeys": [_CLUSTER_TAG, "Name", "karpenter.sh/nodeclaim"]}
    return [
        _allow("TagWhatIsMade", ["ec2:CreateTags"], _made(scope), made),
        _allow("TagInstances", ["ec2:CreateTags"], scope.arn("ec2", "instance/*"), later),
    ]


def _ending(scope: ClusterScope) -> list[Statement]:
    mine = [scope.arn("ec2", f"{kind}/*") for kind in ("instance", "launch-template")]
    operations = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    return [_allow("End", operations, mine, _tagged(scope, "Resource"))]


def _reading(scope: ClusterScope) -> list[Statement]:
    here = {"StringEquals": {"aws:RequestedRegion": scope.region}}
    profiles = f"arn:{scope.partition}:iam::{scope.account}:instance-profile/{scope.platform}_*"
    images = scope.arn("ssm", "parameter/aws/service/*", account="")
    return [
        # EC2 judges no describing by resource (Service Authorization Reference, actions "Describe*").
        _allow("Discover", [f"ec2:Describe{what}" for what in _DISCOVERY], "*", here),
        _allow("FindImages", ["ssm:GetParameter"], images),
        # Prices have no ARN; their API is in few Regions, so the Region is no condition.
        _allow("Prices", ["pricing:GetProducts"], "*"),
        # Before a node class goes it looks for profiles that it has made for it, of which there are none; a list has
        # no ARN, and one that an early Karpenter made would be named after the cluster.
        _allow("ListProfiles", ["iam:ListInstanceProfiles"], "*"),
        _allow("FindEarlyProfile", ["iam:GetInstanceProfile"], profiles),
    ]


def _of_the_platform(scope: ClusterScope) -> list[Statement]:
    node = f"arn:{scope.partition}:iam::{scope.account}:role/{names.platform_role(scope.platform, WORKER)}"
    passed = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    reading = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    return [
        _allow("GiveNodesTheirRole", ["iam:PassRole"], node, passed),
        _allow("Cluster", ["eks:DescribeCluster"], scope.arn("eks", f"cluster/{scope.platform}")),
        _allow("Interruptions", reading, scope.queue_arn),
    ]


def queue(scope: ClusterScope, rule_arns: Sequence[str]) -> Document:
    """Policy of the queue: the platform's rules of EventBridge may send, and nobody speaks plain HTTP."""
    using = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]
    return document(
        {
            "Sid": "LetRulesSend",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": scope.queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
        },
        {
            "Sid": "RefuseWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": using,
            "Resource": scope.queue_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


def _made(scope: ClusterScope) -> list[str]:
    return [scope.arn("ec2", f"{kind}/*") for kind in _MADE]


def _tagged(scope: ClusterScope, where: str) -> dict[str, dict[str, Any]]:
    """The condition that the tags, of the request or of the resource, make something a node pool's of the cluster."""
    of_cluster = {f"aws:{where}Tag/{scope.owned}": "owned"}
    if where == "Request":
        of_cluster[f"aws:RequestTag/{_CLUSTER_TAG}"] = scope.platform
    return {"StringEquals": of_cluster, "StringLike": {f"aws:{where}Tag/{_POOL_TAG}": "*"}}


def _allow(
    sid: str, actions: Sequence[str], resource: str | list[str], condition: dict[str, Any] | None = None
) -> Statement:
    limits = {"Condition": condition} if condition else {}
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource, **limits}
