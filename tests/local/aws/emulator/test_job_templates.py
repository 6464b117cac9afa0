from __future__ import annotations

import pytest

from tests.local.aws.emulator.as_user import allow

DATA = {
    "executionRoleArn": "${Role}",
    "releaseLabel": "emr-7.9.0-latest",
    "jobDriver": {
        "sparkSubmitJobDriver": {
            "entryPoint": "${EntryPoint}",
            "entryPointArguments": ["--n", "${N}"],
            "sparkSubmitParameters": "--conf spark.executor.instances=${N}",
        }
    },
    "configurationOverrides": {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "${Logs}"}}},
    "parameterConfiguration": {
        "Role": {"type": "STRING", "defaultValue": "arn:aws:iam::123456789012:role/job-role"},
        "EntryPoint": {"type": "STRING"},
        "N": {"type": "NUMBER", "defaultValue": "2"},
        "Logs": {"type": "STRING", "defaultValue": "s3://bucket-a/logs/"},
    },
    "jobTags": {"from": "template"},
}
ENTRY = {"EntryPoint": "s3://bucket-a/job.py"}


@pytest.fixture
def template(aws):
    def make(**options):
        data = {**DATA, **options}
        return aws("emr-containers").create_job_template(name="t", jobTemplateData=data, tags={"team": "a"})

    return make


def test_a_template_is_made_described_listed_and_deleted(aws, template, refused):
    emr = aws("emr-containers")
    first, second = template(), template()
    assert first["arn"] == f"arn:aws:emr-containers:us-west-2:123456789012:/jobtemplates/{first['id']}"
    found = emr.describe_job_template(id=first["id"])["jobTemplate"]
    assert found["jobTemplateData"] == DATA
    assert found["tags"] == {"team": "a"}
    assert found["createdAt"] == first["createdAt"]
    page = emr.list_job_templates(maxResults=1)
    assert [t["id"] for t in page["templates"]] == [second["id"]]
    rest = emr.list_job_templates(maxResults=1, nextToken=page["nextToken"])
    assert [t["id"] for t in rest["templates"]] == [first["id"]]
    assert emr.list_job_templates(createdAfter="2100-01-01")["templates"] == []
    assert emr.delete_job_template(id=first["id"])["id"] == first["id"]
    gone = f"Job template {first['id']} doesn't exist."
    assert refused(emr.describe_job_template, id=first["id"]) == ("ResourceNotFoundException", gone)
    assert refused(emr.delete_job_template, id=first["id"]) == ("ValidationException", gone)


def test_a_template_is_made_once_for_a_token(aws, refused):
    emr = aws("emr-containers")
    first = emr.create_job_template(name="t", jobTemplateData=DATA, clientToken="t")
    assert emr.create_job_template(name="t", jobTemplateData=DATA, clientToken="t")["id"] == first["id"]
    assert refused(emr.create_job_template, name="u", jobTemplateData=DATA, clientToken="t")[0] == "ValidationException"


def test_a_run_takes_the_templates_values_with_its_own_parameters(aws, virtual_cluster, template, described):
    parameters = {**ENTRY, "N": "3"}
    run = aws("emr-containers").start_job_run(
        virtualClusterId=virtual_cluster,
        jobTemplateId=template()["id"],
        jobTemplateParameters=parameters,
        tags={"own": "tag"},
    )
    found = described(run["id"])
    assert found["jobDriver"]["sparkSubmitJobDriver"] == {
        "entryPoint": "s3://bucket-a/job.py",
        "entryPointArguments": ["--n", "3"],
        "sparkSubmitParameters": "--conf spark.executor.instances=3",
    }
    assert found["executionRoleArn"] == "arn:aws:iam::123456789012:role/job-role"
    logs = found["configurationOverrides"]["monitoringConfiguration"]["s3MonitoringConfiguration"]
    assert logs == {"logUri": "s3://bucket-a/logs/"}
    assert found["tags"] == {"from": "template", "own": "tag"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Job template parameter EntryPoint is missing and has no default value."),
        ({**ENTRY, "Nosuch": "x"}, "Job template parameters Nosuch are not known; it has: EntryPoint, Logs, N, Role."),
        ({**ENTRY, "N": "two"}, "Job template parameter N is of type NUMBER, and two is no number."),
        ({**ENTRY, "Logs": "bucket"}, "logUri failed to satisfy constraint"),
        ({**ENTRY, "Role": "job-role"}, "Value job-role at 'executionRoleArn' failed to satisfy the ARN"),
    ],
)
def test_parameters_must_be_known_complete_and_right(*, aws, virtual_cluster, template, refused, given, words):
    code, message = refused(
        aws("emr-containers").start_job_run,
        virtualClusterId=virtual_cluster,
        jobTemplateId=template()["id"],
        jobTemplateParameters=given,
    )
    assert code == "ValidationException"
    assert words in message


def test_what_the_template_holds_cannot_be_given_beside_it(aws, template, job, refused):
    message = refused(aws("emr-containers").start_job_run, **job(jobTemplateId=template()["id"]))[1]
    assert "executionRoleArn, releaseLabel, jobDriver must not be given" in message
    assert "need a jobTemplateId" in refused(aws("emr-containers").start_job_run, **job(jobTemplateParameters=ENTRY))[1]


def test_a_placeholder_needs_a_parameter_and_a_default_its_type(template, refused):
    without = {name: value for name, value in DATA["parameterConfiguration"].items() if name != "EntryPoint"}
    assert "placeholder ${EntryPoint} has no entry" in refused(template, parameterConfiguration=without)[1]
    wrong = {**DATA["parameterConfiguration"], "N": {"type": "NUMBER", "defaultValue": "many"}}
    assert "many is no number" in refused(template, parameterConfiguration=wrong)[1]


def test_starting_from_a_template_needs_the_right_to_describe_it(virtual_cluster, template, as_user, refused):
    made = template(jobTags={})
    request = {
        "virtualClusterId": virtual_cluster,
        "jobTemplateId": made["id"],
        "jobTemplateParameters": ENTRY,
    }
    only = allow("emr-containers:StartJobRun", StringEquals={"emr-containers:JobTemplateArn": made["arn"]})
    code, message = refused(as_user(only).start_job_run, **request)
    assert code == "AccessDeniedException"
    assert message.endswith(f"emr-containers:DescribeJobTemplate on resource: {made['arn']}")
    user = as_user(only, allow("emr-containers:DescribeJobTemplate"))
    assert user.start_job_run(**request)["id"]
    other = {**request, "jobTemplateId": template(jobTags={})["id"]}
    assert refused(user.start_job_run, **other)[0] == "AccessDeniedException"


def test_a_role_given_as_a_parameter_is_held_against_the_callers_condition(virtual_cluster, template, as_user, refused):
    made = template(jobTags={})
    condition = {"emr-containers:ExecutionRoleArn": "arn:aws:iam::123456789012:role/job-role"}
    user = as_user(
        allow("emr-containers:StartJobRun", StringEquals=condition), allow("emr-containers:DescribeJobTemplate")
    )
    request = {"virtualClusterId": virtual_cluster, "jobTemplateId": made["id"]}
    assert user.start_job_run(**request, jobTemplateParameters=ENTRY)["id"]
    chosen = {**ENTRY, "Role": "arn:aws:iam::123456789012:role/admin"}
    assert refused(user.start_job_run, **request, jobTemplateParameters=chosen)[0] == "AccessDeniedException"


def test_runs_are_tagged_and_templates_are_not(aws, template, start, described, refused):
    emr = aws("emr-containers")
    run = start(tags={"team": "a"})
    arn = described(run)["arn"]
    emr.tag_resource(resourceArn=arn, tags={"r": "s"})
    emr.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert emr.list_tags_for_resource(resourceArn=arn)["tags"] == described(run)["tags"] == {"r": "s"}
    unknown = f"{arn.rsplit('/', 1)[0]}/nosuch"
    assert refused(emr.list_tags_for_resource, resourceArn=unknown)[0] == "ResourceNotFoundException"
    assert refused(emr.tag_resource, resourceArn=template()["arn"], tags={"x": "y"})[0] == "ValidationException"
