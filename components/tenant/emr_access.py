"""What lets EMR work in a tenant's namespace."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from emr.cluster_role import ROLE_NAME, RULES, USER

_API_GROUP = "rbac.authorization.k8s.io"


@dataclass(frozen=True, kw_only=True)
class EmrAccessArgs:
    """Where EMR may work."""

    namespace: pulumi.Input[str]
    """Name of the namespace."""


class EmrAccess(pulumi.ComponentResource):
    """The Role of Kubernetes user `emr-containers` in one namespace, and its RoleBinding."""

    def __init__(self, name: str, args: EmrAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:EmrAccess", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=ROLE_NAME, namespace=args.namespace)
        role = kubernetes.rbac.v1.Role(
            f"{name}-role",
            metadata=metadata,
            rules=[
                kubernetes.rbac.v1.PolicyRuleArgs(
                    api_groups=list(rule.api_groups), resources=list(rule.resources), verbs=list(rule.verbs)
                )
                for rule in RULES
            ],
            opts=child,
        )
        kubernetes.rbac.v1.RoleBinding(
            f"{name}-binding",
            metadata=metadata,
            subjects=[kubernetes.rbac.v1.SubjectArgs(kind="User", name=USER, api_group=_API_GROUP)],
            role_ref=kubernetes.rbac.v1.RoleRefArgs(kind="Role", name=ROLE_NAME, api_group=_API_GROUP),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        self.register_outputs({})
