"""The VPC of a platform, over three availability zones."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from spec.foundation import NetworkSpec
from spec.place import Place
from spec.subnets import layout

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What the network is like and where it lives."""

    spec: NetworkSpec
    """Address range, zones and way to the internet."""
    place: Place
    """Platform, account and Region."""


class Network(pulumi.ComponentResource):
    """A VPC with a private subnet a zone and, unless there is no way out, a public one with NAT.

    Without NAT there is neither an internet gateway nor a public subnet.
    """

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    private_subnet_ids: tuple[pulumi.Output[str], ...]
    """Ids of the private subnets in the order of the zones, known once their way out exists."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.spec.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": args.place.platform},
            opts=self._child,
        )
        gateways = self._gateways() if args.spec.nat != "none" else {}
        self.vpc_id = self._vpc.id
        ranges = layout(args.spec.cidr).private
        self.private_subnet_ids = tuple(
            self._private(zone, cidr, gateways) for zone, cidr in zip(args.spec.zones, ranges, strict=True)
        )
        self.register_outputs({"vpcId": self.vpc_id, "privateSubnetIds": list(self.private_subnet_ids)})

    def _gateways(self) -> dict[str, aws.ec2.NatGateway]:
        """Make the public side; a NAT gateway for each zone, which may be the same for all."""
        internet = aws.ec2.InternetGateway(
            f"{self._name}-internet",
            vpc_id=self._vpc.id,
            tags={"Name": self._args.place.platform},
            opts=self._child,
        )
        table = self._table("public")
        route = aws.ec2.Route(
            f"{self._name}-public-route",
            route_table_id=table.id,
            destination_cidr_block=_ANYWHERE,
            gateway_id=internet.id,
            opts=self._child,
        )
        gateways: dict[str, aws.ec2.NatGateway] = {}
        zones = self._args.spec.zones
        for zone, cidr in zip(zones, layout(self._args.spec.cidr).public, strict=True):
            subnet = self._subnet("public", zone, cidr, {"kubernetes.io/role/elb": "1"})
            self._associate(f"public-{zone}", subnet, table)
            if self._args.spec.nat == "perZone" or zone == zones[0]:
                gateways[zone] = self._gateway(zone, subnet, route)
        return {zone: gateways.get(zone, gateways[zones[0]]) for zone in zones}

    def _gateway(self, zone: str, subnet: aws.ec2.Subnet, route: aws.ec2.Route) -> aws.ec2.NatGateway:
        tags = {"Name": f"{self._args.place.platform}-{zone}"}
        address = aws.ec2.Eip(f"{self._name}-nat-{zone}", domain="vpc", tags=tags, opts=self._child)
        return aws.ec2.NatGateway(
            f"{self._name}-nat-{zone}",
            subnet_id=subnet.id,
            allocation_id=address.id,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[route]),
        )

    def _private(self, zone: str, cidr: str, gateways: dict[str, aws.ec2.NatGateway]) -> pulumi.Output[str]:
        subnet = self._subnet("private", zone, cidr, {"kubernetes.io/role/internal-elb": "1"})
        table = self._table(f"private-{zone}")
        ready: list[pulumi.Output[str]] = [self._associate(f"private-{zone}", subnet, table).id]
        if zone in gateways:
            route = aws.ec2.Route(
                f"{self._name}-private-{zone}-route",
                route_table_id=table.id,
                destination_cidr_block=_ANYWHERE,
                nat_gateway_id=gateways[zone].id,
                opts=self._child,
            )
            ready.append(route.id)
        return pulumi.Output.all(subnet.id, *ready).apply(lambda ids: ids[0])

    def _subnet(self, kind: str, zone: str, cidr: str, tags: dict[str, str]) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._name}-{kind}-{zone}",
            vpc_id=self._vpc.id,
            cidr_block=cidr,
            availability_zone=f"{self._args.place.region}{zone}",
            tags={"Name": f"{self._args.place.platform}-{kind}-{zone}", **tags},
            opts=self._child,
        )

    def _table(self, kind: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._name}-{kind}",
            vpc_id=self._vpc.id,
            tags={"Name": f"{self._args.place.platform}-{kind}"},
            opts=self._child,
        )

    def _associate(self, kind: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> aws.ec2.RouteTableAssociation:
        return aws.ec2.RouteTableAssociation(
            f"{self._name}-{kind}", subnet_id=subnet.id, route_table_id=table.id, opts=self._child
        )
