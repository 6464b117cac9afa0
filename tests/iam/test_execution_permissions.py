from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam import execution
from iam.evaluation import Request, evaluate
from iam.s3 import Prefix, check_prefix, of_tenant, prefix

KEYS = "arn:aws:kms:us-west-2:123456789012:key"
POLICY = execution.permissions(
    region="us-west-2",
    account="123456789012",
    log_group="/emr/emr/analytics",
    logs=of_tenant("emr-logs", "analytics"),
    logs_key=f"{KEYS}/logs",
    artefacts=of_tenant("emr-artefacts", "analytics"),
    artefacts_key=f"{KEYS}/data",
    read=[prefix("s3://lake/curated/")],
    write=[prefix("s3://lake/analytics/"), prefix("s3://scratch/")],
)


def decided(action: str, resource: str, **context: str) -> bool:
    request = Request(action=action, resource=resource, context=dict(context))
    return evaluate([POLICY], request).allowed


@pytest.mark.covers("ID-11", "ID-16")
def test_declared_places_are_open_as_declared() -> None:
    assert decided("s3:GetObject", "arn:aws:s3:::lake/curated/a.parquet")
    assert decided("s3:GetObject", "arn:aws:s3:::lake/analytics/a.parquet")
    assert decided("s3:PutObject", "arn:aws:s3:::lake/analytics/x/y.parquet")
    assert decided("s3:DeleteObject", "arn:aws:s3:::scratch/anything")
    assert decided("s3:ListBucket", "arn:aws:s3:::lake", **{"s3:prefix": "curated/"})
    assert decided("s3:ListBucket", "arn:aws:s3:::lake", **{"s3:prefix": "analytics/day=1/"})
    assert decided("s3:ListBucket", "arn:aws:s3:::scratch", **{"s3:prefix": ""})


@pytest.mark.covers("ID-16")
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "arn:aws:s3:::lake/curated/a.parquet"),
        ("s3:DeleteObject", "arn:aws:s3:::lake/curated/a.parquet"),
        ("s3:GetObject", "arn:aws:s3:::lake/curated-2/a.parquet"),
        ("s3:GetObject", "arn:aws:s3:::lake/secret/a.parquet"),
        ("s3:GetObject", "arn:aws:s3:::other/curated/a.parquet"),
        ("s3:ListBucket", "arn:aws:s3:::lake"),
        ("s3:CreateBucket", "arn:aws:s3:::lake"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::scratch"),
        ("kms:Decrypt", "arn:aws:kms:us-west-2:123456789012:key/x"),
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/emr-other-job"),
    ],
)
def test_nothing_else_is_open(action: str, resource: str) -> None:
    assert not decided(action, resource)


def test_one_buckets_prefixes_do_not_open_the_listing_of_another() -> None:
    assert not decided("s3:ListBucket", "arn:aws:s3:::lake", **{"s3:prefix": "secret/"})
    assert not decided("s3:ListBucket", "arn:aws:s3:::lake", **{"s3:prefix": ""})


@pytest.mark.parametrize("tenant", ["risk", "analytics-2"])
def test_logs_and_artefacts_lie_in_the_tenants_own_place(tenant: str) -> None:
    assert decided("s3:PutObject", "arn:aws:s3:::emr-logs/analytics/vc/jobs/1/stdout.gz")
    assert not decided("s3:GetObject", "arn:aws:s3:::emr-logs/analytics/vc/jobs/1/stdout.gz")
    assert not decided("s3:PutObject", f"arn:aws:s3:::emr-logs/{tenant}/vc/jobs/1/stdout.gz")
    assert decided("s3:GetObject", "arn:aws:s3:::emr-artefacts/analytics/job.py")
    assert not decided("s3:PutObject", "arn:aws:s3:::emr-artefacts/analytics/job.py")
    assert not decided("s3:GetObject", f"arn:aws:s3:::emr-artefacts/{tenant}/job.py")


def test_keys_are_used_through_s3_only_and_each_for_what_it_is_for() -> None:
    through_s3 = {"kms:ViaService": "s3.us-west-2.amazonaws.com"}
    through_another = {"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"}
    for action, key in (("GenerateDataKey", "logs"), ("Decrypt", "logs"), ("Decrypt", "data")):
        assert decided(f"kms:{action}", f"{KEYS}/{key}", **through_s3)
        assert not decided(f"kms:{action}", f"{KEYS}/{key}")
        assert not decided(f"kms:{action}", f"{KEYS}/{key}", **through_another)
    assert not decided("kms:GenerateDataKey", f"{KEYS}/data", **through_s3)
    assert not decided("kms:Decrypt", f"{KEYS}/other", **through_s3)


@pytest.mark.covers("ID-13")
def test_logs_go_to_the_tenants_group_only() -> None:
    logs = "arn:aws:logs:us-west-2:123456789012:log-group"
    for action in ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"):
        assert decided(action, f"{logs}:/emr/emr/analytics:log-stream:driver")
        assert not decided(action, f"{logs}:/emr/emr/analytics-2:log-stream:driver")
    assert decided("logs:DescribeLogGroups", f"{logs}:/emr/emr/analytics:log-stream:")
    assert not decided("logs:CreateLogGroup", f"{logs}:/emr/emr/analytics:log-stream:")


def test_a_role_without_data_reaches_logs_and_artefacts_only() -> None:
    policy = execution.permissions(
        region="cn-north-1",
        account="1" * 12,
        log_group="/g",
        logs=of_tenant("l", "t"),
        logs_key="arn:aws-cn:kms:cn-north-1:111111111111:key/l",
        artefacts=of_tenant("a", "t"),
        artefacts_key="arn:aws-cn:kms:cn-north-1:111111111111:key/a",
        read=[],
        write=[],
    )
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert sids == ["WriteLogs", "FindLogs", "UploadLogs", "EncryptLogs", "ReadArtefacts", "DecryptArtefacts"]
    assert policy["Statement"][0]["Resource"].startswith("arn:aws-cn:logs:cn-north-1:")


@pytest.mark.covers("ID-16")
def test_no_statement_allows_every_action_or_every_resource() -> None:
    for statement in POLICY["Statement"]:
        actions = statement["Action"]
        assert "*" not in "".join([actions] if isinstance(actions, str) else actions)
        assert statement["Resource"] != "*"


@pytest.mark.parametrize(
    "uri",
    [
        "s3://lake",
        "s3://lake/curated",
        "s3://lake/*/",
        "s3://lake/${aws:username}/",
        "s3://La/x/",
        "s3://a/x/",
        "s3://lake//",
        "s3a://lake/x/",
        "lake/x/",
        "",
        "s3://xn--lake/x/",
        "s3://lake..x/",
        "s3://lake/" + "x" * 1024 + "/",
    ],
)
def test_what_could_open_more_than_one_folder_is_refused(uri: str) -> None:
    (fault,) = check_prefix(uri)
    assert fault.given == repr(uri)
    with pytest.raises(ValueError, match="closing slash"):
        prefix(uri)


def test_a_missing_slash_is_put_right_in_the_message() -> None:
    assert check_prefix("s3://lake/curated")[0].write == "s3://lake/curated/"


words = st.text(st.sampled_from("abc12-"), min_size=1, max_size=8).map(lambda text: f"x{text}x")


@given(words, st.lists(words, max_size=3))
def test_a_prefix_says_what_was_written(bucket: str, folders: list[str]) -> None:
    read = prefix(f"s3://{bucket}/" + "".join(f"{folder}/" for folder in folders))
    assert read == Prefix(bucket=bucket, key="".join(f"{folder}/" for folder in folders))
    assert read.objects_arn("aws") == f"arn:aws:s3:::{bucket}/{read.key}*"
