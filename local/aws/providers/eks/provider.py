"""The components by type, and what every one of them needs."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from local.aws.providers.eks.addon import Addon
from local.aws.providers.eks.cluster import Cluster
from local.aws.providers.eks.managed_node_group import ManagedNodeGroup
from local.aws.providers.eks.options import refusal

_Component = Callable[[str, dict[str, Any], pulumi.ResourceOptions], Any]


class EksProvider(Provider):
    """Constructs `eks:index:Cluster`, `eks:index:ManagedNodeGroup` and `eks:index:Addon`."""

    def __init__(self) -> None:
        super().__init__(version=importlib.metadata.version("pulumi-eks"), schema='{"name": "eks"}')
        self._components: dict[str, _Component] = {
            "eks:index:Addon": Addon,
            "eks:index:Cluster": Cluster,
            "eks:index:ManagedNodeGroup": ManagedNodeGroup,
        }

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make the component and its children.

        Raises:
            InputPropertiesError: a type that is not handled, or no explicit `aws` provider.
        """
        if resource_type not in self._components:
            raise refusal(
                f"the embedded cloud does not handle {resource_type}; it handles {', '.join(self._components)}"
            )
        options = options or pulumi.ResourceOptions()
        _check_provider(name, resource_type, options)
        component = self._components[resource_type](name, dict(inputs), options)
        return ConstructResult(component.urn, component.state)


def _check_provider(name: str, resource_type: str, options: pulumi.ResourceOptions) -> None:
    providers: Any = options.providers or {}
    if "aws" not in providers:
        raise refusal(
            f"{resource_type} {name} has no explicit aws provider: its children would use the pulumi-aws that "
            "pulumi-eks was built with, without this stack's endpoints and default tags; pass "
            'opts=ResourceOptions(providers={"aws": provider})'
        )
