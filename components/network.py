"""The VPC of a platform, over three availability zones."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.flow_logs import FlowLogs, FlowLogsArgs
from spec.network import NetworkSpec
from spec.place import Place
from spec.subnets import layout

_ANYWHERE = "0.0.0.0/0"
_Way = tuple[aws.ec2.RouteTable, list[pulumi.Output[str]]]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What the network is like and where it lives."""

    spec: NetworkSpec
    """Address range, zones and way to the internet."""
    place: Place
    """Platform, account and Region; the EKS cluster has the platform's name."""
    retain: bool
    """Whether flow logs stay when their stack is destroyed."""
    key_arn: pulumi.Input[str] | None = None
    """KMS key of the flow logs, whose policy lets CloudWatch Logs use it; by default a key of CloudWatch's own."""


class Network(pulumi.ComponentResource):
    """A VPC with a private and a pod subnet a zone and, unless there is no way out, a public one with NAT.

    Without NAT there is neither an internet gateway nor a public subnet. Pods have a range of their own: they need many
    addresses, which would be missing elsewhere in a company's network. The security group that comes with a VPC, which
    whatever names none gets, lets nothing through.
    """

    vpc_id: pulumi.Output[str]
    """Id of the VPC, known once it has the pods' range: a cluster learns of a later range only after hours."""
    private_subnet_ids: tuple[pulumi.Output[str], ...]
    """Ids of the private subnets in the order of the zones, known once their way out exists."""
    pod_subnet_ids: tuple[pulumi.Output[str], ...]
    """Ids of the pod subnets in the order of the zones, known once their way out exists."""
    route_table_ids: tuple[pulumi.Output[str], ...]
    """Ids of the route tables of private and pod subnets, in the order of the zones."""

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
        self._ranges = layout(args.spec.cidr, args.spec.pod_cidr)
        gateways = self._gateways() if args.spec.nat != "none" else {}
        ways = {zone: self._way_out(zone, gateways) for zone in args.spec.zones}
        self.route_table_ids = tuple(table.id for table, _ in ways.values())
        self.private_subnet_ids = self._inside("private", self._vpc.id, self._ranges.private, ways)
        further = aws.ec2.VpcIpv4CidrBlockAssociation(
            f"{name}-pods", vpc_id=self._vpc.id, cidr_block=args.spec.pod_cidr, opts=self._child
        )
        # By its URN, which a preview knows too: the VPC's id would seem to change where the range is yet to come.
        self.vpc_id = pulumi.Output.all(self._vpc.id, further.urn).apply(lambda values: values[0])
        self.pod_subnet_ids = self._inside("pods", self.vpc_id, self._ranges.pods, ways)
        self._watch()
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "privateSubnetIds": list(self.private_subnet_ids),
                "podSubnetIds": list(self.pod_subnet_ids),
                "routeTableIds": list(self.route_table_ids),
            }
        )

    def _watch(self) -> None:
        """Empty the security group that comes with the VPC, and log the traffic."""
        args = self._args
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default-group",
            vpc_id=self._vpc.id,
            ingress=[],
            egress=[],
            tags={"Name": f"{args.place.platform}-default"},
            opts=self._child,
        )
        FlowLogs(
            f"{self._name}-flow-logs",
            FlowLogsArgs(
                place=args.place,
                vpc_id=self._vpc.id,
                retention_days=args.spec.flow_log_retention_days,
                retain=args.retain,
                key_arn=args.key_arn,
            ),
            self._child,
        )

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
        for zone, cidr in zip(zones, self._ranges.public, strict=True):
            subnet = self._subnet("public", zone, self._vpc.id, cidr)
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

    def _way_out(self, zone: str, gateways: dict[str, aws.ec2.NatGateway]) -> _Way:
        """Make the route table of a zone; what is to be waited for is its route, if there is one."""
        table = self._table(f"private-{zone}")
        if zone not in gateways:
            return table, []
        route = aws.ec2.Route(
            f"{self._name}-private-{zone}-route",
            route_table_id=table.id,
            destination_cidr_block=_ANYWHERE,
            nat_gateway_id=gateways[zone].id,
            opts=self._child,
        )
        return table, [route.id]

    def _inside(
        self, kind: str, vpc_id: pulumi.Output[str], ranges: tuple[str, ...], ways: dict[str, _Way]
    ) -> tuple[pulumi.Output[str], ...]:
        """Make the subnets of a kind, one a zone; their ids are known once their way out exists."""
        ids: list[pulumi.Output[str]] = []
        for (zone, (table, routes)), cidr in zip(ways.items(), ranges, strict=True):
            subnet = self._subnet(kind, zone, vpc_id, cidr)
            association = self._associate(f"{kind}-{zone}", subnet, table)
            ids.append(pulumi.Output.all(subnet.id, association.id, *routes).apply(lambda known: known[0]))
        return tuple(ids)

    def _subnet(self, kind: str, zone: str, vpc_id: pulumi.Output[str], cidr: str) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._name}-{kind}-{zone}",
            vpc_id=vpc_id,
            cidr_block=cidr,
            availability_zone=f"{self._args.place.region}{zone}",
            tags={"Name": f"{self._args.place.platform}-{kind}-{zone}", **self._signs(kind)},
            opts=self._child,
        )

    def _signs(self, kind: str) -> dict[str, str]:
        """Give the tags by which controllers find a subnet; pods' addresses are nobody's to find.

        Sources: AWS Load Balancer Controller, "Subnet auto-discovery"; Karpenter, "NodeClasses".
        """
        cluster = self._args.place.platform
        shared = {f"kubernetes.io/cluster/{cluster}": "shared"}
        return {
            "public": {**shared, "kubernetes.io/role/elb": "1"},
            "private": {**shared, "kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": cluster},
        }.get(kind, {})

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
