from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spec.place import Place
from spec.tenant import JobRoleSpec
from stacks.settings import FOLDER, ConfigurationError, Settings, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALUES = {
    "tenancy:platform": "emr",
    "tenancy:account": "123456789012",
    "tenancy:region": "us-west-2",
}
CLUSTER = {"runner": "insideVpc"}
TENANT = {"name": "analytics", "owner": "team", "costCentre": "4100", "stack": "local"}


class Files:
    """A configuration folder of a test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tenants").mkdir()
        (folder / "Pulumi.local.yaml").touch()
        (folder / "Pulumi.prod.yaml").touch()

    def write(self, name: str, content: dict[str, Any] | str) -> None:
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        (self.folder / "tenants" / name).write_text(text)

    def judge(self, values: dict[str, Any] | None = None) -> Settings:
        given = {**VALUES, **(values or {})}
        if "tenancy:existing" not in given and isinstance(given.get("tenancy:cluster", {}), dict):
            given["tenancy:cluster"] = {**CLUSTER, **given.get("tenancy:cluster", {})}
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        return judge("local", texts, self.folder)

    def faults(self, values: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
        """File, place and proposal of each fault."""
        with pytest.raises(ConfigurationError) as caught:
            self.judge(values)
        folder = f"{self.folder}/"
        return [(fault.file.removeprefix(folder), fault.where, fault.write) for fault in caught.value.faults]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_the_smallest_files_give_safe_settings(files: Files) -> None:
    files.write("analytics.yaml", TENANT)
    read = files.judge()
    assert read.place == Place(platform="emr", account="123456789012", region="us-west-2")
    assert (read.allow_data_loss, read.cluster.allow_data_loss) == (False, False)
    (tenant,) = read.tenants
    assert tenant.size == "small"
    assert tenant.roles == (JobRoleSpec(name="job"),)


def test_values_of_mappings_reach_the_settings(files: Files) -> None:
    read = files.judge(
        {
            "tenancy:allowDataLoss": "true",
            "tenancy:network": {"nat": "none", "zones": ["b", "c", "d"]},
            "tenancy:cluster": {"systemNodes": {"count": 5}, "publicAccessCidrs": ["203.0.113.0/24"]},
            "tenancy:mirror": "123456789012.dkr.ecr.us-west-2.amazonaws.com/mirror",
        }
    )
    assert read.allow_data_loss
    assert (read.network.nat, read.network.zones) == ("none", ("b", "c", "d"))
    assert (read.cluster.system_nodes.count, read.cluster.public_access_cidrs) == (5, ("203.0.113.0/24",))


def test_a_stack_holds_the_tenants_that_name_it_sorted_by_name(files: Files) -> None:
    for name, stack in (("risk", "local"), ("analytics", "local"), ("sales", "prod")):
        files.write(f"{name}.yaml", {**TENANT, "name": name, "stack": stack})
    assert [tenant.name for tenant in files.judge().tenants] == ["analytics", "risk"]


def test_faults_of_buckets_and_audit_trail_are_reported_under_their_keys(files: Files) -> None:
    values = {
        "tenancy:storage": {"noncurrentDays": 0},
        "tenancy:audit": {"subscribers": ["http://example.com/x"], "retentoinDays": 1},
        "tenancy:cluster": {"deployer": "somebody"},
    }
    assert files.faults(values) == [
        ("Pulumi.local.yaml", "tenancy:audit.retentoinDays", "retentionDays"),
        ("Pulumi.local.yaml", "tenancy:cluster.deployer", "arn:aws:iam::123456789012:role/deployer"),
        ("Pulumi.local.yaml", "tenancy:storage.noncurrentDays", "1"),
        ("Pulumi.local.yaml", "tenancy:audit.subscribers[0]", "https://example.com/x"),
    ]


def test_faults_of_version_and_add_ons_are_reported_with_those_of_the_cluster(files: Files) -> None:
    cluster = {
        "kubernetesVersion": "1.29",
        "addons": ["metrics-server", "metric-server"],
        "publicAccessCidrs": ["0.0.0.0/0"],
        "systemNodes": {"instanceType": "t3.xlarge"},
        "admins": ["somebody"],
    }
    assert [where for _, where, _ in files.faults({"tenancy:cluster": cluster})] == [
        "tenancy:cluster.publicAccessCidrs[0]",
        "tenancy:cluster.admins[0]",
        "tenancy:cluster.systemNodes.instanceType",
        "tenancy:cluster.kubernetesVersion",
        "tenancy:cluster.addons[1]",
    ]


def test_more_tenants_than_emrs_own_entry_can_name_are_refused_before_anything_is_made(files: Files) -> None:
    for number in range(380):
        files.write(f"tenant{number:08}.yaml", {**TENANT, "name": f"tenant{number:08}"})
    assert files.judge().tenants
    assert [
        (where, write[:17]) for _, where, write in files.faults({"tenancy:cluster": {"emrAccess": "accessEntry"}})
    ] == [("tenancy:cluster", "fewer names in on")]


LOSING: dict[str, Any] = {
    "tenancy:allowDataLoss": "true",
    **{f"tenancy:{part}": {"allowDataLoss": True} for part in ("network", "cluster", "storage")},
}


def test_the_key_of_logs_goes_only_if_no_logs_stay(files: Files) -> None:
    files.write("analytics.yaml", {**TENANT, "allowDataLoss": True})
    assert not files.judge(LOSING).keeps_logs
    for key in LOSING:
        assert files.judge({name: value for name, value in LOSING.items() if name != key}).keeps_logs
    files.write("analytics.yaml", TENANT)
    assert files.judge(LOSING).keeps_logs


def test_a_misspelt_key_is_refused_with_the_nearest_known_one(files: Files) -> None:
    tenant = {**TENANT, "costCenter": "4100", "roles": [{"name": "etl", "reads": []}]}
    del tenant["costCentre"]
    files.write("analytics.yaml", tenant)
    assert files.faults() == [
        ("tenants/analytics.yaml", "roles[0].reads", "read"),
        ("tenants/analytics.yaml", "costCenter", "costCentre"),
    ]


def test_an_unknown_setting_of_the_stack_is_refused_with_the_nearest_known_one(files: Files) -> None:
    assert files.faults({"tenancy:netwrok": {"nat": "none"}, "tenancy:cluster": {"systemNode": {}}}) == [
        ("Pulumi.local.yaml", "tenancy:cluster.systemNode", "systemNodes"),
        ("Pulumi.local.yaml", "tenancy:netwrok", "network"),
    ]


def test_settings_that_nobody_reads_are_refused(files: Files) -> None:
    ((file, where, write),) = files.faults({"aws:region": "us-east-1", "pulumi:disable-default-providers": ["*"]})
    assert (file, where) == ("Pulumi.local.yaml", "aws:region")
    assert write.startswith("tenancy:region")


@pytest.mark.parametrize("missing", VALUES)
def test_what_has_no_default_must_be_said(files: Files, missing: str) -> None:
    values = {key: value for key, value in VALUES.items() if key != missing}
    with pytest.raises(ConfigurationError, match=f"{missing}: nothing"):
        judge("local", values, files.folder)


def test_two_tenants_of_one_name_are_refused_with_both_files(files: Files) -> None:
    files.write("analytics.yaml", TENANT)
    files.write("analytics-copy.yaml", TENANT)
    with pytest.raises(ConfigurationError) as caught:
        files.judge()
    assert {(fault.where, fault.allowed) for fault in caught.value.faults} == {
        ("name", "the name of the file"),
        ("name", "one tenant of a name"),
    }
    assert "analytics-copy.yaml" in str(caught.value)


def test_a_tenant_of_a_stack_that_is_not_there_is_refused(files: Files) -> None:
    files.write("analytics.yaml", {**TENANT, "stack": "locla"})
    with pytest.raises(ConfigurationError, match="allowed: local, prod"):
        files.judge()


def test_a_tenant_file_of_another_ending_is_not_passed_over(files: Files) -> None:
    files.write("analytics.yml", TENANT)
    assert files.faults() == [
        ("tenants/analytics.yml", "", "analytics.yaml as the file's name, or keep the file elsewhere")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [", "(line 2, column 1)"),
        ("name: a\nname: b\n", "'name' stands there twice (line 2, column 1)"),
        ("", "an empty file"),
        ("- name\n", "no mapping of keys"),
        ("? [a]\n: b\n", "unhashable"),
        ("a: !!python/object:os.system {}\n", "could not determine a constructor"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(files: Files, text: str, message: str) -> None:
    files.write("analytics.yaml", text)
    with pytest.raises(ConfigurationError) as caught:
        files.judge()
    assert message in str(caught.value)


def test_a_file_that_is_no_text_is_refused(files: Files) -> None:
    (files.folder / "tenants" / "analytics.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="decode"):
        files.judge()


def test_a_number_where_text_belongs_is_put_in_quotes(files: Files) -> None:
    files.write("analytics.yaml", {**TENANT, "costCentre": 4100, "quota": {"requestsCpu": 60}})
    assert files.faults() == [
        ("tenants/analytics.yaml", "costCentre", 'it in quotes: "4100"'),
        ("tenants/analytics.yaml", "quota.requestsCpu", 'it in quotes: "60"'),
    ]


def test_all_faults_of_all_files_come_at_once(files: Files) -> None:
    files.write(
        "analytics.yaml",
        {
            **TENANT,
            "owner": "data team",
            "sise": "large",
            "quota": {"limitsMemory": "300GB"},
            "roles": [{"name": "transformation"}],
        },
    )
    files.write("analytics-and-reporting.yaml", {**TENANT, "name": "analytics-and-reporting", "size": "huge"})
    places = [
        (file, where)
        for file, where, _ in files.faults({"tenancy:network": {"cidr": "10.0.0.0/30"}, "tenancy:regoin": "x"})
    ]
    assert places == [
        ("Pulumi.local.yaml", "tenancy:regoin"),
        ("Pulumi.local.yaml", "tenancy:network.cidr"),
        ("tenants/analytics-and-reporting.yaml", "size"),
        ("tenants/analytics-and-reporting.yaml", "name"),
        ("tenants/analytics.yaml", "sise"),
        ("tenants/analytics.yaml", "owner"),
        ("tenants/analytics.yaml", "quota.limitsMemory"),
        ("tenants/analytics.yaml", "roles[0].name"),
    ]


def test_a_fault_says_what_is_allowed_why_and_what_to_write(files: Files) -> None:
    files.write("analytics.yaml", {**TENANT, "quota": {"limitsMemory": "300GB"}})
    with pytest.raises(ConfigurationError) as caught:
        files.judge()
    assert str(caught.value) == (
        "stack `local` cannot be built: one fault in its configuration.\n"
        "\n"
        f"1. {files.folder}/tenants/analytics.yaml: quota.limitsMemory: '300GB'\n"
        '   allowed: a number of bytes such as "512Mi", "48Gi" or "4G"\n'
        "   why: Kubernetes counts whole bytes; Ki, Mi, Gi, Ti are powers of 1024, k, M, G, T of 1000\n"
        '   write: a number of bytes such as "512Mi", "48Gi" or "4G"\n'
    )


def test_files_of_the_checkout_are_named_from_its_root() -> None:
    with pytest.raises(ConfigurationError, match=r"\n1\. stacks/config/Pulumi\.local\.yaml: tenancy:region: "):
        judge("local", {**VALUES, "tenancy:region": "nowhere"}, FOLDER)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["name", "owner", "costCentre", "stack", "size", "quota", "roles", "read", "x"]) | st.text(
    max_size=5
)


@given(st.dictionaries(keys, json_values, max_size=6))
def test_whatever_stands_in_a_tenant_file_the_answer_is_settings_or_faults(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]
) -> None:
    files = Files(tmp_path_factory.mktemp("files"))
    files.write("analytics.yaml", json.dumps(content))
    try:
        files.judge()
    except ConfigurationError as refused:
        assert refused.faults  # noqa: PT017 - settings are as good an answer


@given(
    st.sampled_from(["network", "cluster", "storage", "audit", "region", "account", "allowDataLoss", "x"]), json_values
)
def test_whatever_stands_in_a_stack_file_the_answer_is_settings_or_faults(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: Any
) -> None:
    files = Files(tmp_path_factory.mktemp("files"))
    try:
        files.judge({f"tenancy:{key}": value})
    except ConfigurationError as refused:
        assert refused.faults  # noqa: PT017 - settings are as good an answer


def test_bad_settings_end_the_program_before_the_first_resource_without_a_traceback(
    record_stack: Callable[..., Any], stack_config: Callable[[str], dict[str, str]]
) -> None:
    config = {**stack_config("local"), "tenancy:regoin": "us-west-2"}
    with pytest.raises(pulumi.RunError, match="tenancy:regoin"):
        record_stack("local", config=config)


def test_settings_are_judged_before_the_sdks_are_loaded() -> None:
    code = (
        "import sys, stacks.settings\n"
        "light = {'components', 'components.images', 'components.versions'}\n"
        "print([name for name in sys.modules if name.startswith(('pulumi_', 'components')) and name not in light])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parent.parent
    )
    assert done.stdout.strip() == "[]"
