"""A stack with the plugin's resources alone, and the emulated cluster on which it works."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from emr.cluster_role import ROLE_NAME, RULES, USER
from local.folder import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cloud.conftest import Cloud

CLUSTER = "plugin"
NAMESPACES = ("team-a", "team-b")
ROLE = "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers"
ENTRY = {"rolearn": ROLE, "username": "emr-containers"}
NODES = {"rolearn": "arn:aws:iam::123456789012:role/nodes", "username": "system:node:{{EC2PrivateDNSName}}"}
BY_HAND = f"# by hand\n- rolearn:  {NODES['rolearn']}\n  username: '{NODES['username']}'\n"
PROGRAM = f"""
import pulumi
from components.aws_auth_entry import AwsAuthEntry, AwsAuthEntryArgs
from components.service_linked_role import ServiceLinkedRole, ServiceLinkedRoleArgs
from components.virtual_cluster import VirtualCluster, VirtualClusterArgs

config = pulumi.Config("t")
role = ServiceLinkedRole("role", ServiceLinkedRoleArgs(aws_service_name="emr-containers.amazonaws.com"))
before = [role]
if config.require_bool("entry"):
    entry = AwsAuthEntryArgs(cluster_name="{CLUSTER}", role_arn="{ROLE}", username=config.require("username"))
    before.append(AwsAuthEntry("entry", entry, pulumi.ResourceOptions(depends_on=[role])))
if config.require_bool("tenant"):
    args = VirtualClusterArgs(
        name=config.require("name"),
        cluster_name="{CLUSTER}",
        namespace=config.require("namespace"),
        tags={{"team": config.require_secret("team")}},
    )
    made = VirtualCluster("tenant", args, pulumi.ResourceOptions(depends_on=before))
    pulumi.export("id", made.virtual_cluster_id)
    pulumi.export("arn", made.arn)
"""
PROJECT = {
    "name": "plugin-test",
    "runtime": {"name": "python", "options": {"virtualenv": str(CHECKOUT / ".venv")}},
    "plugins": {"providers": [{"name": "tenancy", "path": str(CHECKOUT / "plugin")}]},
}
USUAL = {"entry": "true", "tenant": "true", "name": "a", "namespace": "team-a", "team": "a", "username": USER}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack with the plugin's resources, and the cluster on which it works."""

    cloud: Cloud
    project: Path

    def pulumi(self, *arguments: str, check: bool = True, **changes: str) -> str:
        settings = [text for name, value in {**USUAL, **changes}.items() for text in ("--config", f"t:{name}={value}")]
        return self._run(*arguments, *(settings if arguments[0] in ("up", "preview") else []), check=check)

    def up(self, *, check: bool = True, **changes: str) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", check=check, **changes)

    def refresh(self) -> str:
        return self.pulumi("refresh", "--yes", "--skip-preview")

    def destroy(self, *, check: bool = True) -> str:
        return self.pulumi("destroy", "--yes", "--skip-preview", check=check)

    def output(self, name: str) -> str:
        return self.pulumi("stack", "output", name).strip()

    def state(self) -> dict[str, Any]:
        exported = json.loads(self.pulumi("stack", "export"))
        return {one["urn"].rpartition("::")[2]: one for one in exported["deployment"].get("resources", [])}

    def kubectl(self, *arguments: str) -> str:
        return self.cloud.run("kubectl", "--kubeconfig", str(self.project / "kubeconfig"), *arguments)

    def map_roles(self) -> str:
        config_map = json.loads(self.kubectl("-n", "kube-system", "get", "configmap", "aws-auth", "-o", "json"))
        return config_map["data"]["mapRoles"]

    def write_map_roles(self, text: str) -> None:
        patch = json.dumps({"data": {"mapRoles": text}})
        self.kubectl("-n", "kube-system", "patch", "configmap", "aws-auth", "--type", "merge", "-p", patch)

    def virtual_cluster(self, virtual_cluster_id: str) -> dict[str, Any]:
        return self.cloud.aws("emr-containers").describe_virtual_cluster(id=virtual_cluster_id)["virtualCluster"]

    def _run(self, *arguments: str, check: bool) -> str:
        plain = ("--non-interactive", "--color", "never", "--stack", "plugin")
        return self.cloud.run("pulumi", *arguments, *plain, check=check, project=self.project, PYTHONPATH=str(CHECKOUT))


@pytest.fixture(scope="module")
def cluster(cloud: Cloud) -> Iterator[str]:
    """An EKS cluster whose aws-auth somebody wrote by hand."""
    ec2, iam, eks = (cloud.aws(service) for service in ("ec2", "iam", "eks"))
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-west-2{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="plugin-cluster", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="plugin-cluster", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")
    eks.create_cluster(
        name=CLUSTER,
        roleArn=role,
        resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
    )
    eks.get_waiter("cluster_active").wait(name=CLUSTER, WaiterConfig={"Delay": 1})
    yield CLUSTER
    eks.delete_cluster(name=CLUSTER)


@pytest.fixture(scope="module")
def project(cloud: Cloud, cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text(json.dumps(PROJECT))
    (folder / "__main__.py").write_text(PROGRAM)
    cloud.folder.pulumi_state.mkdir(parents=True, exist_ok=True)
    made = Stack(cloud=cloud, project=folder)
    cloud.run("aws", "eks", "update-kubeconfig", "--name", cluster, "--kubeconfig", str(folder / "kubeconfig"))
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "aws-auth", "namespace": "kube-system"},
        "data": {"mapRoles": BY_HAND},
    }
    for one in [config_map, *(manifest for namespace in NAMESPACES for manifest in let_emr_in(namespace))]:
        (folder / "manifest.json").write_text(json.dumps(one))
        made.kubectl("apply", "-f", str(folder / "manifest.json"))
    made.pulumi("stack", "init")
    yield made
    made.destroy(check=False)


def let_emr_in(namespace: str) -> list[dict[str, Any]]:
    place = {"namespace": namespace, "name": ROLE_NAME}
    rules = [{"apiGroups": one.api_groups, "resources": one.resources, "verbs": one.verbs} for one in RULES]
    group = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": place, "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": place,
            "roleRef": {"apiGroup": group, "kind": "Role", "name": ROLE_NAME},
            "subjects": [{"apiGroup": group, "kind": "User", "name": USER}],
        },
    ]
