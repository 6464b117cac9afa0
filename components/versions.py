"""Every version that a cluster is made of, pinned: an unrelated update never upgrades one of them.

Checked 2026-11-23: the add-on versions are published for Kubernetes 1.35. EKS reports what it offers with
`aws eks describe-addon-versions --kubernetes-version 1.35`.
"""

KUBERNETES = "1.35"
"""Minor version of the control plane and of managed nodes."""

VPC_CNI = "v1.23.1-eksbuild.1"
"""Least for several tenants is 1.23.0: earlier network-policy agents could mix up pods of different namespaces."""

KUBE_PROXY = "v1.35.3-eksbuild.29"
"""Of the control plane's minor version."""

POD_IDENTITY_AGENT = "v1.4.0-eksbuild.2"
"""Hands credentials of EKS Pod Identity to pods."""

COREDNS = "v1.14.3-eksbuild.22"
"""Cluster DNS."""
