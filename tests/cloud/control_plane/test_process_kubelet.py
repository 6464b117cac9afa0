"""Pods that are run for real: volumes, environment, containers, memory, deletion, and whose pods they are."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.control_plane import ApiError
from tests.cloud.control_plane.process_pods import ended, events, main_state, output, python, real, started
from tests.cloud.control_plane.world import eventually, pod, pods, run

if TYPE_CHECKING:
    from pathlib import Path

    from local.control_plane import ControlPlane

pytestmark = [pytest.mark.cloud, pytest.mark.usefixtures("ready")]


def folder(plane: ControlPlane) -> Path:
    return plane._args.folder


@pytest.mark.parametrize(("code", "phase", "reason"), [(0, "Succeeded", "Completed"), (3, "Failed", "Error")])
def test_the_exit_code_becomes_the_phase(
    plane: ControlPlane, namespace: str, code: int, phase: str, reason: str
) -> None:
    program = f"import os, sys; open(os.environ['TERMINATION_LOG'], 'w').write('last words'); sys.exit({code})"
    plane.api.create(pods(namespace), real("one", program))
    status = ended(plane, namespace, "one")["status"]
    assert status["phase"] == phase
    state = status["containerStatuses"][0]["state"]["terminated"]
    assert (state["exitCode"], state["reason"], state["message"]) == (code, reason, "last words")
    assert {each["type"]: each["status"] for each in status["conditions"]} == {
        "PodScheduled": "True",
        "PodReadyToStartContainers": "False",
        "Initialized": "True",
        "ContainersReady": "False",
        "Ready": "False",
    }
    assert "Started" in events(plane, namespace, "one")


def test_a_running_pod_is_ready_at_an_address_of_its_own_and_named_by_its_service(
    plane: ControlPlane, namespace: str
) -> None:
    look = "import os, time\nwhile True: print(open(os.environ['CONTAINER_HOSTS']).read(), flush=True); time.sleep(.2)"
    for name in ("one", "two"):
        document = real(name, look)
        document["metadata"]["labels"] = {"app": name}
        plane.api.create(pods(namespace), document)
    service = {"clusterIP": "None", "selector": {"app": "one"}, "ports": [{"port": 7078}]}
    plane.api.create(f"/api/v1/namespaces/{namespace}/services", {"metadata": {"name": "svc"}, "spec": service})
    first, second = (run(plane.api, f"{pods(namespace)}/{name}")["status"] for name in ("one", "two"))
    port = int(plane.endpoint.rpartition(":")[2])
    for status in (first, second):
        assert status["podIP"].startswith(f"127.{port >> 8}.{port & 255}.")
        assert {each["type"]: each["status"] for each in status["conditions"]}["Ready"] == "True"
    assert first["podIP"] != second["podIP"]
    entry = f"{first['podIP']} svc svc.{namespace} svc.{namespace}.svc"
    eventually(lambda: entry in output(plane, namespace, "two"))
    plane.api.delete(f"/api/v1/namespaces/{namespace}/services/svc")
    eventually(lambda: "svc." not in output(plane, namespace, "two").rpartition("localhost")[2])


def test_environment_arguments_and_volumes_are_what_the_spec_says(plane: ControlPlane, namespace: str) -> None:
    core = f"/api/v1/namespaces/{namespace}"
    plane.api.create(f"{core}/configmaps", {"metadata": {"name": "map"}, "data": {"key": "from the map", "b": "B"}})
    secret = {"metadata": {"name": "hidden"}, "data": {"key": base64.b64encode(b"from the secret").decode()}}
    plane.api.create(f"{core}/secrets", secret)
    program = (
        "import json, os, sys\nfrom pathlib import Path\n"
        "mounts = json.loads(os.environ['CONTAINER_MOUNTS'])\n"
        "read = lambda top: {str(p.relative_to(top)): p.read_text() for p in Path(top).rglob('*') if p.is_file()}\n"
        "print(json.dumps({'env': dict(os.environ), 'args': sys.argv[1:],\n"
        "  'files': {path: read(there) for path, there in mounts.items()}}))"
    )
    document = real("one", program, "/etc/app/key", "$(MAP) in $(POD)", "$$(POD)")
    container = document["spec"]["containers"][0]
    container["env"] = [
        {"name": "MAP", "valueFrom": {"configMapKeyRef": {"name": "map", "key": "key"}}},
        {"name": "HIDDEN", "valueFrom": {"secretKeyRef": {"name": "hidden", "key": "key"}}},
        {"name": "NONE", "valueFrom": {"secretKeyRef": {"name": "none", "key": "key", "optional": True}}},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "MIB", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
        {"name": "PLACE", "value": "/scratch/x"},
        {"name": "AWS_ENDPOINT_URL", "value": "https://elsewhere"},
    ]
    container["envFrom"] = [{"prefix": "P_", "configMapRef": {"name": "map"}}]
    container["resources"] = {"limits": {"memory": "1536Mi"}}
    container["volumeMounts"] = [
        {"name": "app", "mountPath": "/etc/app"},
        {"name": "scratch", "mountPath": "/scratch", "subPath": "below"},
    ]
    document["spec"]["volumes"] = [
        {"name": "app", "configMap": {"name": "map", "items": [{"key": "key", "path": "deep/key"}]}},
        {"name": "scratch", "emptyDir": {}},
    ]
    plane.api.create(pods(namespace), document)
    done = ended(plane, namespace, "one")
    found = json.loads(output(plane, namespace, "one"))
    env, files = found["env"], found["files"]
    assert (env["MAP"], env["HIDDEN"], env["P_b"]) == ("from the map", "from the secret", "B")
    assert "NONE" not in env
    assert (env["POD"], env["ADDRESS"], env["MIB"]) == ("one", done["status"]["podIP"], "1536")
    assert env["PLACE"].endswith("/volumes/scratch/below/x")
    assert env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert env["FROM_THE_IMAGE"] == "yes"
    assert files["/etc/app"] == {"deep/key": "from the map"}
    account = files["/var/run/secrets/kubernetes.io/serviceaccount"]
    assert account["namespace"] == namespace
    assert account["ca.crt"] == plane.certificate_authority
    assert found["args"][0].endswith("/volumes/app/key")
    assert found["args"][1:] == ["from the map in one", "$(POD)"]


def test_a_pods_token_has_its_accounts_rights_and_ends_with_the_pod(plane: ControlPlane, namespace: str) -> None:
    program = (
        "import json, os, time\n"
        "print(open(json.loads(os.environ['CONTAINER_MOUNTS'])['/var/run/secrets/kubernetes.io/serviceaccount']\n"
        "  + '/token').read(), flush=True); time.sleep(600)"
    )
    plane.api.create(pods(namespace), real("one", program))
    token = eventually(lambda: output(plane, namespace, "one")).strip()
    holder = plane.as_user(token)
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    who = holder.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", review)["status"]["userInfo"]
    assert who["username"] == f"system:serviceaccount:{namespace}:default"
    assert who["extra"]["authentication.kubernetes.io/pod-name"] == ["one"]
    with pytest.raises(ApiError, match="cannot list resource"):
        holder.list(pods(namespace))
    plane.api.delete(f"{pods(namespace)}/one", gracePeriodSeconds="0")

    def refused() -> bool:
        try:
            holder.get("/version")
        except ApiError as error:
            return error.status == 401
        return False

    eventually(refused, seconds=30)  # the API server remembers a good token for 10 s


def test_a_config_map_that_comes_late_is_waited_for(plane: ControlPlane, namespace: str) -> None:
    document = real("one", "print('here')")
    document["spec"]["containers"][0]["volumeMounts"] = [{"name": "late", "mountPath": "/late"}]
    document["spec"]["volumes"] = [{"name": "late", "configMap": {"name": "late"}}]
    plane.api.create(pods(namespace), document)
    eventually(lambda: "FailedMount" in events(plane, namespace, "one"))

    def creating() -> bool:
        status = plane.api.get(f"{pods(namespace)}/one")["status"]
        assert status["phase"] == "Pending"
        return "podIP" in status and main_state(status) == {"waiting": {"reason": "ContainerCreating"}}

    eventually(creating)
    assert 'configmap "late" not found' in events(plane, namespace, "one")["FailedMount"]
    plane.api.create(f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": {"name": "late"}, "data": {"a": "b"}})
    assert ended(plane, namespace, "one")["status"]["phase"] == "Succeeded"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
            "is of type hostPath: the embedded cloud has none",
        ),
        ({"containers": [python("pass", command=["sh"])]}, "run by its own entry point only"),
    ],
)
def test_what_cannot_be_had_here_is_refused_in_plain_words(
    plane: ControlPlane, namespace: str, change: dict[str, Any], words: str
) -> None:
    document = real("one", "pass")
    document["spec"] |= change
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "PodNotSupported")
    assert words in status["message"]
    assert words in eventually(lambda: events(plane, namespace, "one")["PodNotSupported"])


def test_init_containers_go_first_and_simulated_ones_follow_the_real(plane: ControlPlane, namespace: str) -> None:
    write = "import json, os; open(json.loads(os.environ['CONTAINER_MOUNTS'])['/data'] + '/log', 'a').write('{}\\n')"
    mount = [{"name": "data", "mountPath": "/data"}]
    show = "import json, os; print(open(json.loads(os.environ['CONTAINER_MOUNTS'])['/data'] + '/log').read())"
    document = real("one", show)
    spec = document["spec"]
    spec["containers"][0]["volumeMounts"] = mount
    spec["containers"].append({"name": "aside", "image": "pause"})
    spec["initContainers"] = [
        python(write.format("first"), name="first", volumeMounts=mount),
        {"name": "simulated", "image": "pause"},
        python(write.format("second"), name="second", volumeMounts=mount),
    ]
    spec["volumes"] = [{"name": "data", "emptyDir": {}}]
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    assert status["phase"] == "Succeeded"
    assert output(plane, namespace, "one").split() == ["first", "second"]
    states = [each["state"] for each in (*status["initContainerStatuses"], *status["containerStatuses"])]
    assert [state["terminated"]["exitCode"] for state in states] == [0] * 5


def test_a_failing_init_container_fails_the_pod_and_nothing_else_starts(plane: ControlPlane, namespace: str) -> None:
    document = real("one", "print('never')")
    document["spec"]["initContainers"] = [python("raise SystemExit(7)", name="first")]
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    assert status["phase"] == "Failed"
    assert main_state(status) == {"waiting": {"reason": "PodInitializing"}}
    assert output(plane, namespace, "one") == ""


def test_a_container_above_its_memory_limit_is_killed_with_its_children(plane: ControlPlane, namespace: str) -> None:
    greedy = "import os, time\nif os.fork() == 0: held = bytearray(80 << 20)\ntime.sleep(600)"
    document = real("one", greedy)
    document["spec"]["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    state = main_state(status)["terminated"]
    assert (status["phase"], state["exitCode"], state["reason"]) == ("Failed", 137, "OOMKilled")


def test_a_failing_container_is_restarted_as_its_policy_says(plane: ControlPlane, namespace: str) -> None:
    fail_once = (
        "import json, os\npath = json.loads(os.environ['CONTAINER_MOUNTS'])['/data'] + '/been'\n"
        "been = os.path.exists(path); open(path, 'w'); print('again' if been else 'first'); raise SystemExit(not been)"
    )
    document = real("one", fail_once)
    document["spec"]["restartPolicy"] = "OnFailure"
    document["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    document["spec"]["volumes"] = [{"name": "data", "emptyDir": {}}]
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    (container,) = status["containerStatuses"]
    assert (status["phase"], container["restartCount"]) == ("Succeeded", 1)
    assert container["lastState"]["terminated"]["exitCode"] == 1


def test_a_deleted_pod_gets_its_grace_period_and_then_leaves_nothing(plane: ControlPlane, namespace: str) -> None:
    polite = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), time.sleep(.5), sys.exit(0)))\n"
        "print('up', flush=True)\nwhile True: time.sleep(.1)"
    )
    deaf = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\ntime.sleep(600)"
    )
    for name, program in (("polite", polite), ("deaf", deaf)):
        plane.api.create(pods(namespace), real(name, program))
        eventually(lambda name=name: "up" in output(plane, namespace, name))
    places = {name: folder(plane) / "pods" / started(plane, namespace, name) for name in ("polite", "deaf")}
    begun = time.monotonic()
    for name in ("polite", "deaf"):
        plane.api.delete(f"{pods(namespace)}/{name}", gracePeriodSeconds="3")
    names = lambda: {each["metadata"]["name"] for each in plane.api.list(pods(namespace))}  # noqa: E731
    eventually(lambda: "asked" in output(plane, namespace, "polite"))
    eventually(lambda: names() == {"deaf"})
    assert time.monotonic() - begun < 2.5
    eventually(lambda: not names())
    assert 2.5 < time.monotonic() - begun < 6
    eventually(lambda: not any(place.exists() for place in places.values()))


def test_a_pod_past_its_deadline_is_ended(plane: ControlPlane, namespace: str) -> None:
    document = real("one", "import time; time.sleep(600)")
    document["spec"] |= {"activeDeadlineSeconds": 1, "terminationGracePeriodSeconds": 1}
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")


def test_a_jobs_real_pod_ends_by_its_process_alone_and_others_stay_kwoks(plane: ControlPlane, namespace: str) -> None:
    jobs = f"/apis/batch/v1/namespaces/{namespace}/jobs"
    for name, container in (
        ("real", python("import time; time.sleep(2.5); raise SystemExit(4)")),
        ("played", {"name": "main", "image": "pause"}),
    ):
        template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
        plane.api.create(jobs, {"metadata": {"name": name}, "spec": {"backoffLimit": 0, "template": template}})
    plane.api.create(pods(namespace), pod("idle"))
    eventually(lambda: plane.api.get(f"{jobs}/played")["status"].get("succeeded"))
    assert plane.api.get(f"{jobs}/real")["status"].get("active") == 1
    conditions = eventually(
        lambda: [each["type"] for each in plane.api.get(f"{jobs}/real")["status"].get("conditions", [])]
    )
    assert "Failed" in conditions or "FailureTarget" in conditions
    assert run(plane.api, f"{pods(namespace)}/idle")["status"]["podIP"].startswith("100.64.")


def test_what_the_api_server_refuses_a_node_the_kubelet_does_not_get(plane: ControlPlane, namespace: str) -> None:
    """It asks as the pod's node: for the token of another node's pod, and a ConfigMap no pod of it names."""
    plane.api.create(f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": {"name": "alien"}})
    plane.api.create(pods(namespace), real("one", "import time; time.sleep(600)"))
    node = run(plane.api, f"{pods(namespace)}/one")["spec"]["nodeName"]
    as_node = plane.api.impersonating(f"system:node:{node}", "system:nodes")
    with pytest.raises(ApiError, match="no relationship found between node"):
        as_node.get(f"/api/v1/namespaces/{namespace}/configmaps/alien")
    events_of = plane.api.list(f"/api/v1/namespaces/{namespace}/pods", fieldSelector="metadata.name=one")
    managers = {each["manager"]: each for each in events_of[0]["metadata"]["managedFields"]}
    assert any(each.get("subresource") == "status" for each in managers.values())


def test_a_pod_that_was_declared_unready_with_its_node_is_ready_again(plane: ControlPlane, namespace: str) -> None:
    plane.api.create(pods(namespace), real("one", "import time; time.sleep(600)"))

    def ready() -> str:
        conditions = plane.api.get(f"{pods(namespace)}/one")["status"].get("conditions", [])
        return next((each["status"] for each in conditions if each["type"] == "Ready"), "")

    eventually(lambda: ready() == "True")
    # The node lifecycle controller does this when a node's heartbeat was late.
    change = {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}
    plane.api.patch(f"{pods(namespace)}/one/status", change, "strategic")
    assert ready() == "False"
    eventually(lambda: ready() == "True")


def test_sidecars_that_are_init_containers_end_after_the_others(plane: ControlPlane, namespace: str) -> None:
    stay = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(0))\ntime.sleep(600)"
    document = real("one", "import time; time.sleep(.5)")
    document["spec"]["initContainers"] = [
        python(stay, name="real", restartPolicy="Always"),
        {"name": "played", "image": "pause", "restartPolicy": "Always"},
    ]
    plane.api.create(pods(namespace), document)
    status = ended(plane, namespace, "one")["status"]
    assert status["phase"] == "Succeeded"
    assert [each["state"]["terminated"]["exitCode"] for each in status["initContainerStatuses"]] == [0, 0]
