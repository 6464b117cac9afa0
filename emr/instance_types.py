"""Which EC2 instance types give pods network interfaces of their own.

Without one a pod has no security groups of its own, and one that asks for them stays Pending. It is a matter of a
generated table, not of a rule: amazon-vpc-resource-controller-k8s 1.8.2, pkg/aws/vpc/limits.go (generated 2026-09-02;
1,423 types), `IsTrunkingCompatible`. Checked 2026-11-23: of every family here all sizes have it, but of i3.
"""

from __future__ import annotations

import difflib
import re

from emr.fault import Fault

_FORM = re.compile(r"([a-z][a-z0-9-]*)\.([a-z0-9-]+)")
_ONLY_METAL = "i3"
# EC2 User Guide, "Amazon EC2 instance types": an xlarge has four vCPUs in every family, and these sizes have fewer.
_BELOW_XLARGE = ("nano", "micro", "small", "medium", "large")
_NAMES = (
    "a1 c5 c5a c5ad c5d c5n c6a c6g c6gd c6gn c6i c6id c6in c7a c7g c7g-flex c7gd c7gn c7i c7i-flex c8a c8g "
    "c8g-flex c8gb c8gd c8gn c8i c8i-flex c8ib c8id c8in c8ine c9g c9gd d3 d3en dl1 dl2q f2 g4ad g4dn g5 g5g g6 "
    "g6e g6f g7 g7e gr6 gr6f hpc7g i3en i4g i4i i7i i7ie i8g i8ge im4gn inf1 inf2 is4gen m5 m5a m5ad m5d m5dn "
    "m5n m5zn m6a m6g m6gd m6i m6id m6idn m6in m7a m7g m7g-flex m7gd m7i m7i-flex m8a m8azn m8g m8g-flex m8gb "
    "m8gd m8gn m8i m8i-flex m8ib m8id m8idb m8idn m8in m8ine m9g m9gd p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300 "
    "r5 r5a r5ad r5b r5d r5dn r5n r6a r6g r6gd r6i r6id r6idn r6in r7a r7g r7gd r7i r7iz r8a r8g r8gb r8gd r8gn "
    "r8i r8i-flex r8ib r8id r8idb r8idn r8in r9g r9gd trn1 trn1n u-3tb1 u7i-12tb u7i-6tb u7i-8tb u7in-16tb "
    "u7in-24tb u7in-32tb vt1 x2gd x2idn x2iedn x2iezn x8aedz x8g x8i z1d"
)
FAMILIES = frozenset(_NAMES.split())
"""Families whose every size has interfaces for pods; those of Macs are left out, for no node runs on them."""


def check_pod_interfaces(instance_type: str) -> list[Fault]:
    """What keeps the pods of an instance type from having network interfaces of their own."""
    parts = _FORM.fullmatch(instance_type)
    if parts is None:
        return [_refused(instance_type, "an EC2 instance type: family, dot, size", "EC2 knows no other form")]
    family, size = parts.groups()
    if family in FAMILIES or (family == _ONLY_METAL and size.startswith("metal")):
        return []
    near = difflib.get_close_matches(family, sorted(FAMILIES), n=1, cutoff=0.6)
    allowed = "a type whose pods can have network interfaces of their own, such as m6i, m7g, r6i or c6i"
    why = f"pods on {family} cannot have security groups of their own, as far as AWS's table of 2026-09-02 says"
    return [_refused(instance_type, allowed, why, f"{near[0]}.{size}" if near else "m6i.xlarge")]


def check_vcpus(instance_type: str) -> list[Fault]:
    """What keeps a managed node of a type from carrying the guide's sample job, which needs m5.xlarge's four vCPUs.

    Source: EMR on EKS guide, "Getting started".
    """
    family, _, size = instance_type.partition(".")
    if size not in _BELOW_XLARGE:
        return []
    why = "driver and executor of EMR's sample job ask for the vCPUs of m5.xlarge, and stay Pending on less"
    return [_refused(instance_type, "a type of four vCPUs or more: xlarge and above", why, f"{family}.xlarge")]


def _refused(given: str, allowed: str, why: str, write: str = "m6i.xlarge") -> Fault:
    return Fault(given=repr(given), allowed=allowed, why=why, write=write)
