"""Security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Work
from local.aws.providers.aws.tables.ec2 import arn, tagging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SOURCES: Final = (
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)
"""Whom a rule is about: the property, the member of an IpPermission, the member inside it."""
_PORTS: Final = frozenset({"tcp", "udp", "icmp", "icmpv6"})
"""Protocols for which EC2 keeps a range of ports."""

Permission = dict[str, Any]


def permissions(group: str, block: Mapping[str, Any]) -> list[Permission]:
    """Give the EC2 permissions of one rule block of a security group, one for each source."""
    protocol = str(block.get("protocol", "-1"))
    base: Permission = {"IpProtocol": protocol}
    if protocol in _PORTS:
        base |= {"FromPort": int(block.get("fromPort", 0)), "ToPort": int(block.get("toPort", 0))}
    text = {"Description": block["description"]} if block.get("description") else {}
    sources = [(member, {inner: value, **text}) for name, member, inner in _SOURCES for value in block.get(name) or ()]
    if block.get("self"):
        sources.append(("UserIdGroupPairs", {"GroupId": group, **text}))
    return [{**base, member: [source]} for member, source in sources]


def blocks(direction: str) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Give the reader of a group's rules as blocks, one for each range of ports and description."""

    def from_api(live: dict[str, Any]) -> list[dict[str, Any]]:
        result: dict[tuple[Any, ...], dict[str, Any]] = {}
        for permission in live.get(direction, []):
            for name, member, inner in _SOURCES:
                for source in permission.get(member, []):
                    ports = (permission.get("FromPort", 0), permission.get("ToPort", 0))
                    description = source.get("Description", "")
                    protocol = permission["IpProtocol"]
                    start, end = ports if protocol in _PORTS else (0, 0)
                    block = result.setdefault(
                        (protocol, start, end, description),
                        {"protocol": protocol, "fromPort": start, "toPort": end, "description": description},
                    )
                    if source.get(inner) == live["GroupId"]:
                        block["self"] = True
                    else:
                        block.setdefault(name, []).append(source[inner])
        return list(result.values())

    return from_api


def change_rules(name: str, authorize: str, revoke: str) -> Action:
    """Give how a security group's own list of rules is changed."""

    def run(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        old = [each for block in olds.get(name) or () for each in permissions(work.id, block)]
        new = [each for block in news.get(name) or () for each in permissions(work.id, block)]
        gone = [each for each in old if each not in new]
        added = [each for each in new if each not in old]
        if gone:
            work.api(revoke, GroupId=work.id, IpPermissions=gone)
        if added:
            work.api(authorize, GroupId=work.id, IpPermissions=added)

    return Action(covers=frozenset({name}), run=run)


def revoke_default_egress(work: Work) -> None:
    """Remove the rule that EC2 gives a new group, "allow all outbound", as pulumi-aws does."""
    group = work.live() or {}
    if group.get("IpPermissionsEgress"):
        work.api("RevokeSecurityGroupEgress", GroupId=work.id, IpPermissions=group["IpPermissionsEgress"])


def revoke_all_rules(work: Work) -> None:
    """Remove all rules of a group."""
    group = work.live() or {}
    if group.get("IpPermissions"):
        work.api("RevokeSecurityGroupIngress", GroupId=work.id, IpPermissions=group["IpPermissions"])
    if group.get("IpPermissionsEgress"):
        work.api("RevokeSecurityGroupEgress", GroupId=work.id, IpPermissions=group["IpPermissionsEgress"])


def revoke_if_asked(work: Work) -> None:
    """Remove a group's rules before it is deleted, when the program asks for it."""
    if work.values.get("revokeRulesOnDelete"):
        revoke_all_rules(work)


SECURITY_GROUP: Final = Row(
    type="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    create=Call(operation="CreateSecurityGroup"),
    id="GroupId",
    reads=(Read(operation="DescribeSecurityGroups", request={"GroupIds": ["{id}"]}, path="SecurityGroups[0]"),),
    updates=(
        change_rules("ingress", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
        change_rules("egress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
    ),
    delete=Call(operation="DeleteSecurityGroup", request={"GroupId": "{id}"}),
    names={"name": "GroupName"},
    specials={
        "ingress": Special(from_api=blocks("IpPermissions")),
        "egress": Special(from_api=blocks("IpPermissionsEgress")),
    },
    computed=arn("security-group"),
    defaults={"description": "Managed by Pulumi"},
    settings=frozenset({"revokeRulesOnDelete"}),
    autoname=AutoName(),
    tags=tagging("security-group"),
    after_create=revoke_default_egress,
    before_delete=revoke_if_asked,
)


_RULE: Final = frozenset(
    {
        "cidrIpv4",
        "cidrIpv6",
        "description",
        "fromPort",
        "ipProtocol",
        "prefixListId",
        "referencedSecurityGroupId",
        "toPort",
    },
)


def authorization(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the request that makes one rule."""
    sources = {
        "cidrBlocks": inputs.get("cidrIpv4"),
        "ipv6CidrBlocks": inputs.get("cidrIpv6"),
        "prefixListIds": inputs.get("prefixListId"),
        "securityGroups": inputs.get("referencedSecurityGroupId"),
    }
    block = {name: [value] for name, value in sources.items() if value}
    ports = {name: inputs.get(name, -1) for name in ("fromPort", "toPort")}
    rule = {**block, **ports, "protocol": inputs["ipProtocol"], "description": inputs.get("description")}
    return {"GroupId": inputs["securityGroupId"], "IpPermissions": permissions("", rule)}


def port(member: str) -> Special:
    """Give how an end of the range of ports is read: EC2 says -1 for "all", where Pulumi has nothing."""

    def from_api(live: dict[str, Any]) -> int | None:
        return None if live.get("IpProtocol") == "-1" else live.get(member)

    return Special(members=(member,), to_api=lambda value: {member: value}, from_api=from_api)


def rule(direction: str, *, egress: bool) -> Row:
    """Give the row of a rule that is a resource of its own."""
    return Row(
        type=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        service="ec2",
        create=Call(
            operation=f"AuthorizeSecurityGroup{direction}",
            only=_RULE | {"securityGroupId"},
            build=authorization,
        ),
        id="SecurityGroupRules[0].SecurityGroupRuleId",
        reads=(
            Read(
                operation="DescribeSecurityGroupRules",
                request={"SecurityGroupRuleIds": ["{id}"]},
                path=f"SecurityGroupRules[?IsEgress==`{str(egress).lower()}`] | [0]",
            ),
        ),
        updates=(
            Call(
                operation="ModifySecurityGroupRules",
                request={"GroupId": "{securityGroupId}", "SecurityGroupRules": [{"SecurityGroupRuleId": "{id}"}]},
                within="SecurityGroupRules[0].SecurityGroupRule",
                whole=True,
                only=_RULE,
            ),
        ),
        delete=Call(
            operation=f"RevokeSecurityGroup{direction}",
            request={"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
        ),
        names={"securityGroupId": "GroupId", "referencedSecurityGroupId": "ReferencedGroupId"},
        paths={"referencedSecurityGroupId": "ReferencedGroupInfo.GroupId"},
        specials={"fromPort": port("FromPort"), "toPort": port("ToPort")},
        computed={**arn("security-group-rule"), "securityGroupRuleId": "{id}"},
        tags=tagging("security-group-rule"),
    )


INGRESS_RULE: Final = rule("Ingress", egress=False)
EGRESS_RULE: Final = rule("Egress", egress=True)

ROWS: Final = (SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)
