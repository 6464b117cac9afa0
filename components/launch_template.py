"""The EC2 launch template of a managed node group."""

import pulumi
import pulumi_aws as aws

from spec.place import Place


def launch_template(
    name: str,
    place: Place,
    purpose: str,
    disk_gib: int,
    opts: pulumi.ResourceOptions,
    *,
    user_data: str | None = None,
) -> aws.ec2.LaunchTemplate:
    """Make a template whose nodes keep their credentials from pods, and their disks encrypted.

    Args:
        name: logical name.
        place: platform, account and Region.
        purpose: what the nodes are for; template and instances are named after platform and purpose.
        disk_gib: size of the disk, in GiB.
        opts: options of the template.
        user_data: what a node is told at its start beside what EKS tells it, as base64; by default nothing.
    """
    own = f"{place.platform}-{purpose}"
    return aws.ec2.LaunchTemplate(
        name,
        name=own,
        # With one hop an answer dies on its way into a pod's own network: no pod gets the node's credentials.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/xvda",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3", volume_size=disk_gib, encrypted="true", delete_on_termination="true"
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(
                resource_type=kind, tags={"Name": own, "platform": place.platform}
            )
            for kind in ("instance", "volume")
        ],
        user_data=user_data,
        opts=opts,
    )
