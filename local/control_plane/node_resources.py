"""How much of an instance an EKS node offers to pods."""

from __future__ import annotations

# nodeadm of Amazon Linux 2023 (awslabs/amazon-eks-ami, nodeadm/internal/kubelet/config.go): CPU is kept back in
# parts of ten thousand, for each range of millicores; memory by the number of pods; plus 1Gi of disk.
_CPU_KEPT = ((0, 1000, 600), (1000, 2000, 100), (2000, 4000, 50), (4000, None, 25))
_MEMORY_KEPT_MIB = 255
_MEMORY_KEPT_PER_POD_MIB = 11
_DISK_KEPT_MIB = 1024
# Its eviction thresholds, which allocatable leaves out too: memory.available 100Mi, nodefs.available 10%.
_EVICTION_MEMORY_MIB = 100
_EVICTION_DISK_PERCENT = 10
# Hypervisor and kernel take part of the type's memory. Karpenter reckons with this share unless told otherwise
# (Karpenter, settings reference, VM_MEMORY_OVERHEAD_PERCENT).
_MEMORY_OVERHEAD = 0.075
# The default volume of a managed node group is 20 GiB; this is what its file system offers.
_DISK_KIB = 20959212


def resources(*, cpu: int, memory_gib: float, max_pods: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return capacity and allocatable of a node with `cpu` vCPUs, as quantities by resource name."""
    memory_mib = int(memory_gib * 1024 * (1 - _MEMORY_OVERHEAD))
    kept_mib = _MEMORY_KEPT_MIB + _MEMORY_KEPT_PER_POD_MIB * max_pods + _EVICTION_MEMORY_MIB
    disk = _DISK_KIB * 1024
    allocatable_disk = disk - disk * _EVICTION_DISK_PERCENT // 100 - _DISK_KEPT_MIB * 1024 * 1024
    common = {"pods": str(max_pods), "hugepages-1Gi": "0", "hugepages-2Mi": "0"}
    capacity = {"cpu": str(cpu), "memory": f"{memory_mib * 1024}Ki", "ephemeral-storage": f"{_DISK_KIB}Ki"}
    allocatable = {
        "cpu": f"{cpu * 1000 - cpu_kept(cpu)}m",
        "memory": f"{(memory_mib - kept_mib) * 1024}Ki",
        "ephemeral-storage": str(allocatable_disk),
    }
    return capacity | common, allocatable | common


def cpu_kept(cpu: int) -> int:
    """Return the millicores that a node with `cpu` vCPUs keeps for Kubernetes' own processes."""
    total = cpu * 1000
    kept = 0
    for start, end, share in _CPU_KEPT:
        kept += max(0, min(total, end or total) - start) * share // 10_000
    return kept
