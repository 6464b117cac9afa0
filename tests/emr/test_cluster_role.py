from __future__ import annotations

import pytest

from emr.cluster_role import ROLE_NAME, RULES, USER, Rule

ALL = "get list watch describe create edit delete deletecollection annotate patch label"
ONE_BY_ONE = "get list watch describe create edit delete annotate patch label"

GUIDE = [
    ("", "namespaces", "get"),
    ("", "serviceaccounts services configmaps events pods pods/log", ALL),
    ("", "secrets", "create patch delete watch"),
    ("apps", "statefulsets deployments", ONE_BY_ONE),
    ("batch", "jobs", ONE_BY_ONE),
    ("extensions", "ingresses", ONE_BY_ONE),
    ("rbac.authorization.k8s.io", "roles rolebindings", ALL),
]
SINCE_THE_GUIDE = [
    ("", "persistentvolumeclaims", ALL),
    ("networking.k8s.io", "ingresses", ONE_BY_ONE),
    ("scheduling.volcano.sh", "podgroups", "get list watch create delete update"),
]


def rule(group: str, resources: str, verbs: str) -> Rule:
    return Rule(api_groups=(group,), resources=tuple(resources.split()), verbs=tuple(verbs.split()))


@pytest.mark.covers("CA-02", "CA-03", "CA-04", "CA-05", "CA-06", "CA-07", "CA-08", "CA-09")
def test_the_first_seven_rules_are_those_of_the_guide() -> None:
    assert list(RULES[:7]) == [rule(*row) for row in GUIDE]


@pytest.mark.covers("CA-10")
def test_what_came_after_the_guide_is_added_and_nothing_else() -> None:
    assert list(RULES[7:]) == [rule(*row) for row in SINCE_THE_GUIDE]


@pytest.mark.covers("CA-05")
def test_secrets_can_be_neither_read_nor_listed() -> None:
    verbs = {verb for rule in RULES if "secrets" in rule.resources for verb in rule.verbs}
    assert verbs.isdisjoint({"get", "list", "*"})


def test_no_rule_has_a_wildcard_or_opens_a_way_around_the_rules() -> None:
    for rule in RULES:
        assert "*" not in (*rule.api_groups, *rule.resources, *rule.verbs)
        assert {"escalate", "bind", "impersonate"}.isdisjoint(rule.verbs)
        assert "pods/exec" not in rule.resources


def test_user_and_role_have_the_names_that_emr_expects() -> None:
    assert (USER, ROLE_NAME) == ("emr-containers", "emr-containers")
