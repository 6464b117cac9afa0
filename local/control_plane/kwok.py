"""What kwok does in place of kubelets: makes nodes Ready or not, and takes pods through their life.

Stage documents are those of kwok 0.8 (kwok.sigs.k8s.io, Stage API). Their templates render YAML that is merged
into the object's status.

kwok itself renews every node's lease, which is the heartbeat that Kubernetes judges nodes by.

A node is Ready while its annotation NETWORK says so, since a real one is only once the network plugin is there.
Pods with an image that the process kubelet knows (images.py) are that kubelet's and none of kwok's, from beginning
to end. Any other that the scheduler has put on a node runs until it is deleted; a pod of a Job completes at once with
success, because a Job waits for its end and a simulated pod has none of its own. When a node was not ready, the node
lifecycle controller says so of its pods; a kubelet takes that back at its next look, and so does a Stage here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.control_plane import images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.control_plane.images import Image

Document = dict[str, Any]

NETWORK = "local.tenancy/network"
"""The annotation on a node that says `ready` while the network plugin runs on it."""

NOT_READY_MESSAGE = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
"""What kubelet and containerd report before a network plugin has written its configuration."""

_NODE_TEMPLATE = """
conditions:
{healthy}
- type: Ready
  status: "{status}"
  reason: {reason}
  message: "{message}"
  lastHeartbeatTime: {{{{ Now | Quote }}}}
  lastTransitionTime: {{{{ Now | Quote }}}}
"""

_HEALTHY = {
    "MemoryPressure": ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
}

_POD_RUNNING = """
phase: Running
startTime: {{ Now | Quote }}
conditions:
{{ range list "PodReadyToStartContainers" "Initialized" "ContainersReady" "Ready" }}
- {type: {{ . }}, status: "True", lastTransitionTime: {{ Now | Quote }}}
{{ end }}
{{ range .spec.readinessGates }}
- {type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ Now | Quote }}}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- {RUNNING}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
{{ if eq ( or .restartPolicy "" ) "Always" }}
- {RUNNING}
{{ else }}
- {COMPLETED}
{{ end }}
{{ end }}
"""

_POD_READY = """
conditions:
- {type: Ready, status: "True", lastTransitionTime: {{ Now | Quote }}}
"""

_POD_COMPLETED = """
phase: Succeeded
conditions:
{{ range list "ContainersReady" "Ready" }}
- {type: {{ . }}, status: "False", reason: PodCompleted, lastTransitionTime: {{ Now | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- {COMPLETED}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- {COMPLETED}
{{ end }}
"""

_RUNNING = (
    '{name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, started: true, '
    "restartCount: 0, state: {running: {startedAt: {{ Now | Quote }}}}}"
)
_COMPLETED = (
    '{name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: false, started: false, '
    "restartCount: 0, state: {terminated: {exitCode: 0, reason: Completed, "
    "startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}}"
)


def stages(known: Sequence[Image]) -> list[Document]:
    """Return every Stage document for kwok's configuration file; pods with `known` images are in none."""
    stages = _stages()
    elsewhere = _absent(images.selector(known))
    for stage in stages:
        if stage["spec"]["resourceRef"]["kind"] == "Pod":
            stage["spec"]["selector"]["matchExpressions"].append(elsewhere)
    return stages


def _stages() -> list[Document]:
    network = f'.metadata.annotations["{NETWORK}"]'
    ready = '.status.conditions[]? | select(.type == "Ready") | .status'
    deleted = ".metadata.deletionTimestamp"
    phase = ".status.phase"
    owner = ".metadata.ownerReferences[]?.kind"
    return [
        _stage(
            "node-ready",
            "Node",
            [_in(network, "ready"), _not_in(ready, "True")],
            _node_status("True", "KubeletReady", "kubelet is posting ready status"),
        ),
        _stage(
            "node-not-ready",
            "Node",
            [_not_in(network, "ready"), _not_in(ready, "False")],
            _node_status("False", "KubeletNotReady", NOT_READY_MESSAGE),
        ),
        _stage("pod-running", "Pod", [_absent(deleted), _in(phase, "Pending")], _pod_status(_POD_RUNNING)),
        _stage(
            "pod-ready-again",
            "Pod",
            [_absent(deleted), _in(phase, "Running"), _in(ready, "False"), _not_in(owner, "Job")],
            {"statusTemplate": _POD_READY},
        ),
        _stage(
            "pod-completed",
            "Pod",
            [_absent(deleted), _in(phase, "Running"), _in(owner, "Job")],
            _pod_status(_POD_COMPLETED),
        ),
        _stage("pod-deleted", "Pod", [_present(deleted)], {"delete": True}),
    ]


def _node_status(status: str, reason: str, message: str) -> Document:
    healthy = "\n".join(
        f'- {{type: {kind}, status: "False", reason: {why}, message: {text}, '
        "lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}"
        for kind, (why, text) in _HEALTHY.items()
    )
    template = _NODE_TEMPLATE.format(healthy=healthy, status=status, reason=reason, message=message)
    return {"statusTemplate": template}


def _pod_status(template: str) -> Document:
    return {"statusTemplate": template.replace("{RUNNING}", _RUNNING).replace("{COMPLETED}", _COMPLETED)}


def _stage(name: str, kind: str, expressions: list[Document], following: Document) -> Document:
    """Return a Stage: objects of `kind` for which all expressions hold become what `following` says.

    Expressions of two stages of a kind must exclude one another: kwok picks at random among those that match.
    """
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": kind},
            "selector": {"matchExpressions": expressions},
            "next": following,
        },
    }


def _in(key: str, *values: str) -> Document:
    return {"key": key, "operator": "In", "values": list(values)}


def _not_in(key: str, *values: str) -> Document:
    """Hold also where there is no such value."""
    return {"key": key, "operator": "NotIn", "values": list(values)}


def _present(key: str) -> Document:
    return {"key": key, "operator": "Exists"}


def _absent(key: str) -> Document:
    return {"key": key, "operator": "DoesNotExist"}
