"""The command lines of the programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from local.control_plane import commands, configuration, definitions, pki, ports
from local.control_plane.images import Image
from local.control_plane.kubelet import configuration as kubelet_configuration

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
IMAGES = (Image(pattern="/spark/emr-", command=("/bin/true", "x"), environment={"A": "b"}),)
COMMANDS = (
    commands.etcd,
    commands.kube_apiserver,
    commands.kube_controller_manager,
    commands.kube_scheduler,
    commands.kwok,
    commands.kubelet,
)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> commands.Setting:
    folder = tmp_path_factory.mktemp("cluster")
    return commands.Setting(
        programs={name: Path("/programs") / name for name in NAMES},
        folder=folder,
        ports=ports.ensure(folder),
        pki=pki.ensure(folder / "pki", "172.20.0.0/16"),
        issuer="https://oidc.eks.us-west-2.amazonaws.com/id/0",
        aws_endpoint="http://127.0.0.1:3",
        images=IMAGES,
        service_cidr="172.20.0.0/16",
    )


def test_nothing_listens_beyond_loopback(setting: commands.Setting) -> None:
    addresses = [flag for flag in commands.etcd(setting) if "urls" in flag]
    assert addresses
    assert all("//127.0.0.1:" in flag for flag in addresses)
    assert "--bind-address=127.0.0.1" in commands.kube_apiserver(setting)
    for quiet in (commands.kube_controller_manager, commands.kube_scheduler):
        assert "--secure-port=0" in quiet(setting)


def test_access_policies_are_asked_last_and_no_answer_is_kept(setting: commands.Setting) -> None:
    flags = commands.kube_apiserver(setting)
    assert "--authorization-mode=Node,RBAC,Webhook" in flags
    kept = [flag for flag in flags if "cache" in flag]
    assert len(kept) == 3
    assert all(flag.endswith("-ttl=0s") for flag in kept)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_file_that_a_flag_names_is_there(
    setting: commands.Setting, command: Callable[[commands.Setting], list[str]]
) -> None:
    configuration.write(setting, "https://127.0.0.1:1", "https://127.0.0.1:2")
    named = [Path(flag.partition("=")[2]) for flag in command(setting) if f"={setting.folder}" in flag]
    assert named
    assert [path for path in named if not path.exists() and path.name != "etcd"] == []


def test_kubeconfigs_name_the_server_and_carry_the_authority(setting: commands.Setting) -> None:
    configuration.write(setting, "https://127.0.0.1:1", "https://127.0.0.1:2")

    def server(name: str) -> str:
        return json.loads((setting.folder / "config" / name).read_text())["clusters"][0]["cluster"]["server"]

    assert server("kwok.json") == "https://127.0.0.1:1"
    assert server("authentication-webhook.json") == "https://127.0.0.1:2/authenticate"
    assert server("authorization-webhook.json") == "https://127.0.0.1:2/authorize"
    documents = list(yaml.safe_load_all((setting.folder / "config" / "stages.yaml").read_text()))
    assert {document["kind"] for document in documents} == {"Stage"}


def test_the_kubelet_reads_what_is_written_for_it(setting: commands.Setting) -> None:
    configuration.write(setting, "https://127.0.0.1:1", "https://127.0.0.1:2")
    read = kubelet_configuration.read(setting.folder / "config" / "kubelet.json")
    assert read.images == IMAGES
    assert (read.folder, read.endpoint, read.port) == (setting.folder, "https://127.0.0.1:1", setting.ports.kubelet)
    assert read.serving_certificate.exists()
    assert read.key.exists()


def test_the_pod_webhook_fails_open_and_sees_new_pods_only() -> None:
    (webhook,) = definitions.pod_webhook("https://127.0.0.1:2", "PEM")["webhooks"]
    assert webhook["failurePolicy"] == "Ignore"
    assert webhook["clientConfig"]["url"] == "https://127.0.0.1:2/mutate-v1-pod"
    (rule,) = webhook["rules"]
    assert (rule["resources"], rule["operations"]) == (["pods"], ["CREATE"])
