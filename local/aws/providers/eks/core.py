"""What one component reads of another that was given to it: the cluster, as the engine gives it back."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_eks


def core_of(cluster: Any) -> pulumi.Output[Any]:
    """The `core` of an `eks.Cluster`, or of what a program passes as `cluster.core`."""
    return pulumi.Output.from_input(cluster).apply(
        lambda given: given.core if isinstance(given, pulumi_eks.Cluster) else given
    )


def field(core: Any, name: str) -> Any:
    """A field of a core by its name in the protocol, such as `eksNodeAccess`; None if it has none."""
    if isinstance(core, pulumi_eks.outputs.CoreData):
        return getattr(core, "".join(f"_{c.lower()}" if c.isupper() else c for c in name))
    return core.get(name)


def cluster_of(cluster: Any) -> pulumi.Output[Any]:
    """The `aws.eks.Cluster` of an `eks.Cluster`."""
    return core_of(cluster).apply(lambda core: field(core, "cluster"))
