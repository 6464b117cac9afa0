"""What EC2 knows of zones, networks and prefix lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.cloud import partition
from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.invokes.results import result

if TYPE_CHECKING:
    from local.aws.providers.aws.invokes import Call

_VPC_FILTERS: Final = {"cidrBlock": "cidr", "default": "isDefault", "dhcpOptionsId": "dhcp-options-id"}
_SUBNET_FILTERS: Final = {
    "availabilityZone": "availabilityZone",
    "availabilityZoneId": "availabilityZoneId",
    "cidrBlock": "cidrBlock",
    "defaultForAz": "defaultForAz",
    "vpcId": "vpc-id",
}


def _filters(call: Call, named: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Give the call's conditions as EC2 wants them."""
    arguments = call.arguments
    filters: list[dict[str, Any]] = arguments.get("filters") or []
    tags: dict[str, str] = arguments.get("tags") or {}
    result: list[dict[str, Any]] = [{"Name": each["name"], "Values": each["values"]} for each in filters]
    result += [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
    for argument, name in {**(named or {}), "state": "state"}.items():
        if arguments.get(argument) not in (None, False):
            value = arguments[argument]
            result.append({"Name": name, "Values": [str(value).lower() if value is True else value]})
    return result


def _only(found: list[dict[str, Any]], what: str) -> dict[str, Any]:
    if not found:
        raise ProviderError(f"no {what} matches")
    if len(found) > 1:
        raise ProviderError(f"{len(found)} {what}s match; say more, so that one does")
    return found[0]


def _arn(call: Call, kind: str, id_: str, owner: str) -> str:
    return f"arn:{partition(call.region)}:ec2:{call.region}:{owner}:{kind}/{id_}"


def availability_zones(call: Call) -> dict[str, Any]:
    """Give the names and ids of the region's zones."""
    arguments = call.arguments
    request: dict[str, Any] = {"Filters": filters} if (filters := _filters(call)) else {}
    if arguments.get("allAvailabilityZones"):
        request["AllAvailabilityZones"] = True
    zones = [
        zone
        for zone in call.api("ec2", "DescribeAvailabilityZones", **request)["AvailabilityZones"]
        if zone["ZoneName"] not in (arguments.get("excludeNames") or [])
        and zone["ZoneId"] not in (arguments.get("excludeZoneIds") or [])
    ]
    zones.sort(key=lambda zone: zone["ZoneName"])
    return {
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone["GroupName"] for zone in zones if zone.get("GroupName")}),
        "id": call.region,
        "region": call.region,
    }


def vpc(call: Call) -> dict[str, Any]:
    """Give the one VPC that matches."""
    ids = {"VpcIds": [call.arguments["id"]]} if call.arguments.get("id") else {}
    found = call.api("ec2", "DescribeVpcs", Filters=_filters(call, _VPC_FILTERS), **ids)["Vpcs"]
    raw = _only(found, "VPC")
    names = {"default": "IsDefault", "cidrBlockAssociations": "CidrBlockAssociationSet"}
    properties = result(call, "aws:ec2/getVpc:getVpc", ("ec2", "DescribeVpcs", "Vpcs[0]"), raw, names)
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        answer = call.api("ec2", "DescribeVpcAttribute", VpcId=raw["VpcId"], Attribute=name)
        properties[name] = answer[name[0].upper() + name[1:]]["Value"]
    main = [
        {"Name": "vpc-id", "Values": [raw["VpcId"]]},
        {"Name": "association.main", "Values": ["true"]},
    ]
    tables = call.api("ec2", "DescribeRouteTables", Filters=main)["RouteTables"]
    return {
        **properties,
        "arn": _arn(call, "vpc", raw["VpcId"], raw["OwnerId"]),
        "id": raw["VpcId"],
        "mainRouteTableId": _only(tables, "main route table")["RouteTableId"],
        "region": call.region,
    }


def subnet(call: Call) -> dict[str, Any]:
    """Give the one subnet that matches."""
    ids = {"SubnetIds": [call.arguments["id"]]} if call.arguments.get("id") else {}
    found = call.api("ec2", "DescribeSubnets", Filters=_filters(call, _SUBNET_FILTERS), **ids)["Subnets"]
    raw = _only(found, "subnet")
    names = {"arn": "SubnetArn"}
    properties = result(call, "aws:ec2/getSubnet:getSubnet", ("ec2", "DescribeSubnets", "Subnets[0]"), raw, names)
    return {**properties, "id": raw["SubnetId"], "region": call.region}


def subnets(call: Call) -> dict[str, Any]:
    """Give the ids of the subnets that match."""
    found = call.api("ec2", "DescribeSubnets", Filters=_filters(call))["Subnets"]
    return {"ids": [each["SubnetId"] for each in found], "id": call.region, "region": call.region}


def _prefix_list(call: Call, id_: str | None) -> dict[str, Any]:
    filters = _filters(call)
    if call.arguments.get("name"):
        filters.append({"Name": "prefix-list-name", "Values": [call.arguments["name"]]})
    ids = {"PrefixListIds": [id_]} if id_ else {}
    return _only(call.api("ec2", "DescribeManagedPrefixLists", Filters=filters, **ids)["PrefixLists"], "prefix list")


def prefix_list(call: Call) -> dict[str, Any]:
    """Give the addresses of one of AWS's prefix lists."""
    raw = _prefix_list(call, call.arguments.get("prefixListId"))
    entries = call.api("ec2", "GetManagedPrefixListEntries", PrefixListId=raw["PrefixListId"])["Entries"]
    return {
        "cidrBlocks": [each["Cidr"] for each in entries],
        "id": raw["PrefixListId"],
        "name": raw["PrefixListName"],
        "region": call.region,
    }


def managed_prefix_list(call: Call) -> dict[str, Any]:
    """Give a prefix list with its entries."""
    raw = _prefix_list(call, call.arguments.get("id"))
    entries = call.api("ec2", "GetManagedPrefixListEntries", PrefixListId=raw["PrefixListId"])["Entries"]
    answered = ("ec2", "DescribeManagedPrefixLists", "PrefixLists[0]")
    names = {"arn": "PrefixListArn", "name": "PrefixListName"}
    properties = result(call, "aws:ec2/getManagedPrefixList:getManagedPrefixList", answered, raw, names)
    listed = [{"cidr": each["Cidr"], "description": each.get("Description", "")} for each in entries]
    return {**properties, "entries": listed, "id": raw["PrefixListId"], "region": call.region}
