"""Templates, generated names, errors."""

from __future__ import annotations

import re

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.providers.aws import naming, template
from local.aws.providers.aws.check import DEFAULTS, check
from local.aws.providers.aws.failures import ApiError, status_of
from local.aws.providers.aws.registry import Registry
from local.aws.providers.aws.rows import AutoName
from local.aws.providers.aws.wire import UNKNOWN, Secret

REGISTRY = Registry()
names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9-]{0,8}", fullmatch=True)


@given(names, names)
def test_an_id_gives_back_what_it_was_made_of(cluster: str, name: str) -> None:
    values = {"clusterName": cluster, "addonName": name}
    text = template.fill("{clusterName}:{addonName}", values)
    assert template.parse("{clusterName}:{addonName}", text) == values


def test_an_arn_at_the_end_of_an_id_keeps_its_colons() -> None:
    parsed = template.parse("{clusterName}:{principalArn}", "one:arn:aws:iam::1:role/x")
    assert parsed == {"clusterName": "one", "principalArn": "arn:aws:iam::1:role/x"}
    assert template.parse("{clusterName}:{principalArn}", "one") is None


def test_templates_keep_types_drop_what_is_optional_and_take_the_first_of_several() -> None:
    filled = template.fill(
        {"a": "{n}", "b": ["{x?}", "{n}"], "c": "{x?}", "d": "{x|y.z}", "e": "v-{n}"},
        {"n": 5, "y": {"z": True}},
    )
    assert filled == {"a": 5, "b": [5], "d": True, "e": "v-5"}


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        template.fill("{missing}", {})


@given(names, st.binary(min_size=1, max_size=8))
def test_a_generated_name_is_the_logical_one_and_seven_digits(name: str, seed: bytes) -> None:
    made = naming.generate(AutoName(), name, seed)
    assert re.fullmatch(re.escape(name) + "-[0-9a-f]{7}", made)
    assert made == naming.generate(AutoName(), name, seed)


def test_names_take_the_form_that_their_service_wants() -> None:
    assert naming.generate(AutoName(name="bucket", lower=True), "Data", b"x").startswith("data-")
    assert naming.generate(AutoName(form="alias/{}"), "key", b"x").startswith("alias/key-")


def test_a_name_that_gets_too_long_is_refused_with_both_lengths() -> None:
    inputs = {"assumeRolePolicy": "{}"}
    _, problems = check(REGISTRY.resource("aws:iam/role:Role"), "r" * 60, {}, inputs, b"seed")
    assert next(problem.reason for problem in problems).count("68 characters, allowed are 64") == 1


def role(olds: dict, news: dict) -> dict:
    return check(REGISTRY.resource("aws:iam/role:Role"), "r", olds, {"assumeRolePolicy": "{}", **news}, b"new seed")[0]


def test_a_generated_name_stays_and_a_given_one_is_kept_as_given() -> None:
    first = role({}, {})
    assert first[DEFAULTS] == ["forceDetachPolicies", "maxSessionDuration", "name", "path"]
    assert role({"name": "r-1234567", DEFAULTS: ["name"]}, {})["name"] == "r-1234567"
    assert role({"name": "given", DEFAULTS: []}, {})["name"] == first["name"]
    assert role({"name": "r-1234567", DEFAULTS: ["name"]}, {"name": "given"})["name"] == "given"
    assert "name" not in role({}, {"namePrefix": "p-"})


def test_checked_inputs_keep_their_secrets_and_unknowns() -> None:
    checked = role({}, {"description": Secret("x"), "permissionsBoundary": UNKNOWN})
    assert checked["description"] == Secret("x")
    assert checked["permissionsBoundary"] is UNKNOWN


def unhandled(name: str, table: str) -> str:
    return f"the embedded cloud does not handle {name}; add it to local/aws/providers/aws/tables/{table}.py"


@pytest.mark.parametrize(
    ("token", "inputs", "reason"),
    [
        (
            "aws:ec2/subnet:Subnet",
            {"vpcId": "v", "outpostArn": "x"},
            unhandled("aws:ec2/subnet:Subnet.outpostArn", "ec2"),
        ),
        (
            "aws:eks/nodeGroup:NodeGroup",
            {
                "clusterName": "c",
                "nodeRoleArn": "r",
                "subnetIds": ["s"],
                "scalingConfig": {"minSize": 1, "other": 2},
            },
            unhandled("aws:eks/nodeGroup:NodeGroup.scalingConfig.other", "eks_nodes"),
        ),
        (
            "aws:ec2/routeTable:RouteTable",
            {"vpcId": "v", "routes": [{"cidrBlock": "c", "vpcPeeringConnectionId": "p"}]},
            unhandled("aws:ec2/routeTable:RouteTable.routes.vpcPeeringConnectionId", "ec2_routing"),
        ),
        ("aws:ec2/subnet:Subnet", {"vpcId": "v", "cidr": "x"}, "aws:ec2/subnet:Subnet has no input cidr"),
        ("aws:ec2/subnet:Subnet", {}, "aws:ec2/subnet:Subnet.vpcId is required"),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"retentionInDays": "long"},
            "aws:cloudwatch/logGroup:LogGroup.retentionInDays: a number is expected, not 'long'",
        ),
    ],
)
def test_what_is_wrong_with_inputs_is_said_by_name(token: str, inputs: dict, reason: str) -> None:
    _, problems = check(REGISTRY.resource(token), "it", {}, inputs, b"seed")
    assert [problem.reason for problem in problems] == [reason]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("EntityAlreadyExists", grpc.StatusCode.ALREADY_EXISTS),
        ("InvalidPermission.Duplicate", grpc.StatusCode.ALREADY_EXISTS),
        ("NoSuchEntity", grpc.StatusCode.NOT_FOUND),
        ("AccessDeniedException", grpc.StatusCode.PERMISSION_DENIED),
        ("ThrottlingException", grpc.StatusCode.RESOURCE_EXHAUSTED),
        ("MalformedPolicyDocument", grpc.StatusCode.INVALID_ARGUMENT),
        ("InvalidVpcID.NotFound", grpc.StatusCode.NOT_FOUND),
        ("SomethingNew", grpc.StatusCode.FAILED_PRECONDITION),
    ],
)
def test_errors_of_aws_become_statuses_the_engine_understands(code: str, status: grpc.StatusCode) -> None:
    assert status_of(code) is status
    assert ApiError("Op", code, "text").message == f"{code}: text"


@pytest.mark.parametrize(("code", "gone"), [("NoSuchBucket", True), ("404", True), ("DependencyViolation", False)])
def test_some_errors_say_that_a_resource_is_gone(code: str, *, gone: bool) -> None:
    assert ApiError("Op", code, "").gone is gone
