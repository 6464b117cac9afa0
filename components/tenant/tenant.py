"""A tenant: one data team's isolated place to run Spark."""

from dataclasses import dataclass

import pulumi

from components.tenant.emr_access import EmrAccess, EmrAccessArgs
from components.tenant.job_role import JobRole, JobRoleArgs
from components.tenant.namespace import TenantNamespace, TenantNamespaceArgs
from components.virtual_cluster import VirtualCluster, VirtualClusterArgs
from iam import names
from spec.contracts import TenantContract, exported
from spec.place import Place
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """What the tenant's team wrote, and the cluster it comes to."""

    spec: TenantSpec
    """The tenant's file."""
    place: Place
    """Platform, account and Region."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster, known once EMR may act in it."""
    oidc_issuer: pulumi.Input[str]
    """OIDC issuer of the cluster, host and path without `https://`."""
    oidc_provider_arn: pulumi.Input[str]
    """ARN of the IAM OIDC provider of that issuer."""


class Tenant(pulumi.ComponentResource):
    """Namespace, EMR's access to it, job roles and virtual cluster.

    The virtual cluster comes last and goes first: without access to its namespace EMR can neither register it nor
    end it, and leaves it ARRESTED.
    """

    contract: TenantContract[pulumi.Output[str]]
    """What others need to know of the tenant."""

    def __init__(self, name: str, args: TenantArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Tenant", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = TenantNamespace(name, TenantNamespaceArgs(tenant=args.spec), child)
        access = EmrAccess(f"{name}-emr", EmrAccessArgs(namespace=namespace.name), child)
        roles = {
            role.name: JobRole(
                f"{name}-{role.name}",
                JobRoleArgs(
                    spec=role,
                    tenant=args.spec,
                    place=args.place,
                    oidc_issuer=args.oidc_issuer,
                    oidc_provider_arn=args.oidc_provider_arn,
                ),
                child,
            )
            for role in args.spec.roles
        }
        virtual_cluster = VirtualCluster(
            f"{name}-virtual-cluster",
            VirtualClusterArgs(
                name=f"{args.place.platform}-{args.spec.name}",
                cluster_name=args.cluster_name,
                namespace=namespace.name,
                tags={"platform": args.place.platform, **args.spec.tags},
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[namespace, access]),
        )
        self.contract = TenantContract(
            name=args.spec.name,
            namespace=namespace.name,
            virtual_cluster_id=virtual_cluster.virtual_cluster_id,
            virtual_cluster_arn=virtual_cluster.arn,
            job_role_arns={key: role.arn for key, role in roles.items()},
            log_group=names.log_group(args.place.platform, args.spec.name),
        )
        self.register_outputs(exported(self.contract))
