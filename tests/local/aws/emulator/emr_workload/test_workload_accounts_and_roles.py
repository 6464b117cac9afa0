from __future__ import annotations

import pytest

from emr import cluster_role
from local.aws.emulator.emr_containers.workload import roles, service_accounts
from tests.local.aws.emulator.emr_workload.fake_namespace import FakeApi
from tests.local.aws.emulator.emr_workload.namespace_job import KEY, NAMESPACE, ROLE, job_run

ACCOUNTS = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
RBAC = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}"


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("emr-tenant-a-exec", "16p7tjth9c8qasdb51hgeuyusf7"),
        ("EMRContainers-JobExecutionRole", "189nnyj7mn9w2lqiewgg1u0l3jhmo0z69yjkj9u6qhosj8l"),
        ("abcdefghijkl", "2x6xx5ubcrus4bplmr0"),
        ("+=,.@-_", "3bu5b0xg4tb"),
        ("", "0"),
    ],
)
def test_a_role_name_is_encoded_as_the_aws_cli_does(name: str, encoded: str) -> None:
    assert service_accounts.base36(name) == encoded


def test_the_driver_account_carries_the_role_and_is_named_after_it_without_its_path() -> None:
    assert service_accounts.document(job_run(), "driver") == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": f"emr-containers-sa-spark-driver-{KEY}",
            "namespace": NAMESPACE,
            "annotations": {"eks.amazonaws.com/role-arn": ROLE},
        },
    }


def test_there_is_an_account_for_client_driver_and_executor() -> None:
    api = FakeApi()
    service_accounts.ensure_all(api, job_run())  # type: ignore[arg-type]
    assert api.names("serviceaccounts") == [
        f"emr-containers-sa-spark-{component}-{KEY}" for component in ("client", "driver", "executor")
    ]


def test_an_account_that_is_there_is_left_as_it_is() -> None:
    api = FakeApi()
    own = service_accounts.document(job_run(), "driver")
    own["metadata"]["annotations"] = {"eks.amazonaws.com/role-arn": "of somebody"}
    api.put(ACCOUNTS, own)
    service_accounts.ensure_all(api, job_run())  # type: ignore[arg-type]
    assert api.get(f"{ACCOUNTS}/emr-containers-sa-spark-driver-{KEY}") == own
    assert [path for verb, path in api.asked if verb == "create"] == [ACCOUNTS] * 2


def test_the_driver_role_and_its_binding_are_exactly_these() -> None:
    assert roles.role(job_run(), "driver") == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "emr-containers-role-spark-driver", "namespace": NAMESPACE},
        "rules": [
            {
                "apiGroups": [""],
                "resources": ["pods", "services", "configmaps"],
                "verbs": ["get", "list", "watch", "create", "delete", "deletecollection", "patch"],
            },
            {
                "apiGroups": [""],
                "resources": ["persistentvolumeclaims"],
                "verbs": ["list", "create", "delete", "deletecollection"],
            },
        ],
    }
    assert roles.binding(job_run(), "driver") == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"emr-containers-rb-spark-driver-{KEY}", "namespace": NAMESPACE},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "Role",
            "name": "emr-containers-role-spark-driver",
        },
        "subjects": [
            {"kind": "ServiceAccount", "name": f"emr-containers-sa-spark-driver-{KEY}", "namespace": NAMESPACE}
        ],
    }


def test_emr_grants_only_what_its_own_role_holds() -> None:
    held = {
        (group, resource, verb)
        for rule in cluster_role.RULES
        for group in rule.api_groups
        for resource in rule.resources
        for verb in rule.verbs
    }
    granted = {
        ("", resource, verb)
        for rules in roles.RULES.values()
        for rule in rules
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert granted <= held
    assert {rule["apiGroups"][0] for rules in roles.RULES.values() for rule in rules} == {""}


def test_a_narrowed_role_stays_narrow_and_a_missing_binding_comes_back() -> None:
    api, job = FakeApi(), job_run()
    narrowed = roles.role(job, "driver") | {"rules": []}
    api.put(f"{RBAC}/roles", narrowed)
    roles.ensure_all(api, job)  # type: ignore[arg-type]
    assert api.get(f"{RBAC}/roles/emr-containers-role-spark-driver") == narrowed
    assert api.names("roles") == ["emr-containers-role-spark-driver", "emr-containers-role-spark-client"]
    assert api.names("rolebindings") == [
        f"emr-containers-rb-spark-client-{KEY}",
        f"emr-containers-rb-spark-driver-{KEY}",
    ]
