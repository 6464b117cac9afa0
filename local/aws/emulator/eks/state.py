"""What the emulated EKS remembers. Documents have the shapes of the EKS API, so that describing is giving them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

Document = dict[str, Any]


class ClusterKey(NamedTuple):
    """What names a cluster."""

    account: str
    """Twelve digits."""
    region: str
    """Region of the cluster."""
    name: str
    """Unique in account and region."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One node of a node group."""

    name: str
    """Name of the Node: the private DNS name, `ip-10-0-1-23.us-west-2.compute.internal`."""
    instance_id: str
    """EC2 instance id."""
    address: str
    """Private IPv4 address, in the subnet."""
    subnet: str
    """Subnet id."""
    zone: str
    """Availability zone of the subnet."""
    zone_id: str
    """Id of that zone, such as usw2-az1."""
    instance_type: str
    """EC2 instance type."""


@dataclass
class NodeGroup:
    """A managed node group."""

    document: Document
    """The API's Nodegroup."""
    instances: list[Instance] = field(default_factory=list[Instance])
    """Its nodes."""


@dataclass
class AccessEntry:
    """One principal that may come in."""

    document: Document
    """The API's AccessEntry."""
    principal_id: str
    """Unique id of the IAM principal when the entry was made: one made again under that name does not count."""
    policies: dict[str, Document] = field(default_factory=dict[str, Document])
    """AssociatedAccessPolicy by policy ARN."""
    listed: bool = True
    """False for the creator of a cluster in mode CONFIG_MAP, who comes in but has no entry yet."""


@dataclass
class Cluster:
    """A cluster and all that hangs on it."""

    key: ClusterKey
    """What names it."""
    document: Document
    """The API's Cluster."""
    self_managed: bool
    """Whether EKS installed the network plugin, DNS and proxy itself, outside of add-ons."""
    node_groups: dict[str, NodeGroup] = field(default_factory=dict[str, NodeGroup])
    addons: dict[str, Document] = field(default_factory=dict[str, Document])
    entries: dict[str, AccessEntry] = field(default_factory=dict[str, AccessEntry])
    """By principal ARN."""
    associations: dict[str, Document] = field(default_factory=dict[str, Document])
    """Pod identity associations by id."""
    fargate_profiles: dict[str, Document] = field(default_factory=dict[str, Document])
    """The API's FargateProfile by name."""
    updates: dict[str, Document] = field(default_factory=dict[str, Document])
    """Updates by id; private keys `_nodegroupName` and `_addonName` say what they are of."""

    @property
    def status(self) -> str:
        """The API's ClusterStatus."""
        return str(self.document["status"])

    @property
    def mode(self) -> str:
        """The authentication mode."""
        return str(self.document["accessConfig"]["authenticationMode"])

    def arn(self, kind: str, *rest: str) -> str:
        """The ARN of something in this cluster."""
        tail = "/".join((kind, self.key.name, *rest))
        return f"arn:aws:eks:{self.key.region}:{self.key.account}:{tail}"


def now() -> datetime:
    """The time, as documents hold it."""
    return datetime.now(UTC)
