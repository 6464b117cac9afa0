from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spec.job_templates import JobTemplateSpec
from spec.templates import PodTemplatesSpec
from tests.components.test_tenant import OBJECT, SPEC, VIRTUAL_CLUSTER, program

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

TEMPLATE = "tenancy:index:JobTemplate"
POLICY = "aws:iam/policy:Policy"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
DAILY = JobTemplateSpec(name="daily", release="emr-7.9.0-latest", entry_point="s3://a/b.py", role="report")


@pytest.mark.covers("PT-02")
def test_both_pod_templates_lie_where_only_the_tenants_roles_read(record: Callable[..., Recording]) -> None:
    recording = record(program())
    (component,) = recording.of("tenancy:index:PodTemplates")
    assert len(recording.children(component)) == 2
    for name in ("etl", "report"):
        policy = json.loads(recording.one(ROLE_POLICY, f"analytics-{name}-permissions").inputs["policy"])
        (read,) = [each for each in policy["Statement"] if each["Sid"] == "ReadArtefacts"]
        assert (read["Action"], read["Resource"]) == (["s3:GetObject"], ["arn:aws:s3:::emr-artefacts/analytics/*"])
    for role, container in (("driver", "spark-kubernetes-driver"), ("executor", "spark-kubernetes-executor")):
        file = recording.one(OBJECT, f"analytics-pod-templates-{role}")
        assert file.inputs["bucket"] == "emr-artefacts"
        assert file.inputs["key"].startswith(f"analytics/pod-templates/{role}-")
        assert file.inputs["contentType"] == "application/yaml"
        content = json.loads(file.inputs["content"])
        assert content["spec"]["containers"] == [{"name": container}]
        assert content["spec"]["priorityClassName"] == ("high-priority" if role == "driver" else "low-priority")


def test_another_content_has_another_key(record: Callable[..., Recording]) -> None:
    zoned = replace(SPEC, pod_templates=PodTemplatesSpec(zone="us-west-2a"))
    keys = {record(program(spec)).one(OBJECT, "analytics-pod-templates-driver").inputs["key"] for spec in (SPEC, zoned)}
    assert len(keys) == 2


@pytest.mark.covers("TG-06")
def test_a_job_template_runs_as_its_role_by_the_tenants_pod_templates(record: Callable[..., Recording]) -> None:
    recording = record(program(replace(SPEC, job_templates=(DAILY,))))
    template = recording.one(TEMPLATE, "analytics-job-templates-daily")
    data = template.inputs["jobTemplateData"]
    assert template.inputs["name"] == "emr-analytics-daily"
    assert template.inputs["tags"] == {
        "platform": "emr",
        "tenant": "analytics",
        "owner": "analytics-team",
        "cost-centre": "4100",
    }
    assert data["jobTags"] == template.inputs["tags"]
    assert data["executionRoleArn"] == "arn:aws:iam::123456789012:role/emr-analytics-report"
    outputs = recording.outputs[recording.one("tenancy:index:Tenant").urn]
    defaults = data["configurationOverrides"]["applicationConfiguration"][1]["properties"]
    for role in ("driver", "executor"):
        assert defaults[f"spark.kubernetes.{role}.podTemplateFile"] == outputs["podTemplateUris"][role]
        assert recording.waits_for(template, recording.one(OBJECT, f"analytics-pod-templates-{role}"))
    assert outputs["jobTemplateIds"] == {"daily": "analytics-job-templates-daily-id"}
    assert not recording.waits_for(recording.one(VIRTUAL_CLUSTER), template)


def test_where_only_templates_may_be_used_the_submit_policy_names_them(record: Callable[..., Recording]) -> None:
    for only in (True, False):
        recording = record(program(replace(SPEC, job_templates=(DAILY,), template_only=only)))
        policy = recording.one(POLICY, "analytics-access-submit")
        arn = "arn:aws:emr-containers:us-west-2:123456789012:/jobtemplates/analytics-job-templates-daily-id"
        assert (arn in policy.inputs["policy"]) is only
        assert ("JobTemplateArn" in policy.inputs["policy"]) is only
