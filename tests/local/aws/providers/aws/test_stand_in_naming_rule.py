"""The rule between property names and the API's members, by example and on shapes made for the purpose."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder
from hypothesis import given
from hypothesis import strategies as st

from local.aws.providers.aws import shapes
from local.aws.providers.aws.cloud import Models
from local.aws.providers.aws.conversion import Converter
from local.aws.providers.aws.registry import Registry
from local.aws.providers.aws.sdk import Kind, NoSuchTypeError, resource_type

MODELS = Models()
TEXT, WHOLE, FLAG = Kind("string"), Kind("integer"), Kind("boolean")


def shape(**members: Any) -> Any:
    return DenormalizedStructureBuilder().with_members(members).build_model()


def listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "list", "member": item}


OBJECT = Kind(
    "object", output_type=resource_type("aws:eks/nodeGroup:NodeGroup").properties["scalingConfig"].output_type
)


def member(of: Any, name: str, kind: Kind | None = None, prefix: str = "") -> str | None:
    return shapes.member(of, name, kind, prefix)


@pytest.mark.parametrize(
    ("service", "operation", "name", "found"),
    [
        ("ec2", "CreateSubnet", "cidrBlock", "CidrBlock"),
        ("eks", "CreateCluster", "roleArn", "roleArn"),
        ("ec2", "CreateVpcEndpoint", "vpcEndpointType", "VpcEndpointType"),
        ("eks", "CreateAccessEntry", "userName", "username"),
        ("ec2", "CreateSubnet", "cidrBlok", None),
    ],
)
def test_names_differ_in_case_only(service: str, operation: str, name: str, found: str | None) -> None:
    assert member(MODELS.input(service, operation), name) == found


def test_a_list_may_be_in_the_singular() -> None:
    of = MODELS.input("iam", "CreateOpenIDConnectProvider")
    assert member(of, "clientIdLists", Kind("list", item=TEXT)) == "ClientIDList"
    assert member(
        MODELS.output("eks", "DescribeCluster").members["cluster"], "identities", Kind("list", item=TEXT)
    ) == ("identity")


def test_only_lists_and_objects_may_be_in_another_number() -> None:
    of = shape(SubnetIds=listed({"type": "string"}), AllocationId={"type": "string"})
    assert member(of, "subnetId", TEXT) is None
    assert member(of, "allocationIds", Kind("list", item=TEXT)) is None


def test_a_member_may_repeat_the_name_of_the_type() -> None:
    of = MODELS.input("iam", "CreateRole")
    assert member(of, "name", TEXT, "Role") == "RoleName"
    assert member(of, "name", TEXT) is None


def test_an_exact_name_is_preferred_to_one_with_a_prefix() -> None:
    of = shape(Name={"type": "string"}, RoleName={"type": "string"})
    assert member(of, "name", TEXT, "Role") == "Name"


def test_a_boxed_scalar_is_unboxed() -> None:
    box = MODELS.input("ec2", "ModifySubnetAttribute").members["MapPublicIpOnLaunch"]
    assert Converter().to_api(box, FLAG, value=True, path="p") == {"Value": True}
    assert Converter().from_api(box, FLAG, {"Value": True}, "p") is True


def test_an_object_may_be_a_list_of_one() -> None:
    of = shape(Sizes=listed({"type": "structure", "members": {"MinSize": {"type": "integer"}}})).members["Sizes"]
    assert Converter().to_api(of, OBJECT, {"minSize": 1}, "p") == [{"MinSize": 1}]
    assert Converter().from_api(of, OBJECT, [{"MinSize": 1}], "p") == {"minSize": 1}
    assert Converter().from_api(of, OBJECT, [], "p") is None


def test_a_list_of_one_may_be_a_structure() -> None:
    of = shape(MinSize={"type": "integer"}, MaxSize={"type": "integer"})
    kind = Kind("list", item=OBJECT)
    assert Converter().to_api(of, kind, [{"minSize": 1}], "p") == {"MinSize": 1}
    assert Converter().from_api(of, kind, {"MinSize": 1}, "p") == [{"minSize": 1}]
    with pytest.raises(shapes.UnfittingError, match="at most one"):
        Converter().to_api(of, kind, [{"minSize": 1}, {"minSize": 2}], "p")


def test_a_map_may_be_a_list_of_pairs() -> None:
    pair = {"type": "structure", "members": {"TagKey": {"type": "string"}, "TagValue": {"type": "string"}}}
    of = shape(Tags=listed(pair)).members["Tags"]
    kind = Kind("map", item=TEXT)
    assert Converter().to_api(of, kind, {"a": "b"}, "p") == [{"TagKey": "a", "TagValue": "b"}]
    assert Converter().from_api(of, kind, [{"TagKey": "a", "TagValue": "b"}], "p") == {"a": "b"}


@given(st.integers(0, 10**9))
def test_numbers_given_as_text_are_numbers_in_the_api_and_the_other_way_round(number: int) -> None:
    of = shape(Size={"type": "integer"}).members["Size"]
    assert Converter().to_api(of, TEXT, str(number), "p") == number
    assert Converter().from_api(of, TEXT, number, "p") == str(number)
    assert Converter().from_api(of, WHOLE, number, "p") == number


@pytest.mark.parametrize(("given_value", "meant"), [("true", True), ("false", False), (True, True)])
def test_flags_given_as_text_are_flags_in_the_api(given_value: Any, meant: Any) -> None:
    of = shape(On={"type": "boolean"}).members["On"]
    assert Converter().to_api(of, TEXT, given_value, "p") is meant


@pytest.mark.parametrize(
    ("type_name", "value", "reason"),
    [
        ("integer", "many", "a number is expected"),
        ("boolean", "yes", "true or false is expected"),
        ("string", {"a": 1}, "a single value is expected"),
    ],
)
def test_a_value_of_another_form_is_refused_with_its_place(type_name: str, value: Any, reason: str) -> None:
    of = shape(Field={"type": type_name}).members["Field"]
    with pytest.raises(shapes.UnfittingError, match=reason) as caught:
        Converter().to_api(of, TEXT, value, "outer.field")
    assert caught.value.path == "outer.field"


def test_a_nested_property_that_the_api_lacks_is_refused_by_its_path() -> None:
    of = shape(MinSize={"type": "integer"})
    with pytest.raises(shapes.UnfittingError) as caught:
        Converter().to_api(of, OBJECT, {"minSize": 1, "desiredSize": 2}, "scalingConfig")
    assert caught.value.path == "scalingConfig.desiredSize"


def test_a_nested_exception_is_found_by_its_path() -> None:
    of = shape(Least={"type": "integer"})
    converter = Converter({"scalingConfig.minSize": "Least"})
    assert converter.to_api(of, OBJECT, {"minSize": 1}, "scalingConfig") == {"Least": 1}
    assert converter.from_api(of, OBJECT, {"Least": 1}, "scalingConfig") == {"minSize": 1}


def test_what_the_sdk_has_no_property_for_is_left_out() -> None:
    of = shape(MinSize={"type": "integer"}, Other={"type": "string"})
    assert Converter().from_api(of, OBJECT, {"MinSize": 1, "Other": "x"}, "p") == {"minSize": 1}


def test_the_shape_of_what_a_path_selects() -> None:
    output = MODELS.output("ec2", "DescribeRouteTables")
    assert "RouteTableId" in shapes.at(output, "RouteTables[0]").members
    filtered = "RouteTables[0].Routes[?DestinationCidrBlock=='10.0.0.0/8' || A=='b'] | [0]"
    assert "DestinationCidrBlock" in shapes.at(output, filtered).members
    assert shapes.at(output, "") is output


def test_the_sdk_says_what_is_required_and_what_may_be_absent() -> None:
    subnet = resource_type("aws:ec2/subnet:Subnet")
    assert subnet.required == {"vpcId"}
    assert "mapPublicIpOnLaunch" in subnet.nullable
    assert "availabilityZone" not in subnet.nullable
    assert "id" not in subnet.properties


def test_a_type_whose_arguments_have_another_class_name_is_found() -> None:
    assert resource_type("aws:s3/bucketVersioning:BucketVersioning").required == {"bucket", "versioningConfiguration"}


@pytest.mark.parametrize("token", ["aws:ec2/nothing:Nothing", "aws:nowhere/subnet:Subnet", "nonsense"])
def test_a_type_that_the_sdk_lacks_is_named(token: str) -> None:
    with pytest.raises(NoSuchTypeError, match=token):
        resource_type(token)


def test_a_type_without_a_row_is_refused_by_name() -> None:
    with pytest.raises(Exception, match="does not handle the type aws:lambda/function:Function"):
        Registry().resource("aws:lambda/function:Function")
