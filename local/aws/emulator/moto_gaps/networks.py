"""Where moto's VPCs are more forgiving than EC2, or forget what they are told.

Sources: VPC User Guide, "IPv4 CIDR block association restrictions"; EC2 API reference, CreateFlowLogs and "Error
codes".
"""

from __future__ import annotations

import inspect
from ipaddress import IPv4Network
from typing import Any

from moto.ec2.exceptions import EC2ClientError  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models import EC2Backend  # pyright: ignore[reportMissingTypeStubs]

_Backend: Any = EC2Backend
_ERROR: Any = EC2ClientError
_associate: Any = _Backend.associate_vpc_cidr_block
_disassociate: Any = _Backend.disassociate_vpc_cidr_block
_create_flow_logs: Any = _Backend.create_flow_logs
_delete_nat_gateway: Any = _Backend.delete_nat_gateway

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_NEVER = tuple(map(IPv4Network, ("169.254.0.0/16", "172.31.0.0/16", "198.19.0.0/16")))
_FIRST_TEN, _FIRST_TWO_TENS = IPv4Network("10.0.0.0/16"), IPv4Network("10.0.0.0/15")
_WIDEST, _NARROWEST = 16, 28


def _ranges(vpc: Any) -> list[IPv4Network]:
    associations: list[dict[str, Any]] = vpc.get_cidr_block_association_set()
    live = [each for each in associations if each["cidr_block_state"]["state"] == "associated"]
    return [IPv4Network(each["cidr_block"]) for each in live]


def _restricted(new: IPv4Network, existing: IPv4Network) -> bool:
    """Say whether a VPC that has one range may not have the other."""
    home = next((block for block in _PRIVATE if existing.overlaps(block)), None)
    foreign = [block for block in _PRIVATE if block is not home and new.overlaps(block)]
    if foreign or any(new.overlaps(block) for block in _NEVER):
        return True
    return new.overlaps(_FIRST_TEN) and existing.overlaps(_FIRST_TWO_TENS)


def _associate_cidr(self: Any, vpc_id: str, cidr_block: str, amazon_provided_ipv6_cidr_block: Any) -> Any:
    """AssociateVpcCidrBlock: refused for a range of a wrong size, or that overlaps or does not go with another."""
    if not amazon_provided_ipv6_cidr_block:
        new, vpc = IPv4Network(cidr_block), self.get_vpc(vpc_id)
        if not _WIDEST <= new.prefixlen <= _NARROWEST:
            raise _ERROR("InvalidVpc.Range", f"The CIDR '{cidr_block}' is invalid.")
        for existing in _ranges(vpc):
            if new.overlaps(existing):
                raise _ERROR("InvalidVpc.Range", f"The CIDR '{cidr_block}' conflicts with '{existing}'.")
            if _restricted(new, existing):
                raise _ERROR("InvalidVpc.Range", f"The CIDR '{cidr_block}' is restricted.")
    return _associate(self, vpc_id, cidr_block, amazon_provided_ipv6_cidr_block)


def _disassociate_cidr(self: Any, association_id: str) -> Any:
    """DisassociateVpcCidrBlock: refused while a subnet lies in the range."""
    for vpc in self.vpcs.values():
        for association in vpc.get_cidr_block_association_set():
            if association["association_id"] != association_id:
                continue
            block = IPv4Network(association["cidr_block"])
            subnets = self.describe_subnets(filters={"vpc-id": vpc.id})
            if any(block.overlaps(IPv4Network(subnet.cidr_block)) for subnet in subnets):
                message = f"The vpc {vpc.id} currently has a subnet within CIDR block {block}"
                raise _ERROR("InvalidCidrBlock.InUse", message)
    return _disassociate(self, association_id)


def _create(self: Any, *arguments: Any, **options: Any) -> Any:
    """CreateFlowLogs with a log group as LogDestination; moto knows it by LogGroupName only."""
    bound = inspect.signature(_create_flow_logs).bind(self, *arguments, **options)
    given = bound.arguments
    destination: str = given.get("log_destination") or ""
    if given.get("log_destination_type") in (None, "cloud-watch-logs") and destination:
        given["log_group_name"] = destination.rsplit(":log-group:", maxsplit=1)[-1].removesuffix(":*")
    return _create_flow_logs(*bound.args, **bound.kwargs)


def _delete_nat(self: Any, nat_gateway_id: str) -> Any:
    """DeleteNatGateway: the interface that the gateway had in its subnet goes with it."""
    gateway = _delete_nat_gateway(self, nat_gateway_id)
    for address in gateway.address_set:
        self.enis.pop(address.get("networkInterfaceId"), None)
    return gateway


def install() -> None:
    """Change moto's EC2; before the first request. A second time changes nothing."""
    _Backend.associate_vpc_cidr_block = _associate_cidr
    _Backend.disassociate_vpc_cidr_block = _disassociate_cidr
    _Backend.create_flow_logs = _create
    _Backend.delete_nat_gateway = _delete_nat
