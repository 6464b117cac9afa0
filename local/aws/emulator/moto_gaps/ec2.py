"""Where moto's EC2 keeps less than it is told, or is more forgiving than EC2."""

from __future__ import annotations

import inspect
from typing import Any

from moto.ec2.exceptions import EC2ClientError  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models import EC2Backend  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models.launch_templates import LaunchTemplate  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models.security_groups import SecurityGroupRule  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.responses.vpcs import VPCs  # pyright: ignore[reportMissingTypeStubs]

_Rule: Any = SecurityGroupRule
_Backend: Any = EC2Backend
_Template: Any = LaunchTemplate
_Responses: Any = VPCs
_ERROR: Any = EC2ClientError

_make_rule: Any = _Rule.__init__
_modify_rules: Any = _Backend.modify_security_group_rules
_associate: Any = _Backend.associate_route_table
_modify_endpoint: Any = _Responses.modify_vpc_endpoint
_ALL = "-1"


def _init_rule(self: Any, *arguments: Any, **options: Any) -> None:
    """Keep a rule's description whatever the rule is about, not only for addresses."""
    _make_rule(self, *arguments, **options)
    given: dict[str, Any] = inspect.signature(_make_rule).bind(self, *arguments, **options).arguments
    sources: list[dict[str, str]] = [given.get(name) or {} for name in ("ip_range", "source_group", "prefix_list_id")]
    self.own_description = next((each["Description"] for each in sources if each.get("Description")), None)


def _modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """ModifySecurityGroupRules also of rules about IPv6 addresses, prefix lists, groups and all protocols."""
    for new in rules.values():
        if new.get("IpProtocol") == _ALL:
            new.setdefault("FromPort", -1)
            new.setdefault("ToPort", -1)
    _modify_rules(self, group_id, rules)
    group: Any = self.get_security_group_by_name_or_id(group_id)
    for rule_id, new in rules.items():
        rule: Any = group.get_rule(rule_id)
        rule.own_description = new.get("Description")
        if new.get("IpProtocol") == _ALL:
            rule.from_port = rule.to_port = None
        if new.get("CidrIpv6"):
            rule.ip_range = {"CidrIpv6": new["CidrIpv6"]}
        if new.get("PrefixListId"):
            rule.prefix_list_id = new["PrefixListId"]
        if new.get("ReferencedGroupId"):
            rule.source_group = {**rule.source_group, "GroupId": new["ReferencedGroupId"]}


def _associate_route_table(
    self: Any,
    route_table_id: str,
    gateway_id: str | None = None,
    subnet_id: str | None = None,
) -> str:
    """AssociateRouteTable: refused for a subnet that has a route table; moto answers with the other association."""
    for table in self.route_tables.values():
        for association_id, associated in table._associations.items():  # noqa: SLF001 - moto's own state
            if associated in (subnet_id, gateway_id) and associated is not None:
                message = (
                    f"the specified association for route table {route_table_id} conflicts with an existing "
                    f"association {association_id}"
                )
                raise _ERROR("Resource.AlreadyAssociated", message)
    return _associate(self, route_table_id, gateway_id, subnet_id)


def _modify_vpc_endpoint(self: Any) -> Any:
    """ModifyVpcEndpoint with PrivateDnsEnabled."""
    answer = _modify_endpoint(self)
    private = self._get_param("PrivateDnsEnabled")
    if private is not None:
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        endpoint.private_dns_enabled = private
    return answer


def _template_tags(template: Any) -> Any:
    return template.get_tags()


def _no_template_tags(_template: Any, _tags: Any) -> None:
    """Ignore what moto would keep."""


def install() -> None:
    """Change moto's classes; before the first request. A second time changes nothing."""
    _Rule.__init__ = _init_rule
    _Rule.description = property(lambda rule: getattr(rule, "own_description", None))
    _Backend.modify_security_group_rules = _modify_security_group_rules
    _Backend.associate_route_table = _associate_route_table
    _Responses.modify_vpc_endpoint = _modify_vpc_endpoint
    # moto keeps the tags that a template was made with; later ones are only in the tag store.
    _Template.tags = property(_template_tags, _no_template_tags)
