"""Whom the pods of a tenant may talk to, by policy and by security group."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from iam import names
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_network import POLICY_NAME, Ranges, known_ports, network_policy, security_group_policy


@dataclass(frozen=True, kw_only=True)
class TenantNetworkArgs:
    """Whose pods they are, and where they run."""

    tenant: TenantSpec
    """The tenant, with its peers and destinations."""
    place: Place
    """Platform, account and Region."""
    namespace: pulumi.Input[str]
    """Its namespace."""
    vpc_id: pulumi.Input[str]
    """The VPC of the cluster."""
    ranges: Ranges
    """IPv4 ranges of the VPC and the cluster."""
    tenants_security_group_id: pulumi.Input[str]
    """The security group of all tenants' pods, known once it leads to the cluster and to AWS."""


class TenantNetwork(pulumi.ComponentResource):
    """One NetworkPolicy that refuses all but what is named, and a security group of the tenant's own.

    Every pod gets two groups: the shared one leads to DNS, the API server and AWS; its own holds who belongs together,
    so that a database can admit this tenant and no other, and leads to what the tenant's file names. Nothing is let in
    from nodes: a node's probes of its own pods are not filtered in the network plugin's mode `standard`.
    """

    security_group_id: pulumi.Output[str]
    """Id of the tenant's own group, for databases to admit."""
    namespace: pulumi.Output[str]
    """The namespace, known once both fences stand around it."""

    def __init__(self, name: str, args: TenantNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:TenantNetwork", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        group = self._group()
        rules = self._rules(group)
        # By URN, which a preview knows too.
        whole = pulumi.Output.all(group.id, *(rule.urn for rule in rules)).apply(lambda ids: ids[0])
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=POLICY_NAME, namespace=args.namespace)
        document: Any = network_policy(args.tenant, args.ranges)
        policy = kubernetes.networking.v1.NetworkPolicy(
            f"{name}-policy", metadata=metadata, spec=document, opts=self._child
        )
        groups = kubernetes.apiextensions.CustomResource(
            f"{name}-groups",
            api_version="vpcresources.k8s.aws/v1beta1",
            kind="SecurityGroupPolicy",
            metadata=metadata,
            spec=security_group_policy([whole, args.tenants_security_group_id]),
            opts=self._child,
        )
        self.security_group_id = group.id
        self.namespace = pulumi.Output.all(args.namespace, policy.urn, groups.urn).apply(lambda values: values[0])
        self.register_outputs({"securityGroupId": self.security_group_id, "namespace": self.namespace})

    def _group(self) -> aws.ec2.SecurityGroup:
        tenant, name = self._args.tenant, names.tenant_security_group(self._args.place.platform, self._args.tenant.name)
        return aws.ec2.SecurityGroup(
            f"{self._name}-group",
            name=name,
            description=f"Pods of tenant {tenant.name}",
            vpc_id=self._args.vpc_id,
            tags={"Name": name, **tenant.tags},
            opts=self._child,
        )

    def _rules(self, group: aws.ec2.SecurityGroup) -> list[pulumi.Resource]:
        """Let the tenant's pods talk to each other, on the ports that Spark picks, and out to its destinations."""
        own: dict[str, Any] = {"security_group_id": group.id, "ip_protocol": "-1"}
        rules: list[pulumi.Resource] = [
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-from-itself",
                **own,
                referenced_security_group_id=group.id,
                description="Pods of the tenant",
                opts=self._child,
            ),
            aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-to-itself",
                **own,
                referenced_security_group_id=group.id,
                description="Pods of the tenant",
                opts=self._child,
            ),
        ]
        for destination in self._args.tenant.network.destinations:
            for ports in known_ports(destination):
                where = destination.cidr.replace("/", "-")
                rules.append(
                    aws.vpc.SecurityGroupEgressRule(
                        f"{self._name}-to-{where}-{ports.protocol}-{ports.first}-{ports.last}",
                        security_group_id=group.id,
                        description=destination.why or f"Declared by tenant {self._args.tenant.name}",
                        cidr_ipv4=destination.cidr,
                        ip_protocol=ports.protocol,
                        from_port=ports.first,
                        to_port=ports.last,
                        opts=self._child,
                    )
                )
        return rules
