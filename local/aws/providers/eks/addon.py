"""`eks:index:Addon`."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from local.aws.providers.eks.core import cluster_of
from local.aws.providers.eks.options import refuse, unhandled

_HANDLED = frozenset(
    {
        "addonName",
        "addonVersion",
        "cluster",
        "configurationValues",
        "preserve",
        "resolveConflictsOnCreate",
        "resolveConflictsOnUpdate",
        "serviceAccountRoleArn",
        "tags",
    }
)


class Addon(pulumi.ComponentResource):
    """One add-on, under its cluster whatever parent the program gives; like upstream it registers no outputs."""

    def __init__(self, name: str, inputs: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        faults = unhandled(inputs, _HANDLED)
        if inputs.get("tags"):
            faults["tags"] = (
                "the SDK makes it a list of mappings, which aws.eks.Addon refuses: set tags on the aws provider"
            )
        refuse(f"eks.Addon {name}", faults)
        options.parent = inputs["cluster"]
        super().__init__("eks:index:Addon", name, None, options)
        addon = aws.eks.Addon(
            name,
            cluster_name=cluster_of(inputs["cluster"]).apply(lambda cluster: cluster.name),
            addon_name=inputs["addonName"],
            addon_version=inputs.get("addonVersion"),
            configuration_values=_text(inputs.get("configurationValues")),
            preserve=inputs.get("preserve"),
            resolve_conflicts_on_create=inputs.get("resolveConflictsOnCreate"),
            resolve_conflicts_on_update=inputs.get("resolveConflictsOnUpdate"),
            service_account_role_arn=inputs.get("serviceAccountRoleArn"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.state = {"addon": addon}


def _text(values: Any) -> pulumi.Output[str] | None:
    """JSON as JavaScript writes it, with sorted keys so that it is the same at every run."""
    if values is None:
        return None
    return pulumi.Output.json_dumps(values, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
