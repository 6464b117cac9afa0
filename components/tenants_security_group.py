"""The security group that the pods of all tenants have."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import names
from spec.place import Place

_DNS, _HTTPS = 53, 443


@dataclass(frozen=True, kw_only=True)
class TenantsSecurityGroupArgs:
    """What every tenant's pods must reach."""

    place: Place
    """Platform, account and Region."""
    vpc_id: pulumi.Input[str]
    """The VPC of the cluster."""
    cluster_security_group_id: pulumi.Input[str]
    """Group of the control plane and of nodes, on which DNS runs."""
    endpoints_security_group_id: pulumi.Input[str]
    """Group of the VPC's interface endpoints."""
    prefix_list_ids: Mapping[str, pulumi.Input[str]]
    """Prefix lists of the services that are reached by gateway endpoints, such as S3, by service."""


class TenantsSecurityGroup(pulumi.ComponentResource):
    """One group that leads to DNS, the API server and AWS, and into which nothing leads.

    The groups of cluster and endpoints admit it once, so that no group grows with the number of tenants: a group takes
    60 rules. Its members do not belong together, and do not reach each other by it.
    """

    security_group_id: pulumi.Output[str]
    """Id of the group, known once it leads to all of them and all of them admit it."""

    def __init__(self, name: str, args: TenantsSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:TenantsSecurityGroup", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        label = names.tenants_security_group(args.place.platform)
        self._group = aws.ec2.SecurityGroup(
            f"{name}-group",
            name=label,
            description="Pods of all tenants",
            vpc_id=args.vpc_id,
            tags={"Name": label},
            opts=self._child,
        )
        cluster, endpoints = args.cluster_security_group_id, args.endpoints_security_group_id
        rules = [
            *self._lead_to("dns-udp", "DNS", cluster, "udp", _DNS),
            *self._lead_to("dns-tcp", "DNS", cluster, "tcp", _DNS),
            *self._lead_to("api-server", "API server", cluster, "tcp", _HTTPS),
            *self._lead_to("endpoints", "Endpoints of AWS services", endpoints, "tcp", _HTTPS),
            *(self._lead_to_service(service, list_id) for service, list_id in args.prefix_list_ids.items()),
        ]
        # By URN, which a preview knows too.
        self.security_group_id = pulumi.Output.all(self._group.id, *(rule.urn for rule in rules)).apply(
            lambda ids: ids[0]
        )
        self.register_outputs({"securityGroupId": self.security_group_id})

    def _lead_to(
        self, what: str, description: str, group: pulumi.Input[str], protocol: str, port: int
    ) -> list[pulumi.Resource]:
        """Lead to a group, and let that group admit it."""
        return [
            aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-to-{what}",
                security_group_id=self._group.id,
                referenced_security_group_id=group,
                description=description,
                ip_protocol=protocol,
                from_port=port,
                to_port=port,
                opts=self._child,
            ),
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-admitted-to-{what}",
                security_group_id=group,
                referenced_security_group_id=self._group.id,
                description=f"Pods of all tenants: {description}",
                ip_protocol=protocol,
                from_port=port,
                to_port=port,
                opts=self._child,
            ),
        ]

    def _lead_to_service(self, service: str, list_id: pulumi.Input[str]) -> pulumi.Resource:
        return aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-{service}",
            security_group_id=self._group.id,
            prefix_list_id=list_id,
            description=f"{service} by its gateway endpoint",
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            opts=self._child,
        )
