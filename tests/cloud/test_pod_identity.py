"""EKS Pod Identity on a real control plane: what a pod gets, and an AWS SDK that becomes the role with it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.aws.emulator.authorization import inside
from local.aws.emulator.eks.state import ClusterKey
from tests.cloud.own_emulator import REGION, Process, apply, eventually, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.cloud
FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
AGENT = "http://169.254.170.23"
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("pod-identity"))
    try:
        set_up(process)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-service-account": "job"}},
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn = process.aws("iam").create_role(RoleName="job", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        eks = process.aws("eks")
        eks.create_pod_identity_association(clusterName="emr", namespace="default", serviceAccount="job", roleArn=arn)
        eks.create_addon(clusterName="emr", addonName="eks-pod-identity-agent")
        annotations = {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/other"}
        for name in ("job", "other"):
            metadata = {"name": name, "namespace": "default", "annotations": annotations}
            apply(process, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        addon = {"clusterName": "emr", "addonName": "eks-pod-identity-agent"}
        eventually(lambda: eks.describe_addon(**addon)["addon"]["status"] != "CREATING")
        yield process
    finally:
        process.stop()


def pod(process: Process, account: str) -> dict[str, Any]:
    """A new pod, as the API server keeps it."""
    spec = {"serviceAccountName": account, "containers": [{"name": "main", "image": "busybox"}]}
    metadata = {"name": f"pod-{account}", "namespace": "default"}
    apply(process, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return json.loads(process.kubectl("get", "pod", f"pod-{account}", "-o", "json"))["spec"]


def environment(spec: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in spec["containers"][0]["env"]}


def test_a_pod_of_an_associated_account_becomes_its_role_and_not_that_of_its_annotation(
    process: Process, tmp_path: Path
) -> None:
    spec = pod(process, "job")
    env = environment(spec)
    assert env == {
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{AGENT}/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{FOLDER}/eks-pod-identity-token",
    }
    (source,) = next(v for v in spec["volumes"] if v["name"] == "eks-pod-identity-token")["projected"]["sources"]
    projected = source["serviceAccountToken"]
    assert projected == {
        "audience": "pods.eks.amazonaws.com",
        "expirationSeconds": 86400,
        "path": "eks-pod-identity-token",
    }
    # The token and the addresses that the process kubelet would give the container.
    bound = ("--bound-object-kind", "Pod", "--bound-object-name", "pod-job")
    token = process.kubectl("create", "token", "job", "--audience", projected["audience"], *bound).strip()
    (tmp_path / "token").write_text(token)
    endpoint = inside.address(process.endpoint, ClusterKey("123456789012", REGION, "emr"))
    reached = {
        "AWS_ENDPOINT_URL": process.endpoint,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{endpoint}/pod-identity-agent/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", WHO], env=env | reached, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.startswith("arn:aws:sts::123456789012:assumed-role/job/eks-emr-pod-job-"), done.stderr


def test_a_pod_of_another_account_has_the_role_of_its_annotation(process: Process) -> None:
    env = environment(pod(process, "other"))
    assert env["AWS_ROLE_ARN"] == "arn:aws:iam::123456789012:role/other"
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" not in env
