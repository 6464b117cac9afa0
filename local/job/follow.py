"""Follows a job run to its end and tells what changes on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from local.job import logs

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]
ENDED = ("COMPLETED", "FAILED", "CANCELLED")
_LABELS = "emr-containers.amazonaws.com/"
_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 8  # Spark asks for its executors within seconds of its start
_LOOK_SECONDS = 3


class Pods(Protocol):
    """Where pods are listed."""

    def pods(self, namespace: str, labels: str) -> list[Document]:
        """List the pods of a namespace that carry labels."""
        ...


@dataclass
class Follower:
    """One job run, watched."""

    emr: Any
    """A boto3 client of EMR on EKS."""
    logs: Any
    """A boto3 client of CloudWatch Logs."""
    cluster: Pods
    """The cluster in which it runs."""
    namespace: str
    """The tenant's namespace."""
    request: Document
    """What was asked for."""
    job_id: str
    """Id of the run."""
    say: Callable[[str], None]
    """Tells a line."""
    executors: set[str] = field(default_factory=set[str])
    """Names of all executor pods that were seen."""
    refused: str | None = None
    """The API server's words, if the run was cancelled because it refuses every executor."""
    _seen: dict[str, str] = field(default_factory=dict[str, str])
    _began: float = field(default_factory=time.monotonic)
    _running_since: float | None = None
    _looked: float = 0

    def to_the_end(self) -> Document:
        """Wait until the run has ended, telling states and pods; returns the API's JobRun.

        A run whose executors the API server refuses would go on for ever: it is explained and cancelled.
        """
        while True:
            run: Document = self.emr.describe_job_run(virtualClusterId=self._virtual_cluster, id=self.job_id)["jobRun"]
            self._tell("job run", run["state"])
            for pod in self.cluster.pods(self.namespace, f"{_LABELS}job.id={self.job_id}"):
                self._tell_pod(pod)
            if run["state"] in ENDED:
                return run
            if run["state"] == "RUNNING" and self.refused is None:
                self._look_for_refusal()
            time.sleep(_POLL_SECONDS)

    @property
    def _virtual_cluster(self) -> str:
        return self.request["virtualClusterId"]

    def _tell_pod(self, pod: Document) -> None:
        name: str = pod["metadata"]["name"]
        component: str = pod["metadata"]["labels"].get(f"{_LABELS}component", "pod")
        if component == "executor":
            self.executors.add(name)
        phase: str = pod["status"].get("phase", "Pending")
        node: str = pod["spec"].get("nodeName", "")
        address: str = pod["status"].get("podIP", "")
        where = " ".join(part for part in (address, f"on {node}" if node else "") if part)
        self._tell(f"{component} {name}", f"{phase}{f' ({where})' if phase == 'Running' else ''}")

    def _tell(self, what: str, state: str) -> None:
        if self._seen.get(what) != state:
            self._seen[what] = state
            self.say(f"{time.monotonic() - self._began:6.1f} s  {what}: {state}")

    def _look_for_refusal(self) -> None:
        now = time.monotonic()
        self._running_since = self._running_since or now
        if self.executors or now - self._running_since < _PATIENCE_SECONDS or now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        self.refused = logs.refusal(logs.driver(self.logs, self.request, self.job_id, "stderr"))
        if self.refused:
            self.say(
                f"The run stays RUNNING without executors: the API server refuses each one ({self.refused}), "
                "the words are in the driver's log, and Spark asks again for ever. Cancelling it."
            )
            self.emr.cancel_job_run(virtualClusterId=self._virtual_cluster, id=self.job_id)
