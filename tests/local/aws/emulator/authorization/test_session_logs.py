"""What a role's session may do in CloudWatch Logs, and what needs no permission."""

from __future__ import annotations

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

ME = "arn:aws:sts::123456789012:assumed-role/job/driver"
LOGS = "arn:aws:logs:us-west-2:123456789012:log-group"
GROUP = "/emr/analytics"
WRITE = {
    "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    "Resource": f"{LOGS}:{GROUP}:*",
}
EVENTS = [{"timestamp": 1, "message": "it"}]


@pytest.fixture(autouse=True)
def groups(aws):
    for name in (GROUP, "/emr/risk"):
        aws("logs").create_log_group(logGroupName=name)


def denied(action, resource):
    reason = f"because no identity-based policy allows the logs:{action} action"
    message = f"User: {ME} is not authorized to perform: logs:{action} on resource: {resource} {reason}"
    return "AccessDeniedException", message


def test_a_session_writes_its_own_group_and_no_other(session, refused):
    logs = session(WRITE)("logs")
    place = {"logGroupName": GROUP, "logStreamName": "s"}
    logs.create_log_stream(**place)
    logs.put_log_events(logEvents=EVENTS, **place)
    assert logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    other = place | {"logGroupName": "/emr/risk"}
    created = refused(logs.create_log_stream, **other)
    assert created == denied("CreateLogStream", f"{LOGS}:/emr/risk:log-stream:s")
    put = refused(logs.put_log_events, logEvents=EVENTS, **other)
    assert put == denied("PutLogEvents", f"{LOGS}:/emr/risk:log-stream:s")
    listed = refused(logs.describe_log_streams, logGroupName="/emr/risk")
    assert listed == denied("DescribeLogStreams", f"{LOGS}:/emr/risk:log-stream:")


def test_a_pattern_without_its_star_covers_nothing(session, refused):
    logs = session(WRITE | {"Resource": f"{LOGS}:{GROUP}"})("logs")
    assert refused(logs.create_log_stream, logGroupName=GROUP, logStreamName="s")[0] == "AccessDeniedException"


def test_listing_groups_cannot_be_granted_on_one(session, refused):
    find = {"Action": "logs:DescribeLogGroups"}
    one, every = f"{LOGS}:{GROUP}:*", f"{LOGS}:*"
    assert (
        refused(session(find | {"Resource": one})("logs").describe_log_groups)[1]
        == denied("DescribeLogGroups", f"{LOGS}::log-stream:")[1]
    )
    assert session(find | {"Resource": every}, name="finder")("logs").describe_log_groups()["logGroups"]


def test_groups_named_in_a_list_are_all_needed(session, refused):
    logs = session({"Action": "logs:StartQuery", "Resource": f"{LOGS}:{GROUP}:*"})("logs")
    query = {"startTime": 0, "endTime": 1, "queryString": "fields @message"}
    assert logs.start_query(logGroupNames=[GROUP], **query)["queryId"]
    both = refused(logs.start_query, logGroupNames=[GROUP, "/emr/risk"], **query)
    assert both == denied("StartQuery", f"{LOGS}:/emr/risk:log-stream:")
    by_arn = refused(logs.start_query, logGroupIdentifiers=[f"{LOGS}:/emr/risk"], **query)
    assert by_arn == both


def test_an_operation_that_the_table_does_not_have_is_denied_by_name(session, refused):
    everything = session({"Action": "*", "Resource": "*"})("logs")
    code, message = refused(everything.describe_resource_policies)
    assert (code, "knows no action for logs:DescribeResourcePolicies" in message) == ("AccessDeniedException", True)


def test_everybody_may_ask_who_they_are(session):
    answer = session()("sts").get_caller_identity()
    assert answer["Arn"] == ME
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-decided-by"] == "no permission is needed"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("s3", "list_buckets", "AccessDenied"),
        ("logs", "describe_log_groups", "MissingAuthenticationTokenException"),
        ("sqs", "list_queues", "MissingAuthenticationTokenException"),
        ("ec2", "describe_vpcs", "MissingAuthenticationToken"),
    ],
)
def test_a_call_without_credentials_gets_nowhere(port, refused, service, operation, code):
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    client = boto3.client(service, region_name="us-west-2", endpoint_url=f"http://127.0.0.1:{port}", config=config)
    assert refused(getattr(client, operation))[0] == code
