"""A pod's way to instance metadata by hops: closed by what every launch template and node class declares."""

from __future__ import annotations

import pytest

from tests.opinions.rendered import STACKS, recording


@pytest.mark.parametrize("stack", STACKS)
def test_every_launch_template_and_node_class_lets_metadata_answer_one_hop_only(stack: str) -> None:
    templates = recording(stack).of("aws:ec2/launchTemplate:LaunchTemplate")
    classes = recording(stack).of("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass")
    declared = [each.inputs["metadataOptions"] for each in templates]
    declared += [each.inputs["spec"]["metadataOptions"] for each in classes]
    assert templates
    assert declared
    for options in declared:
        assert (options["httpPutResponseHopLimit"], options["httpTokens"]) == (1, "required")
