"""What the stand-in does not do, and says so."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from tests.local.aws.providers.eks.cluster_program import EKS, construct, options


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fargate": True}, "does not handle the option fargate"),
        ({"clusterSecurityGroup": "sg"}, "does not handle the option clusterSecurityGroup"),
        ({"skipDefaultNodeGroup": None}, "skipDefaultNodeGroup"),
        ({"skipDefaultSecurityGroups": False}, "open to 0.0.0.0/0"),
        ({"useDefaultVpcCni": None}, "vpc-cni"),
        ({"createOidcProvider": True}, "createOidcProvider"),
        ({"kubeProxyAddonOptions": None}, "kube-proxy"),
        ({"corednsAddonOptions": {"enabled": True}}, "coredns"),
        ({"serviceRole": None}, "AmazonEKSVPCResourceController"),
        ({"vpcId": None}, "default VPC"),
        ({"authenticationMode": "OPEN"}, "OPEN"),
        ({"authenticationMode": "API"}, "reads no aws-auth"),
        ({"subnetIds": ["a"]}, "exclude each other"),
        ({"publicAccessCidrs": ["10.0.0.0/8"]}, "endpointPublicAccess is true"),
        ({"authenticationMode": "CONFIG_MAP", "accessEntries": {"a": {}}}, "needs authenticationMode"),
    ],
)
def test_what_is_not_handled_or_contradicts_itself_is_refused_by_name(engine, changes, says):
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(engine, **changes)
    errors = refused.value.errors or []
    assert any(says in f"{one['property_path']}: {one['reason']}" for one in errors)
    assert EKS not in engine.children()


def test_without_an_explicit_provider_the_component_is_refused(engine):
    def program(provider: Any) -> None:
        provider.construct("c", "eks:index:Cluster", options(), pulumi.ResourceOptions())

    with pytest.raises(pulumi.InputPropertiesError, match="eks:index:Cluster c has no explicit aws provider"):
        engine.run(program)


def test_without_the_aws_cli_the_component_is_refused(engine, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pulumi.InputPropertiesError, match="there is no `aws` on PATH"):
        construct(engine)


def test_a_component_that_is_not_handled_is_named(engine):
    def program(provider: Any) -> None:
        provider.construct("n", "eks:index:NodeGroupV2", {}, pulumi.ResourceOptions())

    with pytest.raises(
        pulumi.InputPropertiesError, match="does not handle eks:index:NodeGroupV2; it handles eks:index:Addon"
    ):
        engine.run(program)
