from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Recording

PROFILE = "aws:eks/fargateProfile:FargateProfile"
_ATTACHMENT = "risk-fargate-execution-AmazonEKSFargatePodExecutionRolePolicy"
QUOTA = "kubernetes:core/v1:ResourceQuota"
RISK = "name: risk\nowner: x\ncostCentre: 'y'\nstack: local\nplacement: fargate\nacceptFargateNetwork: true\n"
SANDBOX = "name: sandbox\nowner: x\ncostCentre: 'y'\nstack: local\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tenants").mkdir()
    for name, text in {"risk": RISK, "sandbox": SANDBOX}.items():
        (tmp_path / "tenants" / f"{name}.yaml").write_text(text)
    (tmp_path / "Pulumi.local.yaml").write_text("")
    return tmp_path


@pytest.fixture
def placed(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_stack: Callable[..., Recording],
    stack_config: Callable[[str], dict[str, str]],
) -> Recording:
    """A stack with a tenant on Fargate and one that shares."""
    monkeypatch.setattr(settings, "FOLDER", folder)
    return record_stack("local", config=stack_config("local"))


def notes_of(recording: Recording, tenant: str) -> dict[str, Any]:
    return recording.one("kubernetes:core/v1:Namespace", f"{tenant}-namespace").inputs["metadata"]["annotations"]


def test_a_tenant_on_fargate_has_one_profile_for_its_namespace_in_private_subnets(placed: Recording) -> None:
    (profile,) = placed.of(PROFILE)
    (component,) = placed.of("tenancy:index:Fargate")
    assert profile.parent == component.urn
    assert profile.inputs["fargateProfileName"] == f"{profile.inputs['clusterName']}-risk"
    assert profile.inputs["selectors"] == [{"namespace": "risk"}]
    private = [each for each in placed.of("aws:ec2/subnet:Subnet") if "private" in each.name]
    assert len(profile.inputs["subnetIds"]) == len(private) == 3
    assert profile.inputs["tags"]["tenant"] == "risk"
    assert not [each for each in placed.of("kubernetes:karpenter.sh/v1:NodePool") if "risk" in each.name]


def test_its_execution_role_pulls_images_for_that_profile_alone(placed: Recording) -> None:
    role = placed.one("aws:iam/role:Role", "risk-fargate-execution-role")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    cluster = placed.of(PROFILE)[0].inputs["clusterName"]
    assert role.inputs["name"] == f"{cluster}-risk-fargate.pods"
    assert statement["Principal"] == {"Service": "eks-fargate-pods.amazonaws.com"}
    (source,) = statement["Condition"]["ArnLike"].values()
    assert source.endswith(f":fargateprofile/{cluster}/{cluster}-risk/*")
    attached = [each for each in placed.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment") if "risk" in each.name]
    assert [each.inputs["policyArn"] for each in attached] == [
        "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
    ]


def test_its_pods_come_after_the_profile_and_go_before_it(placed: Recording) -> None:
    (profile,) = placed.of(PROFILE)
    risk, sandbox = (
        placed.one("tenancy:index:VirtualCluster", f"{name}-virtual-cluster") for name in ("risk", "sandbox")
    )
    assert placed.waits_for(risk, profile)
    assert not placed.waits_for(sandbox, profile)
    assert placed.waits_for(profile, placed.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", _ATTACHMENT))


def test_admission_and_quotas_know_no_nodes_and_no_priorities_of_it(placed: Recording) -> None:
    notes = notes_of(placed, "risk")
    assert notes["admission.tenancy/fargate"] == "required"
    assert notes["admission.tenancy/priority-classes"] == "system-node-critical"
    assert "admission.tenancy/pod-eni" not in notes
    assert "admission.tenancy/fargate" not in notes_of(placed, "sandbox")
    quotas = sorted(each.name for each in placed.of(QUOTA) if each.name.startswith(("risk", "sandbox")))
    assert quotas == ["risk-quota", "sandbox-drivers-quota", "sandbox-quota"]


def test_its_groups_stay_the_same_two_as_every_tenants(placed: Recording) -> None:
    groups = {
        each.inputs["metadata"]["namespace"]: each.inputs["spec"]
        for each in placed.of("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy")
    }
    assert groups["risk"]["podSelector"] == groups["sandbox"]["podSelector"] == {}
    own, shared = groups["risk"]["securityGroups"]["groupIds"]
    assert shared == groups["sandbox"]["securityGroups"]["groupIds"][1]
    assert own != groups["sandbox"]["securityGroups"]["groupIds"][0]


def test_a_file_that_does_not_accept_the_network_is_refused_before_anything_is_made(
    folder: Path, stack_config: Callable[[str], dict[str, str]]
) -> None:
    path = folder / "tenants" / "risk.yaml"
    path.write_text(RISK.replace("true", "false") + "roles:\n  - name: job\n    credentials: podIdentity\n")
    with pytest.raises(settings.ConfigurationError) as caught:
        settings.judge("local", stack_config("local"), folder)
    assert "acceptFargateNetwork: false, with placement: fargate" in str(caught.value)
    assert "roles[0].credentials: 'podIdentity', with placement: fargate" in str(caught.value)


def test_a_stack_with_more_of_them_than_profiles_is_refused(
    folder: Path, stack_config: Callable[[str], dict[str, str]]
) -> None:
    for number in range(10):
        (folder / "tenants" / f"more{number}.yaml").write_text(RISK.replace("risk", f"more{number}"))
    with pytest.raises(settings.ConfigurationError, match=r"11 tenants with placement: fargate"):
        settings.judge("local", stack_config("local"), folder)
