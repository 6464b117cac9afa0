"""An emulator process of a test's own, and what tests do on its cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from botocore.exceptions import ClientError

from local.aws.emulator.account import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.engine import ensure

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parent.parent.parent
REGION = "us-west-2"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}],
    }
)


class Process:
    """An emulator of its own on a folder; it ends with this test run, however that ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "local.aws.emulator", "--folder", str(self.folder), "--lifeline"]
        with (self.folder / "emulator.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.folder / "emulator.log").read_text()
        self.endpoint = json.loads(line)["endpoint"]

    def stop(self) -> int:
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        return self.process.wait(60)

    @property
    def generation(self) -> dict[str, Any]:
        return json.loads((self.folder / "generation.json").read_text())

    def aws(self, service: str, key: str = ACCESS_KEY_ID, secret: str = SECRET_ACCESS_KEY) -> Any:
        make: Any = boto3.client
        return make(service, REGION, endpoint_url=self.endpoint, aws_access_key_id=key, aws_secret_access_key=secret)

    def run(self, *command: str, key: str = ACCESS_KEY_ID, secret: str = SECRET_ACCESS_KEY, **options: Any) -> Any:
        environment = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
            "HOME": str(self.folder),
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)

    def kubectl(self, *arguments: str, **options: Any) -> str:
        done = self.run(str(ensure(print).programs["kubectl"]), *arguments, **options)
        return done.stdout + done.stderr


def set_up(process: Process) -> None:
    """A VPC, roles, and an active cluster `emr` with its kubeconfig."""
    ec2, iam, eks = (process.aws(service) for service in ("ec2", "iam", "eks"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("abc")
    ]
    for name, service in (("cluster", "eks"), ("node", "ec2")):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    eks.create_cluster(
        name="emr",
        roleArn="arn:aws:iam::123456789012:role/cluster",
        resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
        bootstrapSelfManagedAddons=False,
    )
    eventually(lambda: eks.describe_cluster(name="emr")["cluster"]["status"] == "ACTIVE")
    assert "context" in process.run("aws", "eks", "update-kubeconfig", "--name", "emr").stdout


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start_once(folder: Path) -> Any:
    """Start an emulator that is expected to refuse."""
    command = [sys.executable, "-m", "local.aws.emulator", "--folder", str(folder)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=60)


def apply(process: Process, *documents: dict[str, Any]) -> None:
    printed = process.kubectl("apply", "-f", "-", input=yaml.safe_dump_all(documents))
    assert "created" in printed or "configured" in printed, printed


def open_to_emr(process: Process, namespace: str, rules: list[dict[str, Any]]) -> None:
    """The Role and RoleBinding of EMR's guide."""
    group = "rbac.authorization.k8s.io"
    metadata = {"name": "emr-containers", "namespace": namespace}
    subject = {"kind": "User", "name": "emr-containers", "apiGroup": group}
    reference = {"kind": "Role", "name": "emr-containers", "apiGroup": group}
    apply(
        process,
        {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": metadata, "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "subjects": [subject],
            "roleRef": reference,
        },
    )


def register(process: Process, namespace: str, **credentials: str) -> str:
    """CreateVirtualCluster; gives the id, or the message of the refusal."""
    provider = {"type": "EKS", "id": "emr", "info": {"eksInfo": {"namespace": namespace}}}
    emr = process.aws("emr-containers", **credentials)
    try:
        return emr.create_virtual_cluster(name=namespace, containerProvider=provider)["id"]
    except ClientError as error:
        return error.response["Error"]["Message"]  # pyright: ignore[reportTypedDictNotRequiredAccess]


def session(process: Process, name: str) -> dict[str, str]:
    """A new role, and credentials of a session of it."""
    arn = process.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    given = process.aws("sts").assume_role(RoleArn=arn, RoleSessionName="someone")["Credentials"]
    return {"key": given["AccessKeyId"], "secret": given["SecretAccessKey"]}
