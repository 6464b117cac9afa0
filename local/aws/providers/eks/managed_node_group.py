"""`eks:index:ManagedNodeGroup`."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from local.aws.providers.eks.core import cluster_of, core_of, field
from local.aws.providers.eks.options import refuse, unhandled

_PASSED = {
    "amiType": "ami_type",
    "capacityType": "capacity_type",
    "diskSize": "disk_size",
    "forceUpdateVersion": "force_update_version",
    "instanceTypes": "instance_types",
    "labels": "labels",
    "launchTemplate": "launch_template",
    "nodeGroupName": "node_group_name",
    "nodeGroupNamePrefix": "node_group_name_prefix",
    "releaseVersion": "release_version",
    "remoteAccess": "remote_access",
    "tags": "tags",
    "taints": "taints",
    "version": "version",
}
"""Options that go to `aws.eks.NodeGroup` as they are."""
_HANDLED = frozenset(_PASSED) | {
    "cluster",
    "clusterName",
    "enableIMDSv2",
    "ignoreScalingChanges",
    "nodeRole",
    "nodeRoleArn",
    "scalingConfig",
    "subnetIds",
}


class ManagedNodeGroup(pulumi.ComponentResource):
    """One managed node group, with a launch template of its own only when an option asks for it."""

    def __init__(self, name: str, inputs: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        refuse(f"eks.ManagedNodeGroup {name}", unhandled(inputs, _HANDLED) | _contradictions(inputs))
        super().__init__("eks:index:ManagedNodeGroup", name, None, options)
        core, cluster = core_of(inputs["cluster"]), cluster_of(inputs["cluster"])
        passed = {ours: inputs[theirs] for theirs, ours in _PASSED.items() if theirs in inputs}
        if "version" not in inputs and "launchTemplate" not in inputs:
            passed["version"] = cluster.apply(lambda one: one.version)
        if "enableIMDSv2" in inputs:
            passed.pop("disk_size", None)
            passed["launch_template"] = self._launch_template(name, inputs)
        ignored = ["scalingConfig.desiredSize"] if inputs.get("ignoreScalingChanges") else None
        group = aws.eks.NodeGroup(
            name,
            cluster_name=inputs.get("clusterName") or cluster.apply(lambda one: one.name),
            node_role_arn=_role_arn(inputs),
            subnet_ids=inputs.get("subnetIds") or core.apply(lambda one: field(one, "subnetIds")),
            scaling_config=_scaling(inputs.get("scalingConfig")),
            opts=pulumi.ResourceOptions(parent=self, depends_on=_aws_auth(core), ignore_changes=ignored),
            **passed,
        )
        self.state = {"nodeGroup": group}
        self.register_outputs(self.state)

    def _launch_template(self, name: str, inputs: dict[str, Any]) -> Any:
        """As upstream: two hops to the metadata service, so pods reach it, and a disk that is not encrypted."""
        disk, tokens = inputs.get("diskSize"), "required" if inputs["enableIMDSv2"] else "optional"
        volume = aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name="/dev/xvda", ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(volume_size=disk)
        )
        template = aws.ec2.LaunchTemplate(
            f"{name}-launchTemplate",
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_tokens=tokens, http_put_response_hop_limit=2, http_endpoint="enabled"
            ),
            block_device_mappings=[volume] if disk else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {"id": template.id, "version": template.latest_version.apply(str)}


def _contradictions(inputs: dict[str, Any]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if "nodeRole" in inputs and "nodeRoleArn" in inputs:
        faults["nodeRole"] = "and nodeRoleArn exclude each other"
    if "nodeRole" not in inputs and "nodeRoleArn" not in inputs:
        faults["nodeRole"] = "or nodeRoleArn is needed"
    if "launchTemplate" in inputs and "enableIMDSv2" in inputs:
        faults["launchTemplate"] = "and enableIMDSv2 exclude each other: put the metadata options into the template"
    return faults


def _role_arn(inputs: dict[str, Any]) -> Any:
    if "nodeRoleArn" in inputs:
        return inputs["nodeRoleArn"]
    return pulumi.Output.from_input(inputs["nodeRole"]).apply(lambda role: role.arn)


def _scaling(given: Any) -> pulumi.Output[Any]:
    """Upstream's defaults for what is not given: one to two nodes, two at first."""
    defaults = {"desiredSize": 2, "minSize": 1, "maxSize": 2}
    return pulumi.Output.from_input(given or {}).apply(lambda sizes: defaults | sizes)


def _aws_auth(core: pulumi.Output[Any]) -> Any:
    """The ConfigMap of aws-auth, which lets the nodes in, where there is one."""
    return core.apply(lambda one: [access] if (access := field(one, "eksNodeAccess")) is not None else [])
