"""What a deployer does for the nodes that carry jobs: Karpenter's identity, its queue, and how nodes join.

Source: Service Authorization Reference of EKS, IAM, SQS and EventBridge; EKS User Guide, "Assign an IAM role to a
Kubernetes service account" (what an association of Pod Identity needs of its maker).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import karpenter, names
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from iam.documents import Statement

_MAKING = ("CreatePodIdentityAssociation", "ListPodIdentityAssociations")
_ASSOCIATIONS = (
    "DeletePodIdentityAssociation",
    "DescribePodIdentityAssociation",
    "TagResource",
    "UntagResource",
    "UpdatePodIdentityAssociation",
)
_PROFILE = (
    "AddRoleToInstanceProfile",
    "CreateInstanceProfile",
    "DeleteInstanceProfile",
    "GetInstanceProfile",
    "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile",
    "UntagInstanceProfile",
)
QUEUE = (
    "CreateQueue",
    "DeleteQueue",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListQueueTags",
    "SetQueueAttributes",
    "TagQueue",
    "UntagQueue",
)
"""What a deployer does with a queue."""
RULES = (
    "DeleteRule",
    "DescribeRule",
    "ListTagsForResource",
    "ListTargetsByRule",
    "PutRule",
    "PutTargets",
    "RemoveTargets",
    "TagResource",
    "UntagResource",
)
"""What a deployer does with a rule of EventBridge and its targets."""


def worker(scope: Scope) -> str:
    """ARN of the role of the nodes that Karpenter launches, which gets an access entry."""
    return scope.iam_arn(f"role/{names.platform_role(scope.platform, karpenter.WORKER)}")


def statements(scope: Scope) -> list[Statement]:
    """The statements about Karpenter and its nodes."""
    queue = karpenter.queue_name(scope.platform)
    controller = scope.iam_arn(f"role/{names.platform_role(scope.platform, karpenter.PURPOSE)}")
    associations = scope.arn("eks", f"podidentityassociation/{scope.cluster}/*")
    profile = scope.iam_arn(f"instance-profile/{names.platform_role(scope.platform, karpenter.WORKER)}")

    def to(service: str) -> dict[str, dict[str, str]]:
        return {"StringEquals": {"iam:PassedToService": service}}

    return [
        allow("MakeIdentities", "eks", _MAKING, scope.cluster_arn),
        allow("Identities", "eks", _ASSOCIATIONS, associations),
        allow("PassController", "iam", ["PassRole"], controller, to("pods.eks.amazonaws.com")),
        allow("PassWorker", "iam", ["PassRole"], worker(scope), to("ec2.amazonaws.com")),
        allow("InstanceProfile", "iam", _PROFILE, profile),
        allow("Queue", "sqs", QUEUE, scope.arn("sqs", queue)),
        allow("Rules", "events", RULES, scope.arn("events", f"rule/{queue}-*")),
    ]
