"""Pods that wait for nodes, and the nodes that Karpenter launches for them, on the stack `local`."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cloud.conftest import Cloud

T = TypeVar("T")
Document = dict[str, Any]

NAMESPACE = "capacity"
DEDICATED = "treasury"
"""The dedicated tenant."""
LAUNCH_SECONDS = 150  # 30 of them pass in upstream's EC2 before an instance registers, the rest on a busy machine
SPOT: Document = {"key": "nodes.tenancy/spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"}


def eventually(attempt: Callable[[], T | None], what: str, seconds: float = LAUNCH_SECONDS) -> T:
    """Return the first answer that is true."""
    deadline = time.monotonic() + seconds
    while not (answer := attempt()):
        assert time.monotonic() < deadline, f"{what} did not come to pass in {seconds} s"
        time.sleep(1)
    return answer


class Cluster:
    """The cluster as a person with kubectl sees it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def get(self, *what: str) -> Document:
        return json.loads(self.cloud.kubectl("get", *what, "-o", "json"))

    def apply(self, document: Document) -> None:
        path = self.cloud.folder.path / "pod.json"
        path.write_text(json.dumps(document))
        self.cloud.kubectl("apply", "-f", str(path))

    def run(
        self,
        name: str,
        pool: str,
        *,
        zone: str = "",
        cpu: str = "3",
        tolerations: list[Document] | None = None,
        selector: dict[str, str] | None = None,
        priority: str = "",
        kept: bool = False,
    ) -> None:
        """Make a pod like a driver's or an executor's; one that is kept comes again after an eviction."""
        place = {"nodes.tenancy/pool": pool, **(selector or {})}
        if zone:
            place["topology.kubernetes.io/zone"] = zone
        spec: Document = {
            "nodeSelector": place,
            "tolerations": tolerations or [],
            "containers": [{"name": "main", "image": "pause", "resources": {"requests": {"cpu": cpu}}}],
            **({"priorityClassName": priority} if priority else {}),
        }
        metadata = {"name": name, "namespace": NAMESPACE}
        labels = {"app": name}
        if kept:
            template = {"metadata": {"labels": labels}, "spec": spec}
            own = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
            self.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": own})
        else:
            self.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata | {"labels": labels}, "spec": spec})

    def pods(self, name: str) -> list[Document]:
        return self.get("pods", "-n", NAMESPACE, "-l", f"app={name}")["items"]

    def node_of(self, name: str) -> Document:
        """Wait until the pod runs; return its node."""

        def running() -> str | None:
            runs = [
                pod["spec"]["nodeName"]
                for pod in self.pods(name)
                if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]
            ]
            return runs[0] if runs else None

        return self.get("node", eventually(running, f"pod {name} running"))

    def nodes(self) -> set[str]:
        return {node["metadata"]["name"] for node in self.get("nodes")["items"]}

    def interrupt(self, node: str) -> None:
        """Say, as EC2 does by EventBridge, that it takes a spot node's instance back."""
        instance = self.get("node", node)["spec"]["providerID"].rpartition("/")[2]
        warning = {
            "version": "0",
            "id": "7bf73129-1428-4cd3-a780-95db273d1602",
            "source": "aws.ec2",
            "detail-type": "EC2 Spot Instance Interruption Warning",
            "account": "123456789012",
            "region": "us-west-2",
            "time": "2026-11-23T12:00:00Z",
            "resources": [f"arn:aws:ec2:us-west-2b:instance/{instance}"],
            "detail": {"instance-id": instance, "instance-action": "terminate"},
        }
        sqs = self.cloud.aws("sqs")
        queue = sqs.get_queue_url(QueueName="emr-karpenter")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(warning))

    def remove(self, name: str) -> None:
        self.cloud.kubectl("delete", "pods,deployments", "-n", NAMESPACE, "-l", f"app={name}", "--ignore-not-found")
        self.cloud.kubectl("delete", "deployment", name, "-n", NAMESPACE, "--ignore-not-found")
