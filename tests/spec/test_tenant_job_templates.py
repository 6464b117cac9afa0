from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from emr.job_request import check_request
from iam import s3
from spec.job_role import JobRoleSpec
from spec.job_templates import ElsewhereSpec, JobTemplateSpec, ParameterSpec, data
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_checks import check_tenant
from spec.tenant_policies import access_policy

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
THERE = "arn:aws:iam::210987654321:role/data"
ROLE = "arn:aws:iam::123456789012:role/emr-risk-job"
TENANT = TenantSpec(
    name="risk",
    owner="risk-team",
    cost_centre="7200",
    stack="local",
    roles=(JobRoleSpec(name="job", assume=(THERE,)), JobRoleSpec(name="report")),
)
TEMPLATE = JobTemplateSpec(name="daily", release="emr-7.9.0-latest", entry_point="s3://artefacts/risk/main.py")
URIS = {"driver": "s3://artefacts/risk/d.yaml", "executor": "s3://artefacts/risk/e.yaml"}


def made(template: JobTemplateSpec) -> dict[str, Any]:
    return data(template, TENANT, PLACE, role_arn=ROLE, uris=URIS, logs_uri="s3://logs/risk/")


def blocks(template: JobTemplateSpec) -> dict[str, dict[str, str]]:
    listed = made(template)["configurationOverrides"]["applicationConfiguration"]
    return {each["classification"]: each["properties"] for each in listed}


def faults(*templates: JobTemplateSpec, **more: Any) -> list[tuple[str, str]]:
    return [
        (fault.where, str(fault)) for fault in check_tenant(replace(TENANT, job_templates=templates, **more), PLACE)
    ]


@pytest.mark.covers("JR-07", "PT-01", "TG-06")
def test_a_template_holds_all_that_a_run_must_name() -> None:
    assert made(replace(TEMPLATE, arguments=("a",), tags={"pipeline": "p"})) == {
        "executionRoleArn": ROLE,
        "releaseLabel": "emr-7.9.0-latest",
        "jobDriver": {
            "sparkSubmitJobDriver": {"entryPoint": "s3://artefacts/risk/main.py", "entryPointArguments": ["a"]}
        },
        "configurationOverrides": {
            "applicationConfiguration": [
                {
                    "classification": "emr-job-submitter",
                    "properties": {
                        "jobsubmitter.node.selector.nodes.tenancy/pool": "drivers",
                        "jobsubmitter.node.selector.nodes.tenancy/capacity-type": "on-demand",
                        "jobsubmitter.annotation.karpenter.sh/do-not-disrupt": "true",
                    },
                },
                {
                    "classification": "spark-defaults",
                    "properties": {
                        "spark.kubernetes.driver.podTemplateFile": URIS["driver"],
                        "spark.kubernetes.executor.podTemplateFile": URIS["executor"],
                    },
                },
            ],
            "monitoringConfiguration": {
                "persistentAppUI": "ENABLED",
                "cloudWatchMonitoringConfiguration": {
                    "logGroupName": "/emr/emr/risk",
                    "logStreamNamePrefix": "daily",
                },
                "s3MonitoringConfiguration": {"logUri": "s3://logs/risk/"},
            },
        },
        "jobTags": {
            "platform": "emr",
            "tenant": "risk",
            "owner": "risk-team",
            "cost-centre": "7200",
            "pipeline": "p",
        },
    }


@pytest.mark.covers("JR-13", "JR-14")
def test_logs_go_where_the_template_says_and_the_ui_is_kept_if_it_says_so() -> None:
    def monitoring(template: JobTemplateSpec) -> dict[str, Any]:
        return made(template)["configurationOverrides"]["monitoringConfiguration"]

    assert monitoring(replace(TEMPLATE, logs=("s3",), persistent_app_ui=False)) == {
        "persistentAppUI": "DISABLED",
        "s3MonitoringConfiguration": {"logUri": "s3://logs/risk/"},
    }
    assert monitoring(replace(TEMPLATE, logs=())) == {"persistentAppUI": "ENABLED"}


@pytest.mark.covers("SE-04", "NW-06", "SE-15")
def test_one_setting_encrypts_what_goes_over_the_network_and_to_local_disks() -> None:
    on, off = blocks(replace(TEMPLATE, encrypt=True))["spark-defaults"], blocks(TEMPLATE)["spark-defaults"]
    assert {name: value for name, value in on.items() if name not in off} == {
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.io.encryption.keySizeBits": "256",
    }


@pytest.mark.covers("XA-06", "XA-07", "XA-09")
def test_a_role_of_another_account_is_told_to_driver_and_executors_and_used_for_what_is_said() -> None:
    provider = "com.amazonaws.emr.AssumeRoleAWSCredentialsProvider"
    both = replace(TEMPLATE, elsewhere=ElsewhereSpec(role=THERE, s3=True, dynamodb=True))
    found = blocks(both)["spark-defaults"]
    assert found["spark.kubernetes.driverEnv.ASSUME_ROLE_CREDENTIALS_ROLE_ARN"] == THERE
    assert found["spark.executorEnv.ASSUME_ROLE_CREDENTIALS_ROLE_ARN"] == THERE
    assert found["spark.hadoop.fs.s3.customAWSCredentialsProvider"] == provider
    assert found["spark.dynamodb.customAWSCredentialsProvider"] == provider
    only = blocks(replace(TEMPLATE, elsewhere=ElsewhereSpec(role=THERE, dynamodb=True)))["spark-defaults"]
    assert "spark.hadoop.fs.s3.customAWSCredentialsProvider" not in only
    assert faults(both) == []


def test_emrs_own_model_takes_what_is_made() -> None:
    template = replace(
        TEMPLATE,
        arguments=("${Day}",),
        parameters={"Day": ParameterSpec(), "Files": ParameterSpec(type="NUMBER", default="4")},
        spark_submit_parameters="--conf spark.executor.instances=2",
    )
    shape: Any = ServiceModel(Loader().load_service_model("emr-containers", "service-2")).operation_model(
        "CreateJobTemplate"
    )
    request = {"name": "emr-risk-daily", "clientToken": "t", "jobTemplateData": made(template)}
    assert not ParamValidator().validate(request, shape.input_shape).has_errors()
    assert made(template)["parameterConfiguration"] == {
        "Day": {"type": "STRING"},
        "Files": {"type": "NUMBER", "defaultValue": "4"},
    }
    assert faults(template) == []


def test_what_is_made_is_a_request_without_faults() -> None:
    held = {key: value for key, value in made(TEMPLATE).items() if key != "jobTags"}
    assert check_request({"virtualClusterId": "v", "name": "n", **held}) == ()


@pytest.mark.covers("JR-06", "JR-12", "RM-13")
@pytest.mark.parametrize(
    ("template", "where", "message"),
    [
        (replace(TEMPLATE, name="Daily"), "name", "name that EMR shows"),
        (replace(TEMPLATE, role="etl"), "role", "no role of this tenant"),
        (replace(TEMPLATE, release="7.9"), "release", "doesn't exist"),
        (replace(TEMPLATE, entry_point="main.py"), "entryPoint", "the driver is a pod"),
        (replace(TEMPLATE, entry_point="s3://b/${Day}/main.py"), "entryPoint", "nobody could give it a value"),
        (
            replace(TEMPLATE, parameters={"N": ParameterSpec(type="NUMBER", default="many")}),
            "parameters.N.default",
            "a number",
        ),
        (replace(TEMPLATE, parameters={"a b": ParameterSpec()}), "parameters.a b", "EMR takes no other name"),
        (
            replace(TEMPLATE, configuration={"spark-defauts": {"a": "b"}}),
            "configuration.spark-defauts",
            "not supported",
        ),
        (
            replace(TEMPLATE, configuration={"spark-defaults": {"spark.kubernetes.namespace": "x"}}),
            "configuration.spark-defaults.spark.kubernetes.namespace",
            "namespace of its virtual cluster",
        ),
        (
            replace(
                TEMPLATE, configuration={"spark-defaults": {"spark.kubernetes.driver.podTemplateFile": "s3://a/b"}}
            ),
            "configuration.spark-defaults['spark.kubernetes.driver.podTemplateFile']",
            "the platform decides",
        ),
        (
            replace(TEMPLATE, configuration={"emr-job-submitter": {"jobsubmitter.node.selector.a": "b"}}),
            "configuration.emr-job-submitter['jobsubmitter.node.selector.a']",
            "the platform decides",
        ),
        (
            replace(TEMPLATE, spark_submit_parameters="--conf spark.kubernetes.node.selector.nodes.tenancy/pool=x"),
            "sparkSubmitParameters['spark.kubernetes.node.selector.nodes.tenancy/pool']",
            "no node has two values",
        ),
        (
            replace(TEMPLATE, encrypt=True, spark_submit_parameters="--conf spark.authenticate=false"),
            "sparkSubmitParameters['spark.authenticate']",
            "the platform decides",
        ),
        (
            replace(
                TEMPLATE,
                spark_submit_parameters="--conf spark.executor.cores=2",
                configuration={"spark-defaults": {"spark.executor.cores": "4"}},
            ),
            "sparkSubmitParameters.spark.executor.cores",
            "sparkSubmitParameters come first",
        ),
        (
            replace(TEMPLATE, spark_submit_parameters="--conf spark.executor.instances=5000"),
            "sparkSubmitParameters.spark.executor.instances",
            "exceeded quota",
        ),
        (replace(TEMPLATE, tags={"tenant": "payments"}), "tags['tenant']", "access and bills"),
        (replace(TEMPLATE, tags={"aws:x": "y"}), "tags['aws:x']", "AWS keeps that prefix"),
        (
            replace(TEMPLATE, role="report", elsewhere=ElsewhereSpec(role=THERE, s3=True)),
            "elsewhere.role",
            "allowed to take it",
        ),
        (replace(TEMPLATE, elsewhere=ElsewhereSpec(role=THERE)), "elsewhere", "nothing would be reached"),
    ],
)
def test_a_job_template_is_refused_where_it_is_wrong(template: JobTemplateSpec, where: str, message: str) -> None:
    ((place, text),) = faults(template)
    assert place.replace("[None]", "") == f"jobTemplates[0].{where}"
    assert message in text


def test_a_value_that_comes_when_the_job_starts_is_not_judged_and_a_default_is() -> None:
    later = replace(
        TEMPLATE,
        entry_point="${Program}",
        spark_submit_parameters="--conf spark.executor.memory=${Memory}",
        parameters={"Program": ParameterSpec(), "Memory": ParameterSpec()},
    )
    assert faults(later) == []
    ((where, _),) = faults(replace(later, parameters={**later.parameters, "Program": ParameterSpec(default="a.py")}))
    assert where == "jobTemplates[0].entryPoint"


def test_two_templates_of_one_name_are_refused() -> None:
    assert [where for where, _ in faults(TEMPLATE, TEMPLATE)] == ["jobTemplates[0].name", "jobTemplates[1].name"]


def test_template_only_without_a_template_is_refused() -> None:
    ((where, _),) = faults(template_only=True)
    assert where == "templateOnly"


def test_so_many_templates_that_the_policy_would_be_too_long_are_refused_before() -> None:
    many = tuple(replace(TEMPLATE, name=f"t{number}") for number in range(30))
    assert faults(*many) == []
    ((where, text),) = faults(*many, template_only=True)
    assert where.startswith("jobTemplates")
    assert "6144" in text


def test_only_with_templates_named_is_a_start_judged_by_them() -> None:
    logs = s3.of_tenant("logs", "risk")
    free = access_policy("submit", TENANT, PLACE, logs=logs, logs_key="k")
    bound = access_policy("submit", TENANT, PLACE, logs=logs, logs_key="k", template_ids=("t1",))
    arn = "arn:aws:emr-containers:us-west-2:123456789012:/jobtemplates/t1"
    assert "JobTemplateArn" not in str(free)
    assert bound["Statement"][0]["Condition"]["ArnLike"] == {"emr-containers:JobTemplateArn": [arn]}
