"""The kubeconfig that the component gives its Kubernetes provider and its users."""

from __future__ import annotations

from typing import Any

_EXEC_VERSION = "client.authentication.k8s.io/v1beta1"


def kubeconfig(
    cluster_name: str,
    endpoint: str,
    certificate_authority: str,
    region: str,
    *,
    role_arn: str | None = None,
    profile: str | None = None,
) -> dict[str, Any]:
    """A kubeconfig whose tokens come from `aws eks get-token`, with a role or a profile if given."""
    arguments = ["--region", region, "eks", "get-token", "--cluster-name", cluster_name, "--output", "json"]
    if role_arn:
        arguments += ["--role", role_arn]
    if profile:
        arguments += ["--profile", profile]
    program = {
        "apiVersion": _EXEC_VERSION,
        "command": "aws",
        "args": arguments,
        "env": [{"name": "KUBERNETES_EXEC_INFO", "value": f'{{"apiVersion": "{_EXEC_VERSION}"}}'}],
    }
    cluster = {"server": endpoint, "certificate-authority-data": certificate_authority}
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": cluster, "name": "kubernetes"}],
        "contexts": [{"context": {"cluster": "kubernetes", "user": "aws"}, "name": "aws"}],
        "current-context": "aws",
        "kind": "Config",
        "users": [{"name": "aws", "user": {"exec": program}}],
    }
