from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spec import admission, admission_rules
from spec.headroom import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

CLASS = "kubernetes:scheduling.k8s.io/v1:PriorityClass"
POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


@pytest.mark.covers("RM-07", "RM-08")
def test_drivers_go_before_executors_and_headroom_gives_way_to_all(local_stack: Recording) -> None:
    found = {each.inputs["metadata"]["name"]: each.inputs for each in local_stack.of(CLASS)}
    assert {name: (each["value"], each["globalDefault"], each["preemptionPolicy"]) for name, each in found.items()} == {
        "high-priority": (100, False, "PreemptLowerPriority"),
        "low-priority": (50, False, "PreemptLowerPriority"),
        "default-priority": (100, True, "PreemptLowerPriority"),
        "headroom": (-10, False, "Never"),
    }


def test_the_policy_refuses_what_it_cannot_judge_and_judges_labelled_namespaces_only(local_stack: Recording) -> None:
    spec = local_stack.one(POLICY).inputs["spec"]
    assert spec["failurePolicy"] == "Fail"
    constraints = spec["matchConstraints"]
    assert constraints["namespaceSelector"] == {"matchLabels": {admission.LABEL: "true"}}
    assert [(rule["resources"], rule["operations"]) for rule in constraints["resourceRules"]] == [
        (["pods"], ["CREATE", "UPDATE"]),
        (["pods/ephemeralcontainers"], ["UPDATE"]),
    ]
    assert "paramKind" not in spec
    assert [each["message"] for each in spec["validations"]] == [
        admission_rules.message(rule) for rule in admission_rules.RULES
    ]
    assert {each["reason"] for each in spec["validations"]} == {"Forbidden"}


def test_one_binding_puts_the_policy_in_force_and_denies(local_stack: Recording) -> None:
    policy, binding = local_stack.one(POLICY), local_stack.one(f"{POLICY}Binding")
    assert binding.inputs["spec"] == {"policyName": "tenancy-pods", "validationActions": ["Deny"]}
    assert policy.inputs["metadata"]["name"] == "tenancy-pods"
    assert local_stack.waits_for(binding, policy)


def test_every_namespace_of_a_tenant_is_guarded_from_its_first_moment_to_its_last(local_stack: Recording) -> None:
    binding = local_stack.one(f"{POLICY}Binding")
    guarded = {f"{tenant}-namespace" for tenant in ("analytics", "risk", "sandbox")}
    namespaces = [each for each in local_stack.of("kubernetes:core/v1:Namespace") if each.name in guarded]
    assert len(namespaces) == 3
    for each in namespaces:
        metadata = each.inputs["metadata"]
        assert metadata["labels"][admission.LABEL] == "true"
        assert metadata["annotations"][admission.PRIORITY_CLASSES] == "high-priority,low-priority,default-priority"
        assert local_stack.waits_for(each, binding)
        for priority_class in local_stack.of(CLASS):
            assert local_stack.waits_for(each, priority_class) is (priority_class.name != "priority-headroom")


def test_headroom_is_spread_over_zones_and_costs_nobody_a_wait(local_stack: Recording) -> None:
    deployment = local_stack.one(DEPLOYMENT)
    assert deployment.inputs["metadata"] == {
        "name": "headroom",
        "namespace": NAMESPACE,
        "annotations": {"pulumi.com/skipAwait": "true"},
    }
    spec = deployment.inputs["spec"]
    pod = spec["template"]["spec"]
    assert (spec["replicas"], pod["priorityClassName"], pod["terminationGracePeriodSeconds"]) == (3, "headroom", 0)
    (spread,) = pod["topologySpreadConstraints"]
    assert (spread["maxSkew"], spread["topologyKey"]) == (1, "topology.kubernetes.io/zone")
    assert spread["labelSelector"] == spec["selector"]
    (container,) = pod["containers"]
    assert container["image"] == "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause:3.5"
    assert container["resources"]["requests"] == container["resources"]["limits"] == {"cpu": "1", "memory": "4Gi"}
    assert local_stack.waits_for(deployment, local_stack.one(CLASS, "priority-headroom"))


def test_headroom_has_the_size_that_the_settings_say(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    config = stack_config("local") | {"tenancy:headroom": '{"count": 6, "cpu": "2", "memory": "16Gi"}'}
    spec = record_stack("local", config=config).one(DEPLOYMENT).inputs["spec"]
    assert spec["replicas"] == 6
    (container,) = spec["template"]["spec"]["containers"]
    assert container["resources"]["limits"] == {"cpu": "2", "memory": "16Gi"}


def test_the_platform_is_known_at_the_first_preview(record_stack: Callable[..., Recording]) -> None:
    exported = record_stack("local", preview=True).exports["platform"]
    exported.pop("tenantsSecurityGroupId")  # EC2 gives the id
    exported.pop("eventBus")  # an output of the bus, so that what is named after it waits for it
    assert exported == {
        "version": 1,
        "name": "emr",
        "admissionPolicy": "tenancy-pods",
        "driverPriorityClass": "high-priority",
        "executorPriorityClass": "low-priority",
        "defaultPriorityClass": "default-priority",
        "nodeClass": "default",
    }
