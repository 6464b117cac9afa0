from __future__ import annotations

import http.client
import json
import urllib.request
from datetime import UTC, datetime

import boto3
import pytest
from botocore.config import Config

from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.rest_json.routes import HttpRequest
from local.aws.emulator.rest_json.service import Operation, Service


@pytest.fixture
def serve():
    """Serves one operation of EKS and gives what the handler got and what came back."""

    def run(operation, method, path, body=b"", *, query="", answer=None):
        got = {}

        def handle(_call, params):
            got.update(params)
            if isinstance(answer, Exception):
                raise answer
            return answer

        service = Service(
            "eks", {operation: Operation(run=handle, lacks=("logging",))}, invalid="InvalidParameterException"
        )
        counted = []
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = HttpRequest(method=method, path=path, query=query, body=content)
        reply = service.answer(request, lambda: None, counted.append)  # type: ignore[arg-type, return-value]
        return got, reply, counted

    return run


def test_path_query_and_body_become_one_document(serve):
    arn = "arn:aws:iam::123456789012:role/a/b"
    got, reply, counted = serve(
        "AssociateAccessPolicy",
        "POST",
        "/clusters/emr/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa%2Fb/access-policies",
        {"policyArn": "p", "accessScope": {"type": "cluster", "unknown": 1}, "unknown": 2},
    )
    assert got == {"clusterName": "emr", "principalArn": arn, "policyArn": "p", "accessScope": {"type": "cluster"}}
    assert (reply.status, counted) == (200, ["AssociateAccessPolicy"])


def test_query_values_get_their_types(serve):
    got, *_ = serve(
        "DescribeClusterVersions",
        "GET",
        "/cluster-versions",
        query="maxResults=5&defaultOnly=true&clusterVersions=1&clusterVersions=2",
    )
    assert got == {"maxResults": 5, "defaultOnly": True, "clusterVersions": ["1", "2"]}


def test_times_go_out_as_seconds_and_what_the_model_does_not_know_stays_in(serve):
    answer = {
        "cluster": {"name": "emr", "createdAt": datetime(2026, 1, 1, tzinfo=UTC), "_private": 1, "endpoint": None}
    }
    _, reply, _ = serve("DescribeCluster", "GET", "/clusters/emr", answer=answer)
    assert json.loads(reply.body) == {"cluster": {"name": "emr", "createdAt": 1767225600.0}}


def test_errors_carry_status_code_and_fields_of_the_model(serve):
    error = ServiceError("ResourceInUseException", "taken", clusterName="emr")
    _, reply, _ = serve("DescribeCluster", "GET", "/clusters/emr", answer=error)
    assert (reply.status, reply.error) == (409, "ResourceInUseException")
    assert json.loads(reply.body) == {"message": "taken", "clusterName": "emr"}
    assert ("x-amzn-ErrorType", "ResourceInUseException") in reply.headers


def test_every_violation_is_told_at_once(serve):
    _, reply, _ = serve(
        "CreateCluster", "POST", "/clusters", {"name": "-", "resourcesVpcConfig": {}, "tags": {"": "v"}}
    )
    message = json.loads(reply.body)["message"]
    assert (reply.status, reply.error) == (400, "InvalidParameterException")
    assert message.startswith("3 validation errors detected: ")
    assert "Value null at 'roleArn' failed to satisfy constraint: Member must not be null" in message
    assert "Value '-' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern" in message


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", {"name": 5}, {"name": "a", "deletionProtection": "yes"}, {"resourcesVpcConfig": {"subnetIds": "x"}}],
)
def test_what_is_not_json_of_the_right_types_is_a_serialization_error(serve, body):
    _, reply, _ = serve("CreateCluster", "POST", "/clusters", body)
    assert (reply.status, reply.error) == (400, "SerializationException")


def test_an_operation_without_handler_and_a_member_without_meaning_are_named(serve):
    _, reply, _ = serve("ListClusters", "POST", "/clusters", {})
    assert (reply.status, json.loads(reply.body)["message"]) == (501, "The embedded cloud has no eks:CreateCluster.")
    body = {"name": "a", "roleArn": "r", "resourcesVpcConfig": {}, "logging": {}}
    _, reply, _ = serve("CreateCluster", "POST", "/clusters", body)
    assert "eks:CreateCluster with logging" in json.loads(reply.body)["message"]


def test_an_unknown_path_and_a_fault_of_ours_are_told_apart(serve):
    assert serve("ListClusters", "GET", "/nothing")[1].status == 404
    assert serve("ListClusters", "GET", "/clusters", answer=RuntimeError("x"))[1].status == 500


@pytest.fixture
def stranger(world):
    """Makes a client with an access key that nobody has."""

    def make(service):
        return boto3.client(
            service,
            region_name="us-west-2",
            endpoint_url=f"http://127.0.0.1:{world.clients.port}",
            aws_access_key_id="AKIANOBODY",
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}),
        )

    return make


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("eks", "list_clusters", "UnrecognizedClientException"),
        ("emr-containers", "list_virtual_clusters", "UnrecognizedClientException"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("kms", "list_keys", "UnrecognizedClientException"),
    ],
)
def test_unknown_keys_are_refused_by_every_service_in_its_own_words(stranger, refused, service, operation, code):
    assert refused(getattr(stranger(service), operation))[0] == code


@pytest.mark.parametrize(("service", "path"), [("eks", "clusters"), ("emr-containers", "virtualclusters")])
def test_without_a_signature_the_host_tells_the_service_and_the_key_is_missed(world, service, path):
    connection = http.client.HTTPConnection("127.0.0.1", world.clients.port)
    connection.request("GET", f"/{path}", headers={"Host": f"{service}.us-west-2.amazonaws.com"})
    reply = connection.getresponse()
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")
    connection.close()


def test_calls_are_counted_by_service_and_operation(aws, port):
    aws("eks").list_clusters()
    aws("iam").list_roles()
    aws("iam").list_roles()
    aws("kms").list_keys()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_local/calls") as reply:
        assert json.load(reply) == {"eks": {"ListClusters": 1}, "iam": {"ListRoles": 2}, "kms": {"ListKeys": 1}}
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_local/health") as reply:
        assert json.load(reply) == {"status": "ready"}


def test_calls_of_role_sessions_are_not_counted(aws, port):
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws("iam").create_role(RoleName="pod", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    credentials = aws("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    key, secret = credentials["AccessKeyId"], credentials["SecretAccessKey"]
    aws("eks", key, secret).list_clusters()
    aws("sts", key, secret).get_caller_identity()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_local/calls") as reply:
        assert json.load(reply) == {"iam": {"CreateRole": 1}, "sts": {"AssumeRole": 1}}


def test_requests_are_refused_once_the_emulator_stops(world, aws):
    assert world.emulator.application.close(1)
    with pytest.raises(aws("eks").exceptions.ClientError, match="503"):
        aws("eks").list_clusters()
