"""The emulator as a whole: services, their state, and how both begin and end."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # moto reads it when it makes an account

from local.aws.emulator import account, moto_state, pickling
from local.aws.emulator.application import Application
from local.aws.emulator.background import Background
from local.aws.emulator.eks import operations as eks_operations
from local.aws.emulator.eks import resume
from local.aws.emulator.eks.control_planes import ControlPlanes
from local.aws.emulator.eks.core import Eks
from local.aws.emulator.eks_auth import operations as eks_auth_operations
from local.aws.emulator.eks_auth.agent import Agent
from local.aws.emulator.emr_containers import job_progress, virtual_clusters, workload
from local.aws.emulator.emr_containers import operations as emr_operations
from local.aws.emulator.emr_containers.spark import Spark
from local.aws.emulator.emr_containers.state import EmrContainers
from local.aws.emulator.generation import GenerationError
from local.aws.emulator.moto_gaps import installation
from local.aws.emulator.rest_json.service import Service
from local.aws.emulator.sts.service import Sts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.aws.emulator.eks.control_planes import ControlPlaneLike
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.emr_containers.job_work import SparkLike, Workload

LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 20


class Emulator:
    """AWS in one process, without its web server."""

    def __init__(
        self,
        clusters: Path,
        make: Callable[[Eks, Cluster, Path], ControlPlaneLike],
        *,
        workload: Workload = workload,
        spark: SparkLike | None = None,
    ) -> None:
        """Keep control planes under `clusters`; `make` builds one; tests put job runs nowhere."""
        installation.install()
        self.background = Background()
        self.eks = Eks(ControlPlanes(clusters, self._maker(make)), self.background)
        self.emr = EmrContainers(self.eks, self.background, workload, spark or Spark())
        self.application = Application(
            [
                Service("eks", eks_operations.operations(self.eks), invalid="InvalidParameterException"),
                Service("eks-auth", eks_auth_operations.operations(self.eks), invalid="InvalidParameterException"),
                Service("emr-containers", emr_operations.operations(self.emr), invalid="ValidationException"),
            ],
            Sts(self.eks),
            self.eks.clusters,
            Agent(self.eks),
        )

    def _maker(
        self, make: Callable[[Eks, Cluster, Path], ControlPlaneLike]
    ) -> Callable[[Cluster, Path], ControlPlaneLike]:
        return lambda cluster, folder: make(self.eks, cluster, folder)

    def begin(self) -> None:
        """Begin a new generation."""
        account.set_up()

    def restore(self, content: bytes) -> None:
        """Take up a saved state: clusters answer again when this returns; unfinished work waits for `resume`.

        Raises:
            GenerationError: the state was saved by an emulator that kept other things.
            Exception: a control plane does not start; nothing is left running.
        """
        try:
            state: dict[str, Any] = pickling.load(content)
            self.eks.clusters.update(state["clusters"])
            self.emr.virtual_clusters.update(state["virtualClusters"])
            self.emr.job_runs.update(state["jobRuns"])
            self.emr.job_templates.update(state["jobTemplates"])
        except (AttributeError, ImportError, KeyError, TypeError) as error:
            raise GenerationError(
                f"The state was saved by another version of the embedded cloud ({error!r}). "
                "`make clean` removes it, with the stack in it; `make up` then starts anew."
            ) from error
        starting = resume.ControlPlaneStart(self.eks)  # seconds in which moto's state is read
        try:
            moto_state.put_back(pickling.load(state["moto"]))
            starting.wait()
        except BaseException:
            self.eks.control_planes.stop_all()
            raise

    def resume(self) -> None:
        """Go on with what was under way when the state was saved."""
        resume.resume(self.eks)
        for virtual_cluster in list(self.emr.virtual_clusters.values()):
            if virtual_cluster.state == "TERMINATING":
                self.background.start("termination", virtual_clusters.terminate, self.emr, virtual_cluster)
        job_progress.resume(self.emr)

    def end(self) -> bytes | None:
        """Stop everything and give the state to save; None, with the reason in the log, if it cannot be saved."""
        if not self.application.close(_PATIENCE_SECONDS):
            LOG.warning("some requests are still under way")
        for name in self.background.stop(_PATIENCE_SECONDS):
            LOG.warning("%s does not end; it is taken up again at the next start", name)
        try:
            return self._state()
        finally:
            self.eks.control_planes.stop_all()

    def _state(self) -> bytes | None:
        backends = moto_state.take()
        try:
            content = pickling.dump(backends)
            pickling.load(content)
        except Exception:
            faults = "; ".join(moto_state.unsavable(backends))
            LOG.exception("the state cannot be saved; services at fault: %s", faults)
            return None
        return pickling.dump(
            {
                "moto": content,
                "clusters": self.eks.clusters,
                "virtualClusters": self.emr.virtual_clusters,
                "jobRuns": self.emr.job_runs,
                "jobTemplates": self.emr.job_templates,
            }
        )
