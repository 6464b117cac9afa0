"""A tenant: one data team's isolated place to run Spark."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.tenant.emr_access import EmrAccess, EmrAccessArgs
from components.tenant.events import JobEvents, JobEventsArgs
from components.tenant.job_role import JobRole, JobRoleArgs
from components.tenant.job_templates import JobTemplates, JobTemplatesArgs
from components.tenant.logs import TenantLogs, TenantLogsArgs
from components.tenant.namespace import TenantNamespace, TenantNamespaceArgs
from components.tenant.network import TenantNetwork, TenantNetworkArgs
from components.tenant.pod_templates import PodTemplates, PodTemplatesArgs
from components.tenant.submitters import Submitters, SubmittersArgs
from components.virtual_cluster import SchedulerConfiguration, VirtualCluster, VirtualClusterArgs
from iam import s3
from spec.contracts import TenantContract, exported
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_network import Ranges
from spec.tenant_policies import cluster_tags


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """What the tenant's team wrote, and the cluster it comes to."""

    spec: TenantSpec
    """The tenant's file."""
    place: Place
    """Platform, account and Region."""
    retain: bool
    """Whether the tenant's logs stay when it goes."""
    logs_bucket: str
    """Bucket of the logs of all tenants' jobs."""
    logs_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts logs, in S3 and in CloudWatch."""
    artefacts_bucket: str
    """Bucket of what jobs are started from."""
    data_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts that bucket."""
    priority_classes: Sequence[pulumi.Input[str]]
    """Classes that the tenant's pods may name, known once the guard of admission holds."""
    boundary: str | None = None
    """ARN of the policy that bounds what roles of tenants can be given, unless the tenant's file names another."""
    driver_priority_class: pulumi.Input[str]
    """The one of these classes that drivers have."""
    spot: bool
    """Whether its executors run on spot nodes."""
    vpc_id: pulumi.Input[str]
    """The VPC of the cluster."""
    ranges: Ranges
    """IPv4 ranges of the VPC and the cluster."""
    tenants_security_group_id: pulumi.Input[str]
    """The security group of all tenants' pods, known once it leads to the cluster and to AWS."""
    event_bus: pulumi.Input[str]
    """Name of the platform's event bus, known once events come."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster, known once EMR may act in it."""
    oidc_issuer: pulumi.Input[str]
    """OIDC issuer of the cluster, host and path without `https://`."""
    oidc_provider_arn: pulumi.Input[str]
    """ARN of the IAM OIDC provider of that issuer."""


class Tenant(pulumi.ComponentResource):
    """Namespace and its fence, EMR's access to it, logs, job roles, policies of people, virtual cluster and events.

    The virtual cluster comes last and goes first: without access to its namespace EMR can neither register it nor
    end it, and leaves it ARRESTED.
    """

    contract: TenantContract[pulumi.Output[str]]
    """What others need to know of the tenant."""

    def __init__(self, name: str, args: TenantArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Tenant", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = TenantNamespace(
            name,
            TenantNamespaceArgs(
                tenant=args.spec,
                place=args.place,
                priority_classes=args.priority_classes,
                driver_priority_class=args.driver_priority_class,
            ),
            child,
        )
        # EMR may work in the namespace once nobody else can come into its pods.
        network = TenantNetwork(
            f"{name}-network",
            TenantNetworkArgs(
                tenant=args.spec,
                place=args.place,
                namespace=namespace.name,
                vpc_id=args.vpc_id,
                ranges=args.ranges,
                tenants_security_group_id=args.tenants_security_group_id,
            ),
            child,
        )
        access = EmrAccess(f"{name}-emr", EmrAccessArgs(namespace=network.namespace), child)
        log_place = s3.of_tenant(args.logs_bucket, args.spec.name)
        artefact_place = s3.of_tenant(args.artefacts_bucket, args.spec.name)
        logs = TenantLogs(
            f"{name}-logs",
            TenantLogsArgs(tenant=args.spec, place=args.place, key_arn=args.logs_key_arn, retain=args.retain),
            child,
        )
        roles = {
            role.name: JobRole(
                f"{name}-{role.name}",
                JobRoleArgs(
                    spec=role,
                    tenant=args.spec,
                    place=args.place,
                    logs=log_place,
                    logs_key_arn=args.logs_key_arn,
                    artefacts=artefact_place,
                    artefacts_key_arn=args.data_key_arn,
                    boundary=args.spec.boundary or args.boundary,
                    cluster_name=args.cluster_name,
                    oidc_issuer=args.oidc_issuer,
                    oidc_provider_arn=args.oidc_provider_arn,
                ),
                child,
            )
            for role in args.spec.roles
        }
        pod_templates = PodTemplates(
            f"{name}-pod-templates",
            PodTemplatesArgs(tenant=args.spec, artefacts=artefact_place, spot=args.spot),
            child,
        )
        job_templates = JobTemplates(
            f"{name}-job-templates",
            JobTemplatesArgs(
                tenant=args.spec,
                place=args.place,
                role_arns={key: role.arn for key, role in roles.items()},
                pod_template_uris=pod_templates.uris,
                after=[pod_templates],
                logs_uri=log_place.uri,
            ),
            child,
        )
        submitters = Submitters(
            f"{name}-access",
            SubmittersArgs(
                tenant=args.spec,
                place=args.place,
                logs=log_place,
                logs_key_arn=args.logs_key_arn,
                template_ids=tuple(job_templates.ids.values()) if args.spec.template_only else (),
            ),
            child,
        )
        virtual_cluster = VirtualCluster(
            f"{name}-virtual-cluster",
            VirtualClusterArgs(
                name=f"{args.place.platform}-{args.spec.name}",
                cluster_name=args.cluster_name,
                namespace=network.namespace,
                tags=cluster_tags(args.spec, args.place),
                scheduler_configuration=args.spec.scheduler
                and SchedulerConfiguration(
                    max_concurrent_job_runs=args.spec.scheduler.max_concurrent_job_runs,
                    max_in_queue_job_runs=args.spec.scheduler.max_in_queue_job_runs,
                ),
                drain_on_delete=args.spec.drain_on_delete,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[namespace, access, network]),
        )
        events = JobEvents(
            f"{name}-events",
            JobEventsArgs(
                tenant=args.spec.name,
                spec=args.spec.events,
                place=args.place,
                bus=args.event_bus,
                virtual_cluster_id=virtual_cluster.virtual_cluster_id,
                tags=args.spec.tags,
            ),
            child,
        )
        self.contract = TenantContract(
            name=args.spec.name,
            namespace=namespace.name,
            security_group_id=network.security_group_id,
            virtual_cluster_id=virtual_cluster.virtual_cluster_id,
            virtual_cluster_arn=virtual_cluster.arn,
            job_role_arns={key: role.arn for key, role in roles.items()},
            access_policy_arns=submitters.policy_arns,
            log_group=logs.group,
            logs_uri=log_place.uri,
            artefacts_uri=artefact_place.uri,
            pod_template_uris=pod_templates.uris,
            job_template_ids=job_templates.ids,
            job_events_queue_arn=events.queue_arn,
            job_events_queue_url=events.queue_url,
        )
        self.register_outputs(exported(self.contract))
