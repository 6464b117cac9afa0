from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from plugin.property_values import decode, encode

PLUGIN = Path(__file__).parents[2] / "plugin"
TYPES = {
    "VirtualCluster": ({"name": "a", "clusterName": "c", "namespace": "n"}, {"virtualClusterId", "arn", "state"}),
    "ServiceLinkedRole": ({"awsServiceName": "emr-containers.amazonaws.com"}, {"arn", "name"}),
    "AwsAuthEntry": ({"clusterName": "c", "roleArn": "arn:aws:iam::123456789012:role/r", "username": "u"}, set()),
}


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    process = subprocess.Popen(
        [sys.executable, PLUGIN, "--logtostderr", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path_factory.mktemp("program"),
    )
    assert process.stdout
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    process.terminate()
    process.communicate(timeout=10)


def test_the_folder_runs_as_a_program_and_names_itself(plugin: Any):
    described = yaml.safe_load((PLUGIN / "PulumiPlugin.yaml").read_text())
    assert described["name"] == "tenancy"
    assert described["runtime"]["options"] == {"virtualenv": "../.venv"}
    assert plugin.GetPluginInfo(empty_pb2.Empty()).version == described["version"]


@pytest.mark.parametrize("name", TYPES)
def test_every_resource_is_served(plugin: Any, name: str):
    inputs, computed = TYPES[name]
    urn = f"urn:pulumi:s::p::tenancy:index:{name}::x"
    checked = plugin.Check(provider_pb2.CheckRequest(urn=urn, news=encode(inputs)))
    assert not checked.failures
    planned = plugin.Create(provider_pb2.CreateRequest(urn=urn, properties=checked.inputs, preview=True))
    assert decode(planned.properties).values.keys() - decode(checked.inputs).values.keys() == computed


def test_no_module_of_the_folder_hides_a_library():
    names = {path.stem for path in PLUGIN.glob("*.py")} - {"__main__", "__init__"}
    assert not names & set(sys.stdlib_module_names)
    site = Path(sys.prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
    assert not [name for name in names if (site / name).exists() or (site / f"{name}.py").exists()]
