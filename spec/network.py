"""What a person says about the network of a platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from emr.fault import Fault
from iam import s3
from spec.retention import check_retention
from spec.subnets import POD_CIDR, ZONES, check_cidr, check_pod_cidr

_ZONE = re.compile(r"[a-z]")


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """The VPC of a platform."""

    cidr: str = "10.0.0.0/16"
    """Private IPv4 range of nodes and endpoints, /16 to /20; it cannot be changed later."""
    pod_cidr: str = POD_CIDR
    """IPv4 range of pods, /16 to /20; other networks may use the same. It cannot be changed later."""
    zones: tuple[str, ...] = ("a", "b", "c")
    """Letters of three availability zones of the Region."""
    nat: Literal["none", "single", "perZone"] = "perZone"
    """NAT gateways: one a zone, one for all zones, or no way to the internet at all."""
    endpoints: tuple[str, ...] = ()
    """Services that get a VPC endpoint beside those that have one by default, such as glue."""
    buckets: tuple[str, ...] = ()
    """Buckets of other accounts that jobs may reach, beside those that tenants in the stack declare."""
    persistent_ui: bool = True
    """Whether jobs may send event logs to EMR's own bucket, for EMR's persistent application UI."""
    flow_log_retention_days: int = 365
    """Days that flow logs are kept, one of CloudWatch's figures."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take the flow logs; the stack must allow it too."""


def check_network(network: NetworkSpec) -> list[Fault]:
    """What is wrong with a network, each fault under its key."""
    faults = [fault.within("cidr") for fault in check_cidr(network.cidr)]
    faults += [fault.within("podCidr") for fault in check_pod_cidr(network.pod_cidr, network.cidr)]
    faults += [fault.within("flowLogRetentionDays") for fault in check_retention(network.flow_log_retention_days)]
    for index, bucket in enumerate(network.buckets):
        faults += [fault.within(f"buckets[{index}]") for fault in _check_bucket(bucket)]
    letters = network.zones
    if len(set(letters)) != ZONES or len(letters) != ZONES or not all(map(_ZONE.fullmatch, letters)):
        faults.append(
            Fault(
                where="zones",
                given=", ".join(map(repr, letters)) or "none",
                allowed=f"the letters of {ZONES} different availability zones",
                why="the platform spreads over three zones, so that losing one leaves two",
                write="[a, b, c]",
            )
        )
    return faults


def _check_bucket(bucket: str) -> list[Fault]:
    if "/" not in bucket and not s3.check_prefix(f"s3://{bucket}/"):
        return []
    return [
        Fault(
            given=repr(bucket),
            allowed="the name of one S3 bucket, without wildcards",
            why="the endpoint's policy admits it by its name",
            write="my-bucket",
        )
    ]
