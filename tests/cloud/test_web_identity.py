"""Credentials of pods on a real control plane: what the cluster writes into a pod, and what its token is good for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cloud.own_emulator import REGION, Process, apply, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud
NAMESPACES = ("analytics", "risk")
AUDIENCE = "sts.amazonaws.com"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("web-identity"))
    try:
        set_up(process)
        prepare(process)
        yield process
    finally:
        process.stop()


def prepare(process: Process) -> None:
    """Two tenants with an account `job` each, a role `job` for the first tenant's, and a bucket of both."""
    for namespace in NAMESPACES:
        apply(process, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for name in ("job", "other"):
            annotations = {"eks.amazonaws.com/role-arn": arn()} if name == "job" else {}
            metadata = {"name": name, "namespace": namespace, "annotations": annotations}
            apply(process, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    issuer = process.aws("eks").describe_cluster(name="emr")["cluster"]["identity"]["oidc"]["issuer"]
    iam, host = process.aws("iam"), issuer.removeprefix("https://")
    provider = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40])
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringLike": {f"{host}:sub": "system:serviceaccount:analytics:jo*"},
            "StringEquals": {f"{host}:aud": AUDIENCE},
        },
    }
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/analytics/*"}
    iam.create_role(RoleName="job", AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName="job", PolicyName="write", PolicyDocument=document(write))
    process.aws("s3").create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def arn(role: str = "job") -> str:
    return f"arn:aws:iam::123456789012:role/{role}"


def token(process: Process, namespace: str, account: str = "job", audience: str = AUDIENCE) -> str:
    """A token of a service account from the API server (TokenRequest)."""
    printed = process.kubectl("create", "token", account, "-n", namespace, "--audience", audience)
    assert printed.count(".") == 2, printed
    return printed.strip()


def assume(process: Process, token: str) -> dict[str, str]:
    make: Any = boto3.client
    sts = make("sts", REGION, endpoint_url=process.endpoint, config=Config(signature_version=UNSIGNED))
    answer = sts.assume_role_with_web_identity(RoleArn=arn(), RoleSessionName="driver", WebIdentityToken=token)
    return {"key": answer["Credentials"]["AccessKeyId"], "secret": answer["Credentials"]["SecretAccessKey"]}


def refusal(process: Process, token: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        assume(process, token)
    error: Any = refused.value.response["Error"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    return error["Code"], error["Message"]


def pod(process: Process, name: str, account: str) -> dict[str, Any]:
    """The pod as the API server keeps it."""
    spec = {
        "serviceAccountName": account,
        "initContainers": [{"name": "first", "image": "busybox"}],
        "containers": [{"name": name, "image": "busybox", "env": [{"name": "OWN", "value": "1"}]} for name in "ab"],
    }
    metadata = {"name": name, "namespace": "analytics"}
    apply(process, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return json.loads(process.kubectl("get", "pod", name, "-n", "analytics", "-o", "json"))["spec"]


def test_a_pod_of_an_account_with_a_role_gets_environment_and_token(process: Process) -> None:
    spec = pod(process, "with-role", "job")
    for container in (*spec["containers"], *spec["initContainers"]):
        env = {variable["name"]: variable["value"] for variable in container["env"] if variable["name"] != "OWN"}
        assert env == {
            "AWS_STS_REGIONAL_ENDPOINTS": "regional",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ROLE_ARN": arn(),
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        }
        assert "/var/run/secrets/eks.amazonaws.com/serviceaccount" in {
            m["mountPath"] for m in container["volumeMounts"]
        }
    (source,) = next(v for v in spec["volumes"] if v["name"] == "aws-iam-token")["projected"]["sources"]
    assert source["serviceAccountToken"] == {"audience": AUDIENCE, "expirationSeconds": 86400, "path": "token"}


def test_a_pod_of_another_account_gets_nothing(process: Process) -> None:
    spec = pod(process, "without-role", "other")
    assert [variable["name"] for variable in spec["containers"][0]["env"]] == ["OWN"]
    assert "aws-iam-token" not in {volume["name"] for volume in spec["volumes"]}


def test_the_accounts_own_token_becomes_the_role_and_writes_only_its_prefix(process: Process) -> None:
    s3 = process.aws("s3", **assume(process, token(process, "analytics")))
    s3.put_object(Bucket="data", Key="analytics/out", Body=b"1")
    for call in (
        lambda: s3.put_object(Bucket="data", Key="risk/out", Body=b"1"),
        lambda: s3.get_object(Bucket="data", Key="analytics/out"),
        lambda: s3.list_objects_v2(Bucket="data", Prefix="analytics/"),
    ):
        with pytest.raises(ClientError, match="because no identity-based policy allows"):
            call()
    log = (process.folder / "emulator.log").read_text()
    assert "no identity-based policy allows s3:PutObject on arn:aws:s3:::data/risk/out" in log


def test_a_token_of_another_namespace_account_or_audience_is_refused(process: Process) -> None:
    denied = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    assert refusal(process, token(process, "risk")) == denied
    assert refusal(process, token(process, "analytics", "other")) == denied
    answer = refusal(process, token(process, "analytics", audience="https://kubernetes.default.svc"))
    assert answer == ("InvalidIdentityToken", "Incorrect token audience")


def test_a_tampered_token_is_refused(process: Process) -> None:
    parts, foreign = token(process, "analytics").split("."), token(process, "risk").split(".")
    code, message = refusal(process, ".".join([parts[0], parts[1], foreign[2]]))
    assert (code, "signature" in message) == ("InvalidIdentityToken", True)


def test_tokens_are_good_again_after_a_restart(process: Process) -> None:
    before = token(process, "analytics")
    old = assume(process, before)
    assert process.stop() == 0
    process.start()
    assert assume(process, before)
    with pytest.raises(ClientError, match="because no identity-based policy allows"):
        process.aws("s3", **old).get_object(Bucket="data", Key="analytics/out")
