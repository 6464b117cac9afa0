from __future__ import annotations

import pytest

from tests.local.aws.emulator.as_user import allow, deny

ROLE = "arn:aws:iam::123456789012:role/job-role"
ARN = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/{}"
NOT_AUTHORIZED = "User: arn:aws:iam::123456789012:user/user-1 is not authorized to perform: emr-containers:StartJobRun"
START = "emr-containers:StartJobRun"
KEY = "emr-containers:ExecutionRoleArn"
RUNS = "arn:aws:emr-containers:*:*:/virtualclusters/*/jobruns/*"


def test_a_job_run_is_accepted_and_described_as_it_was_asked_for(virtual_cluster, aws, job, described):
    overrides = {
        "applicationConfiguration": [{"classification": "spark-defaults", "properties": {"spark.driver.memory": "2G"}}],
        "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://bucket-a/logs"}},
    }
    made = aws("emr-containers").start_job_run(**job(configurationOverrides=overrides, tags={"a": "b"}))
    found = described(made["id"])
    assert made["virtualClusterId"] == virtual_cluster
    assert made["arn"] == f"{ARN.format(virtual_cluster)}/jobruns/{made['id']}"
    assert found["arn"] == made["arn"]
    assert found["name"] == made["name"] == "pi"
    assert found["executionRoleArn"] == ROLE
    assert found["configurationOverrides"] == overrides
    assert found["tags"] == {"a": "b"}
    assert found["createdBy"] == "arn:aws:iam::123456789012:user/deployer"
    assert "retryPolicyExecution" not in found


@pytest.mark.parametrize("missing", ["releaseLabel", "jobDriver"])
def test_what_a_run_cannot_do_without_must_be_given(aws, job, refused, missing):
    assert refused(aws("emr-containers").start_job_run, **job(**{missing: None})) == (
        "ValidationException",
        f"1 validation error detected: Value null at '{missing}' failed to satisfy constraint: Member must not be null",
    )


@pytest.mark.covers("ER-02")
@pytest.mark.parametrize("condition", [{}, {"StringEquals": {KEY: ROLE}}])
def test_a_missing_execution_role_is_an_access_denied(as_user, job, refused, condition):
    user = as_user(allow(START, **condition))
    code, message = refused(user.start_job_run, **job(executionRoleArn=None))
    assert (code, message) == ("AccessDeniedException", NOT_AUTHORIZED)


@pytest.mark.covers("ER-03")
@pytest.mark.parametrize("role", ["arn:aws:iam::123456789012:role/other", "no-arn-of-a-role-at-all"])
def test_a_role_that_the_condition_key_does_not_allow_is_refused_whatever_its_form(as_user, job, refused, role):
    user = as_user(allow(START, ArnLike={KEY: "arn:aws:iam::123456789012:role/job-*"}))
    assert refused(user.start_job_run, **job(executionRoleArn=role)) == ("AccessDeniedException", NOT_AUTHORIZED)
    assert user.start_job_run(**job())["id"]


@pytest.mark.covers("ER-03")
def test_a_denied_role_is_refused_like_one_that_is_not_allowed(as_user, job, refused):
    user = as_user(allow(START), deny(START, StringEquals={KEY: ROLE}))
    assert refused(user.start_job_run, **job()) == ("AccessDeniedException", NOT_AUTHORIZED)


@pytest.mark.covers("ER-04")
def test_a_role_of_another_account_is_refused_like_a_role_not_allowed(as_user, job, refused):
    user = as_user(allow(START))
    role = "arn:aws:iam::210987654321:role/job-role"
    assert refused(user.start_job_run, **job(executionRoleArn=role)) == ("AccessDeniedException", NOT_AUTHORIZED)


@pytest.mark.covers("ER-05")
def test_a_role_that_is_no_arn_is_named_with_the_pattern(aws, job, refused):
    code, message = refused(
        aws("emr-containers").start_job_run, **job(executionRoleArn="EMRContainers-JobExecutionRole")
    )
    assert code == "ValidationException"
    assert message.startswith(
        "1 validation error detected: Value EMRContainers-JobExecutionRole at 'executionRoleArn' failed to satisfy the "
        "ARN regular expression pattern: ^arn:(aws[a-zA-Z0-9-]*):iam::"
    )


@pytest.mark.covers("ER-06")
def test_an_unknown_virtual_cluster_does_not_exist(aws, job, refused):
    assert refused(aws("emr-containers").start_job_run, **job(virtualClusterId="nosuch")) == (
        "ResourceNotFoundException",
        "Virtual cluster nosuch doesn't exist.",
    )


@pytest.mark.covers("ER-07")
def test_a_virtual_cluster_that_is_gone_takes_no_runs(world, aws, virtual_cluster, job, refused):
    aws("emr-containers").delete_virtual_cluster(id=virtual_cluster)
    world.settle()
    assert refused(aws("emr-containers").start_job_run, **job()) == (
        "ValidationException",
        "Virtual cluster state TERMINATED is not valid to create resource JobRun.",
    )


@pytest.mark.covers("ER-08")
@pytest.mark.parametrize("label", ["emr-6.1.0-latest", "emr-7.9.0", "spark-3.5", "emr-7.9.0-java21-latest"])
def test_an_unknown_release_does_not_exist(aws, job, refused, label):
    assert refused(aws("emr-containers").start_job_run, **job(releaseLabel=label)) == (
        "ResourceNotFoundException",
        f"Release {label} doesn't exist.",
    )


@pytest.mark.covers("ER-09")
def test_a_user_without_the_action_is_refused_on_the_virtual_cluster(virtual_cluster, as_user, job, refused):
    resource = f" on resource: {ARN.format(virtual_cluster)}"
    assert refused(as_user().start_job_run, **job()) == ("AccessDeniedException", NOT_AUTHORIZED + resource)
    second = as_user(allow(START), deny(START))
    code, message = refused(second.start_job_run, **job())
    assert code == "AccessDeniedException"
    assert message.endswith(f"{START}{resource} with an explicit deny")


@pytest.mark.covers("ER-10")
@pytest.mark.parametrize("uri", ["bucket/logs", "http://bucket/logs", "s3://", "s3://UPPER/x"])
def test_a_log_uri_that_is_none_of_s3_is_refused(aws, job, refused, uri):
    overrides = {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": uri}}}
    code, message = refused(aws("emr-containers").start_job_run, **job(configurationOverrides=overrides))
    assert code == "ValidationException"
    path = "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri"
    assert message.startswith(f"{path} failed to satisfy constraint : ")


def test_spark_sql_jobs_are_refused_by_name(aws, job, refused):
    driver = {"sparkSqlJobDriver": {"entryPoint": "s3://bucket/q.sql"}}
    code, message = refused(aws("emr-containers").start_job_run, **job(jobDriver=driver))
    assert code == "NotImplementedException"
    assert "it runs spark-submit jobs only" in message


def test_exactly_one_job_driver_is_taken(aws, job, refused):
    both = {"sparkSubmitJobDriver": {"entryPoint": "s3://b/a.py"}, "sparkSqlJobDriver": {"entryPoint": "s3://b/q.sql"}}
    assert "exactly one" in refused(aws("emr-containers").start_job_run, **job(jobDriver=both))[1]


@pytest.mark.parametrize("attempts", [0, -1, 2**31])
def test_the_number_of_attempts_has_a_range(aws, job, refused, attempts):
    assert refused(aws("emr-containers").start_job_run, **job(retryPolicyConfiguration={"maxAttempts": attempts})) == (
        "ValidationException",
        "Retry policy configuration's parameter value of maxAttempts is invalid",
    )


def test_older_releases_have_no_retries(aws, job, refused):
    options = {"releaseLabel": "emr-6.8.0-latest", "retryPolicyConfiguration": {"maxAttempts": 2}}
    assert "has no retry policy" in refused(aws("emr-containers").start_job_run, **job(**options))[1]


def test_names_and_tags_are_checked(aws, job, refused):
    emr = aws("emr-containers")
    assert "at 'name' failed to satisfy constraint" in refused(emr.start_job_run, **job(name="a b"))[1]
    assert refused(emr.start_job_run, **job(tags={"aws:a": "b"}))[0] == "ValidationException"


def test_the_same_token_gives_the_same_run_and_other_parameters_are_refused(virtual_cluster, aws, job, refused):
    emr = aws("emr-containers")
    first = emr.start_job_run(**job(clientToken="t"))
    again = emr.start_job_run(**job(clientToken="t"))
    assert again["id"] == first["id"]
    assert len(emr.list_job_runs(virtualClusterId=virtual_cluster)["jobRuns"]) == 1
    assert refused(emr.start_job_run, **job(clientToken="t", name="other"))[0] == "ValidationException"


def test_another_user_does_not_get_a_run_by_its_token(aws, as_user, job, refused):
    aws("emr-containers").start_job_run(**job(clientToken="t"))
    assert refused(as_user().start_job_run, **job(clientToken="t"))[0] == "ValidationException"


def test_tags_need_the_right_to_tag_and_may_be_conditions(as_user, job, refused):
    user = as_user(allow(START))
    code, message = refused(user.start_job_run, **job(tags={"team": "a"}))
    assert code == "AccessDeniedException"
    assert "emr-containers:TagResource on resource: " in message
    tagging = allow("emr-containers:TagResource", RUNS, **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})
    second = as_user(allow(START, StringEquals={"aws:RequestTag/team": "a"}), tagging)
    assert second.start_job_run(**job(tags={"team": "a"}))["id"]
    assert refused(second.start_job_run, **job(tags={"team": "b"}))[0] == "AccessDeniedException"
    assert refused(second.start_job_run, **job(tags={"team": "a", "x": "y"}))[0] == "AccessDeniedException"


def test_tags_of_the_virtual_cluster_may_be_conditions(as_user, job, refused):
    assert as_user(allow(START, StringEquals={"aws:ResourceTag/team": "a"})).start_job_run(**job())["id"]
    other = as_user(allow(START, StringEquals={"aws:ResourceTag/team": "b"}))
    assert refused(other.start_job_run, **job())[0] == "AccessDeniedException"
