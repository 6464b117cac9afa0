from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.cluster_role import RULES as EMRS_RULES
from emr.service_accounts import KINDS, account_name
from iam import names
from spec import admission, admission_rules
from spec.admission import Allowed, annotations_of, check_registry, of_tenant
from spec.headroom import NAMESPACE, HeadroomSpec, check_headroom
from spec.place import Place
from spec.tenant import JobRoleSpec, TenantSpec

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
TENANT = TenantSpec(
    name="analytics",
    owner="x",
    cost_centre="y",
    stack="local",
    registries=("registry.example.com/spark",),
    roles=(JobRoleSpec(name="etl"), JobRoleSpec(name="report")),
)
RULES = admission_rules.RULES
SPOT = ("nodes.tenancy/spot=true:NoSchedule",)


def test_every_rule_has_a_name_of_its_own_and_a_message_that_says_it() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) == 16
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert admission_rules.message(rule) == f"rule {rule.name}: {rule.remedy}"
        said = admission_rules.message_expression(rule)
        assert said.startswith(f"'rule {rule.name} refuses ' + variables.{rule.variable}.join(', ')")
        assert rule.remedy in said


def test_a_message_fits_in_a_literal_and_a_line() -> None:
    for rule in RULES:
        assert not set('"\\\n') & set(rule.remedy)


def test_a_rule_reads_the_pod_before_and_after_and_nothing_else_of_it() -> None:
    found = dict(admission_rules.variables())
    for rule in RULES:
        part, written = ("metadata", "META") if rule.name == "fargate-groups" else ("spec", "SPEC")
        assert f"{written}." in rule.asked
        assert "oldObject" not in found[rule.variable]
        assert not {"SPEC", "META"} & set(re.findall(r"\w+", found[rule.variable] + found[f"{rule.variable}Before"]))
        assert f"oldObject.{part}." in found[f"{rule.variable}Before"]
        assert f"!(it in variables.{rule.variable}Before)" in found[rule.variable]


def test_variables_come_after_those_they_read() -> None:
    seen: set[str] = set()
    for name, expression in admission_rules.variables():
        assert set(re.findall(r"variables\.(\w+)", expression)) <= seen, name
        assert name not in seen
        seen.add(name)


def test_what_holds_for_containers_holds_for_all_three_kinds() -> None:
    for name in ("registries", "host-ports"):
        (asked,) = [rule.asked for rule in RULES if rule.name == name]
        assert all(f".?{kind}." in asked for kind in ("containers", "initContainers", "ephemeralContainers"))


def test_emr_can_read_the_parameters_and_not_write_them() -> None:
    (about,) = [rule for rule in EMRS_RULES if "namespaces" in rule.resources]
    assert about.verbs == ("get",)
    assert about.resources == ("namespaces",)
    assert not any("*" in (*rule.resources, *rule.verbs, *rule.api_groups) for rule in EMRS_RULES)


def test_a_tenant_gets_emrs_images_its_own_registries_and_the_accounts_of_its_roles() -> None:
    allowed = of_tenant(TENANT, PLACE)
    assert allowed.registries == ("895885662937.dkr.ecr.us-west-2.amazonaws.com", "registry.example.com/spark")
    assert (allowed.tolerations, allowed.own_nodes, allowed.pod_eni) == (SPOT, (), True)
    for role in ("etl", "report"):
        for kind in KINDS:
            account = account_name(kind, account="123456789012", role_name=f"emr-analytics-{role}")
            patterns = [entry.replace("*", "[a-z0-9-]+") for entry in allowed.service_accounts]
            assert [bool(re.fullmatch(pattern, account)) for pattern in patterns].count(True) == 1


def test_in_china_images_come_from_the_registries_there() -> None:
    place = Place(platform="emr", account="123456789012", region="cn-north-1")
    assert of_tenant(TENANT, place).registries[0] == "068337069695.dkr.ecr.cn-north-1.amazonaws.com.cn"


def test_no_tenant_may_choose_nodes_by_their_names_or_groups() -> None:
    chosen = " ".join(admission.SHARED_NODE_LABELS)
    assert "hostname" not in chosen
    assert "nodegroup" not in chosen


def test_any_tenant_may_choose_nodes_by_pool_and_capacity_type_and_none_by_tenant() -> None:
    assert {"nodes.tenancy/pool", "nodes.tenancy/capacity-type"} <= set(of_tenant(TENANT, PLACE).node_selectors)
    assert "nodes.tenancy/tenant" not in ",".join(of_tenant(TENANT, PLACE).node_selectors)


def test_a_dedicated_tenant_may_and_must_go_to_its_own_nodes_only() -> None:
    allowed = of_tenant(replace(TENANT, placement="dedicated"), PLACE)
    assert allowed.own_nodes == ("nodes.tenancy/tenant=analytics",)
    assert allowed.node_selectors == (*admission.SHARED_NODE_LABELS, "nodes.tenancy/tenant=analytics")
    assert allowed.tolerations == (*SPOT, "nodes.tenancy/tenant=analytics:NoSchedule")
    assert annotations_of(allowed)[admission.OWN_NODES] == "nodes.tenancy/tenant=analytics"
    assert admission.OWN_NODES not in annotations_of(of_tenant(TENANT, PLACE))


def test_annotations_say_only_what_is_allowed() -> None:
    allowed = Allowed(registries=("a.b", "c.d"), service_accounts=("x",), tolerations=("team=a:NoSchedule",))
    found = annotations_of(allowed)
    assert found == {
        "admission.tenancy/node-selectors": ",".join(admission.SHARED_NODE_LABELS),
        "admission.tenancy/tolerations": "team=a:NoSchedule",
        "admission.tenancy/registries": "a.b,c.d",
        "admission.tenancy/service-accounts": "x",
    }
    with_interfaces = annotations_of(Allowed(registries=(), service_accounts=(), pod_eni=True))
    assert with_interfaces["admission.tenancy/pod-eni"] == "required"


@pytest.mark.parametrize("entry", ["", ":NoSchedule", "=x:NoSchedule", "team=a:NoSchedule,", "a,b"])
def test_an_entry_that_means_more_than_one_thing_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is no entry of admission[.]tenancy/tolerations"):
        annotations_of(Allowed(registries=(), service_accounts=(), tolerations=(entry,)))


@given(st.lists(st.from_regex(r"[a-z]{1,8}(=[a-z]{0,8})?:NoSchedule", fullmatch=True)))
def test_what_is_written_is_what_is_read(entries: list[str]) -> None:
    written = annotations_of(Allowed(registries=(), service_accounts=(), tolerations=entries))[admission.TOLERATIONS]
    assert [entry for entry in written.split(",") if entry] == entries


@pytest.mark.parametrize(
    "registry",
    [
        "123456789012.dkr.ecr.us-west-2.amazonaws.com",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com/team/spark_3",
        "registry.example.com:5000",
    ],
)
def test_a_registry_is_a_host_with_or_without_a_path(registry: str) -> None:
    assert not check_registry(registry)


@pytest.mark.parametrize(
    "registry", ["", "docker", "https://a.b", "a.b/", "a.b/c:latest", "a.b,c.d", "a.b/*", "A.b", "a.b/../c", "a.b//c"]
)
def test_what_is_no_registry_is_a_fault(registry: str) -> None:
    (fault,) = check_registry(registry)
    assert fault.given == repr(registry)
    assert not check_registry(fault.write)


def test_no_tenant_can_have_the_namespace_of_headroom() -> None:
    assert len(NAMESPACE) > names.LONGEST_TENANT


def test_headroom_keeps_a_place_in_each_zone_unless_said() -> None:
    assert HeadroomSpec().count == 3
    assert not check_headroom(HeadroomSpec())
    assert not check_headroom(HeadroomSpec(count=0))


def test_headroom_faults_come_all_at_once_under_their_keys() -> None:
    faults = check_headroom(HeadroomSpec(count=-1, cpu="many", memory="0"))
    assert [fault.where for fault in faults] == ["cpu", "memory", "count"]
    assert [fault.where for fault in check_headroom(HeadroomSpec(count=1001))] == ["count"]
