"""The VPC's own ways to AWS services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import images
from emr import registries
from iam import endpoints
from iam.documents import Document, check_size, render
from spec.endpoints import GATEWAYS, chosen
from spec.network import NetworkSpec
from spec.place import Place
from spec.subnets import layout

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class VpcEndpointsArgs:
    """Which services are reached from which VPC, and what may be asked of them."""

    spec: NetworkSpec
    """The network, with the services that are chosen."""
    place: Place
    """Platform, account and Region."""
    vpc_id: pulumi.Input[str]
    """The VPC; it must resolve DNS names and give hosts names."""
    private_subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the endpoints' interfaces, one a zone."""
    route_table_ids: Sequence[pulumi.Input[str]]
    """Route tables of private and pod subnets, which get the routes to gateway endpoints."""
    buckets: Sequence[str]
    """Buckets that may be reached beside those of the platform's own account."""
    policies: Mapping[str, Document] = field(default_factory=dict[str, Document])
    """A policy of one's own for a service, instead of the default of `iam.endpoints`; by default none."""


class VpcEndpoints(pulumi.ComponentResource):
    """Endpoints of the services that the network chooses, closed to principals of other accounts.

    Their interfaces answer to private and pod subnets, on port 443 only, under the services' usual names.
    """

    security_group_id: pulumi.Output[str]
    """Id of the security group of all interfaces."""
    gateway_prefix_list_ids: Mapping[str, pulumi.Output[str]]
    """Prefix list of each service that has a gateway endpoint, by service."""
    private_subnet_ids: tuple[pulumi.Output[str], ...]
    """Ids of the private subnets, known once all endpoints exist: in a VPC without NAT nothing runs before."""

    def __init__(self, name: str, args: VpcEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:VpcEndpoints", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        group = self._group()
        rules = self._rules(group)
        self.security_group_id = pulumi.Output.all(group.id, *(rule.urn for rule in rules)).apply(lambda ids: ids[0])
        # By URN, which a preview knows too: subnets would seem to change where an endpoint is yet to come.
        endpoints_of = {service: self._endpoint(service) for service in chosen(args.spec)}
        made = [endpoint.urn for endpoint in endpoints_of.values()]
        self.gateway_prefix_list_ids = {
            service: endpoint.prefix_list_id for service, endpoint in endpoints_of.items() if service in GATEWAYS
        }
        self.private_subnet_ids = tuple(
            pulumi.Output.all(subnet, *made).apply(lambda ids: ids[0]) for subnet in args.private_subnet_ids
        )
        if args.spec.nat == "none":
            self._say_what_to_mirror()
        self.register_outputs(
            {
                "securityGroupId": self.security_group_id,
                "gatewayPrefixListIds": self.gateway_prefix_list_ids,
                "privateSubnetIds": list(self.private_subnet_ids),
            }
        )

    def _group(self) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            f"{self._name}-group",
            name=f"{self._args.place.platform}-endpoints",
            description="Interface endpoints of AWS services",
            vpc_id=self._args.vpc_id,
            tags={"Name": f"{self._args.place.platform}-endpoints"},
            opts=self._child,
        )

    def _rules(self, group: aws.ec2.SecurityGroup) -> list[aws.vpc.SecurityGroupIngressRule]:
        """Let private and pod subnets in; nothing goes out but answers."""
        spec = self._args.spec
        ranges = layout(spec.cidr, spec.pod_cidr)
        callers = {"private": ranges.private, "pods": ranges.pods}
        return [
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-from-{kind}-{zone}",
                security_group_id=group.id,
                description=f"HTTPS from the {kind} subnet of zone {zone}",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                opts=self._child,
            )
            for kind, cidrs in callers.items()
            for zone, cidr in zip(spec.zones, cidrs, strict=True)
        ]

    def _endpoint(self, service: str) -> aws.ec2.VpcEndpoint:
        args = self._args
        policy = args.policies.get(service) or endpoints.default(
            service,
            region=args.place.region,
            account=args.place.account,
            buckets=args.buckets,
            persistent_ui=args.spec.persistent_ui,
        )
        if policy and (faults := [*endpoints.check_form(policy), *check_size(policy, endpoints.LIMIT)]):
            raise pulumi.RunError(f"the endpoint of {service} cannot have its policy\n{faults[0]}")
        gateway = service in GATEWAYS
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service.replace('.', '-')}",
            vpc_id=args.vpc_id,
            service_name=self._service_name(service),
            vpc_endpoint_type="Gateway" if gateway else "Interface",
            route_table_ids=args.route_table_ids if gateway else None,
            subnet_ids=None if gateway else args.private_subnet_ids,
            security_group_ids=None if gateway else [self.security_group_id],
            private_dns_enabled=None if gateway else True,
            policy=render(policy) if policy else None,
            tags={"Name": f"{args.place.platform}-{service}"},
            opts=self._child,
        )

    def _service_name(self, service: str) -> str:
        return f"com.amazonaws.{self._args.place.region}.{service}"

    def _say_what_to_mirror(self) -> None:
        region = self._args.place.region
        outside = [image for image in images.OF_CHARTS if registries.beyond_endpoints(image, region)]
        listed = "".join(f"\n  {image}" for image in outside)
        pulumi.log.warn(
            f"The VPC has no NAT: only images in ECR in {region} can be pulled. EMR's images and those of EKS add-ons "
            f"are there. Copy to a repository of your own what tenants' jobs use from elsewhere, and:{listed}",
            resource=self,
        )
