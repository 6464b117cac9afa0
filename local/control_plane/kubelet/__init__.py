"""The process kubelet: runs the pods whose images it knows as local processes, as a kubelet runs containers.

What it does not do, unlike a real one: probes, lifecycle hooks, ephemeral containers, CPU limits, read-only mounts
and users. A container is a process with the rights of whoever runs the embedded cloud.
"""
