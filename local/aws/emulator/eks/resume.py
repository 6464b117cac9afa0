"""Takes up, after a restart, the work that was under way when the emulator was stopped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from local.aws.emulator.eks import addon_lifecycle, clusters, fargate_profiles, node_lifecycle, updates

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster


class ControlPlaneStart:
    """The start of the control planes of all clusters that had one, side by side."""

    def __init__(self, eks: Eks) -> None:
        """Begin."""
        self._eks = eks
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._start, args=(cluster,))
            for cluster in eks.clusters.values()
            if cluster.status in ("ACTIVE", "UPDATING")
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until all are ready.

        Raises:
            Exception: the first reason why one does not start; those that did are for the caller to stop.
        """
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _start(self, cluster: Cluster) -> None:
        try:
            self._eks.control_planes.start(cluster)
        except BaseException as error:  # noqa: BLE001 - raised again by the waiting thread
            self._failures.append(error)


def resume(eks: Eks) -> None:
    """Begin again what was not finished."""
    start = eks.background.start
    for cluster in list(eks.clusters.values()):
        name = cluster.key.name
        if cluster.status == "CREATING":
            start(f"creation of {name}", clusters.bring_up, eks, cluster)
        elif cluster.status == "DELETING":
            start(f"deletion of {name}", clusters.take_down, eks, cluster)
        elif cluster.status in ("ACTIVE", "UPDATING"):
            _resume_updates(eks, cluster)
            _resume_parts(eks, cluster)


def _resume_updates(eks: Eks, cluster: Cluster) -> None:
    for update in list(cluster.updates.values()):
        if update["status"] != "InProgress":
            continue
        group = cluster.node_groups.get(update.get("_nodegroupName", ""))
        addon = cluster.addons.get(update.get("_addonName", ""))
        if group is not None:
            work = node_lifecycle.replace if update["type"] == "VersionUpdate" else node_lifecycle.rescale
            eks.background.start("update of a node group", work, eks, cluster, group, update)
        elif addon is not None:
            eks.background.start("update of an add-on", addon_lifecycle.bring_up, eks, cluster, addon, update)
        else:
            eks.background.start("update of a cluster", updates.finish, eks, cluster, update)


def _resume_parts(eks: Eks, cluster: Cluster) -> None:
    start = eks.background.start
    for group in list(cluster.node_groups.values()):
        if group.document["status"] == "CREATING":
            start("creation of a node group", node_lifecycle.bring_up, eks, cluster, group)
        elif group.document["status"] == "DELETING":
            start("deletion of a node group", node_lifecycle.take_down, eks, cluster, group)
    for profile in list(cluster.fargate_profiles.values()):
        if profile["status"] == "CREATING":
            start("creation of a Fargate profile", fargate_profiles.bring_up, eks, profile)
        elif profile["status"] == "DELETING":
            start("deletion of a Fargate profile", fargate_profiles.take_down, eks, cluster, profile)
    for addon in list(cluster.addons.values()):
        if addon["status"] == "CREATING":
            start("creation of an add-on", addon_lifecycle.bring_up, eks, cluster, addon)
        elif addon["status"] == "DELETING":
            start("deletion of an add-on", addon_lifecycle.take_down, eks, cluster, addon)
