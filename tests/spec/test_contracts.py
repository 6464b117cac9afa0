from __future__ import annotations

from dataclasses import fields

from spec.contracts import VERSION, Foundation, TenantContract, exported

TENANT = TenantContract(
    name="analytics",
    namespace="analytics",
    security_group_id="sg-1",
    virtual_cluster_id="abc",
    virtual_cluster_arn="arn",
    job_role_arns={"etl": "arn"},
    access_policy_arns={"submit": "arn"},
    log_group="/emr/emr/analytics",
    logs_uri="s3://logs/analytics/",
    artefacts_uri="s3://artefacts/analytics/",
    pod_template_uris={"driver": "s3://artefacts/analytics/d"},
    job_template_ids={"daily": "t1"},
    job_events_queue_arn="arn",
    job_events_queue_url="https://queue",
)


def test_a_contract_is_exported_whole_in_camel_case_with_its_version() -> None:
    assert exported(TENANT) == {
        "version": VERSION,
        "name": "analytics",
        "namespace": "analytics",
        "securityGroupId": "sg-1",
        "virtualClusterId": "abc",
        "virtualClusterArn": "arn",
        "jobRoleArns": {"etl": "arn"},
        "accessPolicyArns": {"submit": "arn"},
        "logGroup": "/emr/emr/analytics",
        "logsUri": "s3://logs/analytics/",
        "artefactsUri": "s3://artefacts/analytics/",
        "podTemplateUris": {"driver": "s3://artefacts/analytics/d"},
        "jobTemplateIds": {"daily": "t1"},
        "jobEventsQueueArn": "arn",
        "jobEventsQueueUrl": "https://queue",
    }


def test_the_fields_of_version_one_are_these() -> None:
    """A field that goes or changes its meaning needs another version; one that comes does not."""
    assert VERSION == 1
    assert {field.name for field in fields(Foundation)} >= {
        "version",
        "platform",
        "account",
        "region",
        "vpc_id",
        "private_subnet_ids",
        "cluster_name",
        "cluster_arn",
        "cluster_security_group_id",
        "logs_bucket",
        "artefacts_bucket",
        "kubeconfig",
        "oidc_issuer",
        "oidc_provider_arn",
    }
    assert {field.name for field in fields(TenantContract)} >= {
        "version",
        "name",
        "namespace",
        "virtual_cluster_id",
        "virtual_cluster_arn",
        "job_role_arns",
        "log_group",
        "logs_uri",
        "artefacts_uri",
    }
