"""Stacks that stand on what is there, production, and what outlives it; one embedded cloud for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.engine import ensure
from local.folder import CHECKOUT, Folder
from local.surroundings import link_charts
from tests.cloud.conftest import Cloud, running_cloud
from tests.cloud.own_emulator import TRUST
from tests.cloud.project_copy import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud

PLACE = {"account": "123456789012", "region": "us-west-2", "allowDataLoss": "true"}
CLUSTER = {"runner": "insideVpc", "allowDataLoss": True}
LOSING = {"storage": {"allowDataLoss": True}, "audit": {"allowDataLoss": True}}
BASE = {**PLACE, **LOSING, "platform": "base", "upTo": "foundation", "cluster": CLUSTER}
NET = {"nat": "single", "allowDataLoss": True}
CAPACITY = {"chart": ".local/charts", "replicas": 1}
TENANT = {"name": "sales", "owner": "sales", "costCentre": "1", "allowDataLoss": True}
PROD = yaml.safe_load((CHECKOUT / "stacks" / "config" / "Pulumi.prod.yaml").read_text())["config"]
PAYMENTS = yaml.safe_load((CHECKOUT / "stacks" / "config" / "tenants" / "payments.yaml").read_text())
LOGS = "prod-logs-123456789012-us-west-2"
KEPT = {
    "buckets": {f"prod-{part}-123456789012-us-west-2" for part in ("logs", "artefacts", "audit")},
    "groups": {"/aws/cloudtrail/prod", "/aws/vpc-flow-logs/prod", "/emr/prod/payments"},
    "aliases": {f"alias/prod-{part}" for part in ("logs", "data", "audit")},
}
"""What outlives stack `prod` once its cluster may go."""
TAKEN_BACK = [
    *("logs-bucket", "artefacts-bucket", "audit-bucket"),
    *("audit-logs", "network-flow-logs-group", "payments-logs-group"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Copy]:
    """A project of the test's own on a cloud of its own, whose account has the roles that prod's file names."""
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("standing")), lifeline):
        for path, name in (("/ci/", "deployer"), ("/platform/", "admins"), ("/payments/", "leads")):
            cloud.aws("iam").create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=TRUST)
        made = Copy.make(cloud, tmp_path_factory.mktemp("project"))
        link_charts(ensure(print).charts, made.folder)
        yield made


@pytest.fixture(scope="module")
def base(copy: Copy) -> dict[str, Any]:
    """The foundation that a stack with nothing else exports."""
    copy.write("base", {**BASE, "network": NET})
    copy.up("base")
    return copy.outputs("base")["foundation"]


def of_platform(cloud: Cloud, platform: str) -> dict[str, set[str]]:
    """What an account keeps of a platform, of all that holds data."""
    aliases = [each["AliasName"] for each in cloud.aws("kms").list_aliases()["Aliases"]]
    groups = [each["logGroupName"] for each in cloud.aws("logs").describe_log_groups()["logGroups"]]
    buckets = [each["Name"] for each in cloud.aws("s3").list_buckets()["Buckets"]]
    return {
        "buckets": {name for name in buckets if name.startswith(f"{platform}-")},
        "groups": {name for name in groups if platform in name.split("/")},
        "aliases": {name for name in aliases if name.startswith(f"alias/{platform}-")},
    }


def test_a_tenant_comes_to_a_cluster_that_is_named_by_plain_values(copy: Copy, base: dict[str, Any]) -> None:
    copy.write("teams", {**PLACE, "platform": "base", "existing": {"foundation": base}, "capacity": CAPACITY}, TENANT)
    copy.up("teams")
    copy.up("teams", "--expect-no-changes")
    tenant = copy.outputs("teams")["tenants"]["sales"]
    found = copy.cloud.aws("emr-containers").describe_virtual_cluster(id=tenant["virtualClusterId"])["virtualCluster"]
    assert (found["state"], found["containerProvider"]["id"]) == ("RUNNING", "base")
    copy.pulumi("teams", "destroy", "--yes", "--skip-preview")
    (copy.folder / "stacks" / "config" / "tenants" / "sales.yaml").unlink()
    assert copy.cloud.aws("eks").describe_cluster(name="base")["cluster"]["status"] == "ACTIVE"
    copy.up("base", "--expect-no-changes", "--refresh")


def test_a_cluster_comes_to_a_vpc_that_is_named_by_plain_values(copy: Copy, base: dict[str, Any]) -> None:
    network = {
        "vpcId": base["vpcId"],
        "privateSubnetIds": dict(zip("abc", base["privateSubnetIds"], strict=True)),
        "podSubnetIds": dict(zip("abc", base["podSubnetIds"], strict=True)),
        "privateCidrs": base["privateCidrs"],
        "podCidrs": base["podCidrs"],
        "s3PrefixListId": base["gatewayPrefixListIds"]["s3"],
        "endpointsSecurityGroupId": base["endpointsSecurityGroupId"],
    }
    vpcs = copy.cloud.aws("ec2").describe_vpcs()["Vpcs"]
    copy.write("second", {**BASE, "platform": "second", "existing": {"network": network}})
    copy.up("second")
    copy.up("second", "--expect-no-changes")
    made = copy.cloud.aws("eks").describe_cluster(name="second")["cluster"]["resourcesVpcConfig"]
    assert (made["vpcId"], set(made["subnetIds"])) == (base["vpcId"], set(base["privateSubnetIds"]))
    assert copy.cloud.aws("ec2").describe_vpcs()["Vpcs"] == vpcs
    copy.pulumi("second", "destroy", "--yes", "--skip-preview")
    copy.up("base", "--expect-no-changes", "--refresh")


def production(copy: Copy, **changes: Any) -> None:
    """Write stack `prod` as it is in the checkout, but for the place of its charts: no registry can be reached here."""
    settings = {key.removeprefix("tenancy:"): value for key, value in PROD.items()}
    settings["capacity"] = {**settings.get("capacity", {}), "chart": ".local/charts"}
    copy.write("prod", {**settings, **changes}, PAYMENTS)


def test_production_previews_comes_up_and_stays_as_it_is(copy: Copy) -> None:
    production(copy)
    copy.cloud.pulumi("stack", "select", "--create", "prod", project=copy.folder)
    assert "to create" in copy.pulumi("prod", "preview")
    copy.up("prod")
    copy.up("prod", "--expect-no-changes")
    assert set(copy.outputs("prod")) == {"foundation", "platform", "tenants"}
    eks = copy.cloud.aws("eks")
    policies = eks.list_associated_access_policies(
        clusterName="prod", principalArn="arn:aws:iam::123456789012:role/payments/leads"
    )["associatedAccessPolicies"]
    assert [each["accessScope"] for each in policies] == [{"type": "namespace", "namespaces": ["payments"]}]


def test_a_destroy_of_production_is_refused_before_anything_goes(copy: Copy) -> None:
    printed = copy.pulumi("prod", "destroy", "--yes", check=False)
    assert "cannot be deleted" in printed
    assert "protected" in printed
    copy.up("prod", "--expect-no-changes", "--refresh")


def test_once_the_cluster_may_go_data_alone_stays_and_destroy_says_so(copy: Copy) -> None:
    copy.cloud.aws("s3").put_object(Bucket=LOGS, Key="payments/log", Body=b"what happened")
    production(copy, allowDataLoss="true", cluster={**PROD["tenancy:cluster"], "allowDataLoss": True})
    copy.up("prod")
    printed = copy.pulumi("prod", "destroy", "--yes")
    for name in ("logs-bucket", "audit-logs", "logs-key", "payments-logs-group"):
        assert any(name in line and "[retain]" in line for line in printed.splitlines()), name
    assert of_platform(copy.cloud, "prod") == KEPT
    assert "prod" not in copy.cloud.aws("eks").list_clusters()["clusters"]
    roles = [each["RoleName"] for each in copy.cloud.aws("iam").list_roles()["Roles"]]
    assert not [name for name in roles if name.startswith("prod-")]


def test_an_up_that_is_not_told_of_kept_data_fails_and_says_what_to_write(copy: Copy) -> None:
    production(copy)
    printed = copy.up("prod", check=False)
    assert "has outlived an earlier stack" in printed
    assert any(f"tenancy:adopt: [{name}" in printed for name in (*TAKEN_BACK, "logs-key", "data-key", "audit-key"))
    assert of_platform(copy.cloud, "prod")["buckets"] == KEPT["buckets"]


def test_kept_data_is_taken_back_by_name_and_still_there(copy: Copy) -> None:
    kms = copy.cloud.aws("kms")
    ids = {
        name: kms.describe_key(KeyId=f"alias/prod-{name}")["KeyMetadata"]["KeyId"] for name in ("logs", "data", "audit")
    }
    production(copy, adopt=[*TAKEN_BACK, *(f"{name}-key={found}" for name, found in ids.items())])
    assert "imported" in copy.up("prod")
    body = copy.cloud.aws("s3").get_object(Bucket=LOGS, Key="payments/log")["Body"].read()
    assert body == b"what happened"
    exported = copy.outputs("prod")["foundation"]
    assert exported["logsKeyArn"].endswith(ids["logs"])
    groups = copy.cloud.aws("logs").describe_log_groups(logGroupNamePrefix="/emr/prod/payments")["logGroups"]
    assert [each["kmsKeyId"] for each in groups] == [exported["logsKeyArn"]]
    production(copy)
    copy.up("prod", "--expect-no-changes")
    assert json.loads(copy.pulumi("prod", "stack", "export"))["deployment"]["resources"]
