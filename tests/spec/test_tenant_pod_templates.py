from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from emr.pod_templates import check_template
from spec.place import Place
from spec.template_checks import check_pod_templates
from spec.templates import ROLES, Platform, PodTemplatesSpec, key, pod_template, selectors, submitter, text
from spec.tenant import TenantSpec
from spec.tenant_checks import check_tenant

if TYPE_CHECKING:
    from emr.spark_sizes import Role

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
TENANT = TenantSpec(name="risk", owner="x", cost_centre="y", stack="local")
DEDICATED = replace(TENANT, placement="dedicated")
PLATFORM = Platform(priority_classes={"driver": "high-priority", "executor": "low-priority"}, spot=True)
OWN = {"key": "nodes.tenancy/tenant", "operator": "Equal", "value": "risk", "effect": "NoSchedule"}
SPOT = {"key": "nodes.tenancy/spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
SIDECAR: dict[str, Any] = {
    "metadata": {"labels": {"team": "risk"}},
    "spec": {
        "terminationGracePeriodSeconds": 5,
        "containers": [
            {
                "name": "shipper",
                "image": "895885662937.dkr.ecr.us-west-2.amazonaws.com/x",
                "volumeMounts": [{"name": "emr-container-application-log-dir", "mountPath": "/var/log/user"}],
            }
        ],
    },
}


def own(role: Role, template: dict[str, Any], tenant: TenantSpec = TENANT) -> TenantSpec:
    both: dict[str, dict[str, Any]] = {"driver": {}, "executor": {}, role: template}
    return replace(tenant, pod_templates=PodTemplatesSpec(driver=both["driver"], executor=both["executor"]))


@pytest.mark.covers("RM-10", "RM-11", "RM-16", "PT-03")
def test_drivers_go_first_and_stay_and_executors_are_on_spot_nodes_and_give_way() -> None:
    assert pod_template("driver", TENANT, PLATFORM) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"annotations": {"karpenter.sh/do-not-disrupt": "true"}},
        "spec": {
            "priorityClassName": "high-priority",
            "nodeSelector": {"nodes.tenancy/pool": "drivers", "nodes.tenancy/capacity-type": "on-demand"},
            "tolerations": [],
            "containers": [{"name": "spark-kubernetes-driver"}],
        },
    }
    assert pod_template("executor", TENANT, PLATFORM) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {},
        "spec": {
            "priorityClassName": "low-priority",
            "nodeSelector": {"nodes.tenancy/pool": "executors", "nodes.tenancy/capacity-type": "spot"},
            "tolerations": [SPOT],
            "containers": [{"name": "spark-kubernetes-executor"}],
        },
    }


def test_where_no_node_is_spot_executors_tolerate_nothing_and_choose_on_demand() -> None:
    spec = pod_template("executor", TENANT, replace(PLATFORM, spot=False))["spec"]
    assert spec["tolerations"] == []
    assert spec["nodeSelector"]["nodes.tenancy/capacity-type"] == "on-demand"


@pytest.mark.covers("RM-15", "RM-17")
def test_a_dedicated_tenants_pods_keep_to_its_nodes_and_a_zone_holds_them_all() -> None:
    tenant = replace(DEDICATED, pod_templates=PodTemplatesSpec(zone="us-west-2b"))
    expected: dict[Role, list[dict[str, str]]] = {"driver": [OWN], "executor": [SPOT, OWN]}
    for role, tolerated in expected.items():
        spec = pod_template(role, tenant, PLATFORM)["spec"]
        assert spec["tolerations"] == tolerated
        assert spec["nodeSelector"]["nodes.tenancy/tenant"] == "risk"
        assert spec["nodeSelector"]["topology.kubernetes.io/zone"] == "us-west-2b"
    assert "nodes.tenancy/tenant" not in selectors("driver", TENANT, spot=True)


def test_the_submitter_takes_its_place_among_the_drivers() -> None:
    assert submitter(DEDICATED) == {
        "jobsubmitter.node.selector.nodes.tenancy/pool": "drivers",
        "jobsubmitter.node.selector.nodes.tenancy/capacity-type": "on-demand",
        "jobsubmitter.node.selector.nodes.tenancy/tenant": "risk",
        "jobsubmitter.node.toleration.nodes.tenancy/tenant": "risk",
        "jobsubmitter.node.toleration.nodes.tenancy/tenant.effect": "NoSchedule",
        "jobsubmitter.annotation.karpenter.sh/do-not-disrupt": "true",
    }
    assert not any("toleration" in name for name in submitter(TENANT))


@pytest.mark.covers("RM-09", "PT-10")
def test_what_a_tenant_adds_stands_beside_what_the_platform_decides() -> None:
    tenant = own("executor", SIDECAR)
    assert check_tenant(tenant, PLACE) == []
    made = pod_template("executor", tenant, PLATFORM)
    assert made["metadata"] == {"labels": {"team": "risk"}}
    assert made["spec"]["terminationGracePeriodSeconds"] == 5
    assert [each["name"] for each in made["spec"]["containers"]] == ["spark-kubernetes-executor", "shipper"]
    assert made["spec"]["priorityClassName"] == "low-priority"
    assert "shipper" not in text(pod_template("driver", tenant, PLATFORM))


def test_a_main_container_of_its_own_is_not_doubled() -> None:
    tenant = own("driver", {"spec": {"containers": [{"name": "spark-kubernetes-driver", "tty": True}]}})
    assert pod_template("driver", tenant, PLATFORM)["spec"]["containers"] == [
        {"name": "spark-kubernetes-driver", "tty": True}
    ]


@pytest.mark.parametrize("tenant", [TENANT, DEDICATED, own("driver", SIDECAR), own("executor", SIDECAR, DEDICATED)])
@pytest.mark.parametrize("role", ROLES)
def test_every_template_that_is_made_is_one_that_emr_takes(tenant: TenantSpec, role: Role) -> None:
    made = pod_template(role, tenant, PLATFORM)
    assert check_template(made, role) == []
    assert json.loads(text(made)) == made


def test_the_key_tells_role_and_content() -> None:
    one, other = text({"a": 1}), text({"a": 2})
    assert key("driver", one).startswith("pod-templates/driver-")
    assert key("driver", one) == key("driver", one)
    assert len({key("driver", one), key("driver", other), key("executor", one)}) == 3


@pytest.mark.covers("PT-17")
@pytest.mark.parametrize(
    ("template", "where", "message"),
    [
        ({"spec": {"serviceAccountName": "x"}}, "spec.serviceAccountName", "EMR allows no other"),
        ({"spec": {"nodeSelector": {"a": "b"}}}, "spec.nodeSelector", "whose nodes"),
        ({"spec": {"tolerations": []}}, "spec.tolerations", "kept for others"),
        ({"spec": {"priorityClassName": "high-priority"}}, "spec.priorityClassName", "pushes out"),
        ({"spec": {"nodeName": "n"}}, "spec.nodeName", "scheduler"),
        ({"spec": {"volumes": [{"name": "h", "hostPath": {"path": "/"}}]}}, "spec.volumes[0].hostPath", "node's files"),
        ({"spec": {"volumes": [{"name": "mnt-dir"}]}}, "spec.volumes[0].name", "EMR defines this volume itself"),
        (
            {"spec": {"containers": [{"name": "spark-kubernetes-driver", "image": "x"}]}},
            "spec.containers[0].image",
            "main container not allowed",
        ),
        (
            {"spec": {"containers": [{"name": "spark-kubernetes-driver", "env": [{"name": "SPARK_CONTAINER_ID"}]}]}},
            "spec.containers[0].env[0].name",
            "EMR gives the main container this variable",
        ),
        (
            {"spec": {"initContainers": [{"name": "a", "image": "docker.io/a"}]}},
            "spec.initContainers[0].image",
            "admission refuses",
        ),
        (
            {"metadata": {"annotations": {"karpenter.sh/do-not-disrupt": "false"}}},
            "metadata.annotations['karpenter.sh/do-not-disrupt']",
            "holds its node",
        ),
        ({"metadata": {"labels": ["a"]}}, "metadata.labels", "a mapping"),
        ({"metadata": "a"}, "metadata", "a mapping"),
    ],
)
def test_a_template_of_a_tenants_own_is_refused_where_it_is_wrong(
    template: dict[str, Any], where: str, message: str
) -> None:
    (fault,) = check_pod_templates(own("driver", template), PLACE)
    assert fault.where == f"driver.{where}"
    assert message in str(fault)


def test_a_date_in_a_template_is_refused_with_what_to_write() -> None:
    (fault,) = check_pod_templates(own("driver", {"metadata": {"labels": {"since": dt.date(2026, 1, 1)}}}), PLACE)
    assert fault.where == "driver"
    assert "in quotes" in fault.write


def test_a_zone_of_another_region_is_refused() -> None:
    (fault,) = check_tenant(replace(TENANT, pod_templates=PodTemplatesSpec(zone="eu-west-1a")), PLACE)
    assert fault.where == "podTemplates.zone"
    assert fault.write == "us-west-2a"
