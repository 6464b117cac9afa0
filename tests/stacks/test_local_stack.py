from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spec.contracts import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Recording, Registered

IDENTITIES = Path(__file__).parent / "identities"
UPDATE = "UPDATE_IDENTITIES=1 python -m pytest tests/stacks/test_local_stack.py"


def identities(recording: Recording) -> str:
    """Type, with the types of its parents, and name of every resource: what Pulumi knows it by."""
    return "".join(sorted(f"{resource.urn.split('::', 2)[2]}\n" for resource in recording.resources))


def test_identities_change_only_when_they_are_meant_to(local_stack: Recording) -> None:
    found, file = identities(local_stack), IDENTITIES / "local.txt"
    if os.environ.get("UPDATE_IDENTITIES"):
        file.write_text(found)
    assert found == file.read_text(), (
        "resources have come, gone or changed type, parent or name; a changed identity replaces what runs, unless "
        f"an alias says what it was. If it is meant: {UPDATE}"
    )


def test_every_resource_below_a_component_has_an_explicit_provider(local_stack: Recording) -> None:
    for resource in local_stack.resources:
        package = resource.type.split(":")[0]
        if resource.remote:
            assert {"aws"} <= resource.providers.keys(), resource.name
        elif resource.custom and package != "pulumi":
            assert f"::pulumi:providers:{package}::" in resource.provider, resource.name


def test_every_resource_belongs_to_a_component(local_stack: Recording) -> None:
    providers = {"aws", "tenancy", "kubernetes"}
    foundation = {"network", "endpoints", "cluster", "logs", "data", "artefacts", "audit", "alarms"}
    platform = {"priority", "headroom", "admission", "capacity", "tenants", "events"}
    stack = providers | foundation | platform | {"analytics", "risk", "sandbox"}
    top = {each.name for each in local_stack.resources if "::pulumi:pulumi:Stack::" in each.parent}
    assert top == stack


def test_every_component_of_ours_registers_its_outputs(local_stack: Recording) -> None:
    components = [each for each in local_stack.resources if not each.custom and not each.remote]
    assert len(components) > 15
    assert all(each.urn in local_stack.outputs for each in components)
    assert all(each.type.startswith("tenancy:index:") for each in components)


def test_providers_are_bound_to_account_region_and_cluster(local_stack: Recording) -> None:
    amazon = local_stack.one("pulumi:providers:aws").inputs
    assert json.loads(amazon["allowedAccountIds"]) == ["123456789012"]
    assert amazon["region"] == "us-west-2"
    assert json.loads(amazon["defaultTags"])["tags"] == {
        "platform": "emr",
        "stack": "local",
        "managed-by": "pulumi",
    }
    assert local_stack.one("pulumi:providers:tenancy").inputs == {"region": "us-west-2"}
    kubernetes = local_stack.one("pulumi:providers:kubernetes").inputs
    assert kubernetes["clusterIdentifier"] == "arn:aws:eks:us-west-2:123456789012:cluster/emr"


ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def documents(recording: Recording) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document that grants something, with the name of its resource; endpoints' policies only limit."""
    for resource in recording.resources:
        if resource.type == ENDPOINT:
            continue
        for value in resource.inputs.values():
            if isinstance(value, str) and '"Statement"' in value:
                yield resource.name, json.loads(value)


@pytest.mark.covers("ID-16")
def test_no_policy_document_allows_by_a_wildcard_in_an_action(local_stack: Recording) -> None:
    found = list(documents(local_stack))
    assert len(found) == 40
    for name, document in found:
        for statement in document["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert statement["Effect"] == "Deny" or not any("*" in action for action in actions), name
            assert "NotAction" not in statement, name


@pytest.mark.covers("ID-16")
def test_only_policies_of_keys_and_what_has_no_arn_are_about_every_resource(local_stack: Recording) -> None:
    open_ended = {
        name: statement["Action"]
        for name, document in documents(local_stack)
        for statement in document["Statement"]
        if statement.get("Resource") in ("*", ["*"])
    }
    keys = {"audit-key", "cluster-secrets-key", "data-key", "logs-key"}
    submitters = {f"{each}-access-submit" for each in ("analytics", "risk", "sandbox")}
    assert set(open_ended) == {*keys, "capacity-karpenter-permissions", *submitters}
    assert {tuple(open_ended[each]) for each in submitters} == {("emr-containers:ListVirtualClusters",)}


def test_what_an_endpoint_leaves_open_it_leaves_open_to_the_platforms_account_only(local_stack: Recording) -> None:
    found = local_stack.of(ENDPOINT)
    assert {each.name for each in found} == {
        f"endpoints-{each}" for each in ("ecr-api", "ecr-dkr", "logs", "s3", "sts")
    }
    for endpoint in found:
        for statement in json.loads(endpoint.inputs["policy"])["Statement"]:
            pinned = statement.get("Condition", {}).get("StringEquals", {}).get("aws:PrincipalAccount")
            open_ended = statement["Resource"] == "*" or any("*" in action for action in statement["Action"])
            assert pinned == "123456789012" or not open_ended, endpoint.name


def of_tenant(recording: Recording, name: str) -> list[Registered]:
    (tenant,) = [each for each in recording.of("tenancy:index:Tenant") if each.name == name]
    return [each for each in recording.below(tenant) if each.custom]


def test_three_tenants_differ_as_the_source_documents_tenants_do(local_stack: Recording) -> None:
    quotas = {
        each.name: each.inputs["spec"]["hard"]["limits.cpu"]
        for each in local_stack.of("kubernetes:core/v1:ResourceQuota")
        if "limits.cpu" in each.inputs["spec"]["hard"]
    }
    assert quotas == {"analytics-quota": "2000", "risk-quota": "500", "sandbox-quota": "100"}


def test_nothing_of_one_tenant_names_another(local_stack: Recording) -> None:
    names = ("analytics", "risk", "sandbox")
    for name in names:
        text = json.dumps([each.inputs for each in of_tenant(local_stack, name)])
        assert not [other for other in names if other != name and other in text]


def test_a_tenant_has_twenty_four_objects_two_more_for_each_further_role_and_one_for_each_rule(
    local_stack: Recording,
) -> None:
    assert {name: len(of_tenant(local_stack, name)) for name in ("analytics", "risk", "sandbox")} == {
        "analytics": 26,
        "risk": 25,
        "sandbox": 24,
    }


def test_the_contracts_are_exported_with_their_version(local_stack: Recording) -> None:
    exports = local_stack.exports
    assert set(exports) == {"foundation", "platform", "tenants"}
    assert exports["foundation"]["version"] == exports["platform"]["version"] == VERSION
    assert exports["platform"]["admissionPolicy"] == "tenancy-pods"
    assert set(exports["tenants"]) == {"analytics", "risk", "sandbox"}
    assert exports["tenants"]["risk"]["jobRoleArns"] == {"model": "arn:aws:iam::123456789012:role/emr-risk-model"}


def test_destroying_the_stack_leaves_nothing(local_stack: Recording) -> None:
    assert not any(each.request.retainOnDelete or each.request.protect for each in local_stack.resources)
    assert local_stack.one("eks:index:Cluster").inputs["deletionProtection"] is False


HOLDERS = {
    "tenancy:network": {"logs-key", "network-flow-logs-group"},
    "tenancy:cluster": {"cluster-secrets-key", "cluster-logs", "logs-key"},
    "tenancy:storage": {"logs-bucket", "artefacts-bucket", "logs-key", "data-key"},
    "tenancy:audit": {"audit-bucket", "audit-logs", "audit-key"},
}
"""What holds data, or the key to it, by the setting that lets it go."""
DATA = ("aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup")


def kept(recording: Recording) -> set[str]:
    return {each.name for kind in DATA for each in recording.of(kind) if each.request.retainOnDelete}


@pytest.mark.parametrize("key", HOLDERS)
def test_what_holds_data_stays_if_its_own_setting_does_not_let_it_go(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]], key: str
) -> None:
    config = {name: value for name, value in stack_config("local").items() if name != key}
    config.setdefault("tenancy:cluster", json.dumps({"runner": "insideVpc"}))
    recording = record_stack("local", config=config)
    assert kept(recording) == HOLDERS[key]
    assert recording.one("eks:index:Cluster").inputs["deletionProtection"] is (key == "tenancy:cluster")
    for bucket in recording.of("aws:s3/bucket:Bucket"):
        assert bucket.inputs["forceDestroy"] is (bucket.name not in HOLDERS[key])


def test_everything_that_holds_data_stays_if_the_stack_does_not_let_it_go(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    config = {name: value for name, value in stack_config("local").items() if name != "tenancy:allowDataLoss"}
    recording = record_stack("local", config=config)
    assert kept(recording) == {each.name for kind in DATA for each in recording.of(kind)}
    assert set().union(*HOLDERS.values()) < kept(recording)
    assert recording.one("eks:index:Cluster").inputs["deletionProtection"] is True


def test_the_program_can_be_previewed_on_an_empty_stack(
    record_stack: Callable[..., Recording], local_stack: Recording
) -> None:
    assert identities(record_stack("local", preview=True)) == identities(local_stack)


def test_the_program_is_short() -> None:
    program = (Path(__file__).parents[2] / "__main__.py").read_text()
    assert len(program.splitlines()) < 20
