from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from awscli.customizations.emrcontainers.base36 import Base36

from components.tenant.tenant import Tenant, TenantArgs
from emr.cluster_role import RULES
from spec.admission import SHARED_NODE_LABELS
from spec.place import Place
from spec.scheduler import SchedulerSpec
from spec.sizes import QuotaSpec
from spec.tenant import JobRoleSpec, TenantSpec
from spec.tenant_network import Ranges

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
LOGS_KEY, DATA_KEY = (f"arn:aws:kms:us-west-2:123456789012:key/{name}" for name in ("logs", "data"))
SPEC = TenantSpec(
    name="analytics",
    owner="analytics-team",
    cost_centre="4100",
    stack="local",
    size="large",
    roles=(
        JobRoleSpec(name="etl", read=("s3://lake/raw/",), write=("s3://lake/curated/",)),
        JobRoleSpec(name="report", read=("s3://lake/curated/",)),
    ),
)
NAMESPACE = "kubernetes:core/v1:Namespace"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
VIRTUAL_CLUSTER = "tenancy:index:VirtualCluster"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def program(spec: TenantSpec = SPEC, *, retain: bool = False) -> Callable[[], Tenant]:
    return lambda: Tenant(
        spec.name,
        TenantArgs(
            spec=spec,
            place=PLACE,
            retain=retain,
            logs_bucket="emr-logs",
            logs_key_arn=LOGS_KEY,
            artefacts_bucket="emr-artefacts",
            data_key_arn=DATA_KEY,
            priority_classes=("high-priority", "low-priority"),
            driver_priority_class="high-priority",
            spot=True,
            vpc_id="vpc-1",
            ranges=Ranges(private=("10.0.0.0/18",), pods=("100.64.0.0/16",), services="172.20.0.0/16"),
            tenants_security_group_id="sg-shared",
            event_bus="emr-events",
            cluster_name="emr",
            oidc_issuer=ISSUER,
            oidc_provider_arn=PROVIDER,
        ),
    )


@pytest.fixture
def tenant(record: Callable[..., Recording]) -> Recording:
    return record(program())


def test_a_tenant_is_made_of_these_parts(tenant: Recording) -> None:
    (component,) = tenant.of("tenancy:index:Tenant")
    assert sorted(tenant.children(component)) == [
        ("tenancy:index:EmrAccess", "analytics-emr"),
        ("tenancy:index:JobEvents", "analytics-events"),
        ("tenancy:index:JobRole", "analytics-etl"),
        ("tenancy:index:JobRole", "analytics-report"),
        ("tenancy:index:JobTemplates", "analytics-job-templates"),
        ("tenancy:index:PodTemplates", "analytics-pod-templates"),
        ("tenancy:index:Submitters", "analytics-access"),
        ("tenancy:index:TenantLogs", "analytics-logs"),
        ("tenancy:index:TenantNamespace", "analytics"),
        ("tenancy:index:TenantNetwork", "analytics-network"),
        (VIRTUAL_CLUSTER, "analytics-virtual-cluster"),
    ]


def test_a_tenant_with_one_role_is_made_of_these_objects(record: Callable[..., Recording]) -> None:
    recording = record(program(TenantSpec(name="small", owner="x", cost_centre="y", stack="local")))
    assert sorted(each.type for each in recording.resources if each.custom) == [
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:sqs/queue:Queue",
        "aws:sqs/queue:Queue",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "kubernetes:core/v1:LimitRange",
        NAMESPACE,
        "kubernetes:core/v1:ResourceQuota",
        "kubernetes:core/v1:ResourceQuota",
        POLICY,
        ROLE,
        BINDING,
        "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
        VIRTUAL_CLUSTER,
    ]


def test_limits_of_job_runs_and_draining_are_the_virtual_clusters_and_by_default_not_there(
    record: Callable[..., Recording], tenant: Recording
) -> None:
    plain = tenant.one(VIRTUAL_CLUSTER).inputs
    assert "schedulerConfiguration" not in plain
    assert plain["drainOnDelete"] is False
    limited = replace(SPEC, scheduler=SchedulerSpec(max_concurrent_job_runs=5), drain_on_delete=True)
    made = record(program(limited)).one(VIRTUAL_CLUSTER).inputs
    assert made["schedulerConfiguration"] == {"maxConcurrentJobRuns": 5}
    assert made["drainOnDelete"] is True


def test_all_pods_of_a_tenant_are_fenced_before_emr_may_work_there(tenant: Recording) -> None:
    policy = tenant.one(POLICY, "analytics-network-policy")
    assert policy.inputs["metadata"] == {"name": "tenant-network", "namespace": "analytics"}
    assert policy.inputs["spec"]["podSelector"] == {}
    assert policy.inputs["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policy.inputs["spec"]["ingress"] == [{"from": [{"podSelector": {}}]}]
    (component,) = tenant.of("tenancy:index:TenantNetwork")
    assert (POLICY, "analytics-network-policy") in tenant.children(component)
    fences = {each.urn for each in tenant.below(component)}
    groups = tenant.one("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "analytics-network-groups")
    assert {policy.urn, groups.urn} <= set(tenant.one(ROLE, "analytics-emr-role").dependencies)
    assert fences - {policy.urn, groups.urn} <= set(groups.dependencies)


@pytest.mark.covers("CA-23")
def test_the_namespace_says_whose_it_is_and_keeps_pods_from_the_node(tenant: Recording) -> None:
    metadata = tenant.one(NAMESPACE, "analytics-namespace").inputs["metadata"]
    assert metadata == {
        "name": "analytics",
        "labels": {
            "nsname": "analytics",
            "tenant": "analytics",
            "owner": "analytics-team",
            "cost-centre": "4100",
            "admission.tenancy/guarded": "true",
            "pod-security.kubernetes.io/enforce": "baseline",
            "pod-security.kubernetes.io/warn": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
        },
        "annotations": {
            "admission.tenancy/priority-classes": "high-priority,low-priority",
            "admission.tenancy/node-selectors": ",".join(SHARED_NODE_LABELS),
            "admission.tenancy/tolerations": "nodes.tenancy/spot=true:NoSchedule",
            "admission.tenancy/pod-eni": "required",
            "admission.tenancy/registries": "895885662937.dkr.ecr.us-west-2.amazonaws.com",
            "admission.tenancy/service-accounts": ",".join(
                f"emr-containers-sa-*-*-123456789012-{Base36().encode(f'emr-analytics-{role}')}"
                for role in ("etl", "report")
            ),
        },
    }


@pytest.mark.covers("RM-01")
def test_the_quota_has_the_figures_of_the_document(tenant: Recording) -> None:
    quota = tenant.one("kubernetes:core/v1:ResourceQuota", "analytics-quota").inputs
    assert quota["metadata"] == {"name": "compute-resources", "namespace": "analytics"}
    assert quota["spec"]["hard"] == {
        "requests.cpu": "1000",
        "requests.memory": "4000Gi",
        "limits.cpu": "2000",
        "limits.memory": "6000Gi",
        "requests.ephemeral-storage": "10000Gi",
        "limits.ephemeral-storage": "20000Gi",
        "requests.storage": "10000Gi",
        "persistentvolumeclaims": "500",
        "pods": "4000",
        "count/jobs.batch": "2000",
        "count/configmaps": "20000",
        "count/services": "4000",
        "count/secrets": "4000",
    }


def test_a_quota_of_their_own_bounds_the_pods_of_the_drivers_class(tenant: Recording) -> None:
    quota = tenant.one("kubernetes:core/v1:ResourceQuota", "analytics-drivers-quota").inputs
    assert quota["metadata"] == {"name": "drivers", "namespace": "analytics"}
    assert quota["spec"] == {
        "hard": {"pods": "200", "requests.cpu": "200", "requests.memory": "800Gi"},
        "scopeSelector": {
            "matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high-priority"]}]
        },
    }


@pytest.mark.covers("RM-02", "RM-03", "RM-05")
def test_one_limit_range_gives_every_container_request_and_limit(tenant: Recording) -> None:
    limits = tenant.one("kubernetes:core/v1:LimitRange").inputs
    assert limits["metadata"]["namespace"] == "analytics"
    assert limits["spec"]["limits"] == [
        {
            "type": "Container",
            "max": {"cpu": "6", "memory": "48Gi", "ephemeral-storage": "50Gi"},
            "min": {"cpu": "100m"},
            "default": {"cpu": "6", "memory": "48Gi", "ephemeral-storage": "50Gi"},
            "defaultRequest": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "1Gi"},
        }
    ]


def test_a_figure_of_the_tenants_own_reaches_quota_and_limits(record: Callable[..., Recording]) -> None:
    quota = QuotaSpec(requests_cpu="1200", container_cpu="8")
    recording = record(program(TenantSpec(name="a", owner="x", cost_centre="y", stack="s", size="large", quota=quota)))
    assert recording.one("kubernetes:core/v1:ResourceQuota", "a-quota").inputs["spec"]["hard"]["requests.cpu"] == "1200"
    (limit,) = recording.one("kubernetes:core/v1:LimitRange").inputs["spec"]["limits"]
    assert limit["max"]["cpu"] == limit["default"]["cpu"] == "8"


@pytest.mark.covers("CA-01", "CA-02")
def test_emr_gets_its_role_in_the_namespace(tenant: Recording) -> None:
    role = tenant.one(ROLE, "analytics-emr-role").inputs
    assert role["metadata"] == {"name": "emr-containers", "namespace": "analytics"}
    assert [(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in role["rules"]] == [
        (list(rule.api_groups), list(rule.resources), list(rule.verbs)) for rule in RULES
    ]


@pytest.mark.covers("CA-11")
def test_the_role_is_bound_to_emrs_user_alone(tenant: Recording) -> None:
    binding = tenant.one(BINDING, "analytics-emr-binding").inputs
    group = "rbac.authorization.k8s.io"
    assert binding["metadata"] == {"name": "emr-containers", "namespace": "analytics"}
    assert binding["subjects"] == [{"kind": "User", "name": "emr-containers", "apiGroup": group}]
    assert binding["roleRef"] == {"kind": "Role", "name": "emr-containers", "apiGroup": group}


@pytest.mark.covers("ID-04", "ID-05", "ID-06", "ID-07")
def test_a_job_role_trusts_only_the_accounts_emr_makes_for_it(tenant: Recording) -> None:
    role = tenant.one("aws:iam/role:Role", "analytics-etl-role").inputs
    assert role["name"] == "emr-analytics-etl"
    assert role["tags"] == {"tenant": "analytics", "owner": "analytics-team", "cost-centre": "4100"}
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Federated": PROVIDER}
    assert statement["Condition"] == {
        "StringLike": {
            f"{ISSUER}:sub": "system:serviceaccount:analytics:"
            f"emr-containers-sa-*-*-123456789012-{Base36().encode('emr-analytics-etl')}"
        },
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"},
    }


@pytest.mark.covers("ID-11", "ID-13", "ID-16")
def test_a_job_role_may_do_what_its_tenant_declared(tenant: Recording) -> None:
    etl = tenant.one("aws:iam/rolePolicy:RolePolicy", "analytics-etl-permissions").inputs
    assert etl["role"] == "emr-analytics-etl"
    statements = {statement["Sid"]: statement for statement in json.loads(etl["policy"])["Statement"]}
    assert statements["ReadData"]["Resource"] == ["arn:aws:s3:::lake/curated/*", "arn:aws:s3:::lake/raw/*"]
    assert statements["WriteData"]["Resource"] == ["arn:aws:s3:::lake/curated/*"]
    assert statements["UploadLogs"]["Action"] == ["s3:PutObject"]
    assert statements["UploadLogs"]["Resource"] == ["arn:aws:s3:::emr-logs/analytics/*"]
    assert (statements["EncryptLogs"]["Resource"], statements["DecryptArtefacts"]["Resource"]) == (LOGS_KEY, DATA_KEY)
    assert statements["ReadArtefacts"]["Resource"] == ["arn:aws:s3:::emr-artefacts/analytics/*"]
    report = tenant.one("aws:iam/rolePolicy:RolePolicy", "analytics-report-permissions").inputs
    assert "WriteData" not in report["policy"]
    assert "raw" not in report["policy"]


@pytest.mark.covers("JR-15")
def test_the_log_group_is_made_before_any_job_and_does_not_keep_logs_for_ever(tenant: Recording) -> None:
    group = tenant.one("aws:cloudwatch/logGroup:LogGroup", "analytics-logs-group")
    assert group.inputs["name"] == "/emr/emr/analytics"
    assert group.inputs["retentionInDays"] == 90
    assert group.inputs["kmsKeyId"] == LOGS_KEY
    assert group.inputs["tags"] == {"tenant": "analytics", "owner": "analytics-team", "cost-centre": "4100"}
    assert not group.request.retainOnDelete


def test_logs_stay_unless_both_keys_say_they_may_go(record: Callable[..., Recording]) -> None:
    assert record(program(retain=True)).one("aws:cloudwatch/logGroup:LogGroup").request.retainOnDelete


@pytest.mark.covers("VC-01", "VC-02")
def test_one_virtual_cluster_registers_the_namespace(tenant: Recording) -> None:
    assert tenant.one(VIRTUAL_CLUSTER).inputs == {
        "name": "emr-analytics",
        "clusterName": "emr",
        "namespace": "analytics",
        "tags": {
            "platform": "emr",
            "tenant": "analytics",
            "owner": "analytics-team",
            "cost-centre": "4100",
        },
        "drainOnDelete": False,
    }


@pytest.mark.covers("CA-26", "VC-05")
def test_the_virtual_cluster_comes_after_all_access_and_so_goes_before_it(tenant: Recording) -> None:
    last = tenant.one(VIRTUAL_CLUSTER)
    for kind in (NAMESPACE, "kubernetes:core/v1:ResourceQuota", "kubernetes:core/v1:LimitRange", ROLE, BINDING):
        assert all(tenant.waits_for(last, each) for each in tenant.of(kind))


@pytest.mark.covers("CA-26")
def test_on_our_own_cluster_it_also_comes_after_emrs_entry(local_stack: Recording) -> None:
    entry = local_stack.one("tenancy:index:AwsAuthEntry")
    for virtual_cluster in local_stack.of(VIRTUAL_CLUSTER):
        assert local_stack.waits_for(virtual_cluster, entry)


def test_no_tenant_waits_for_another(local_stack: Recording) -> None:
    tenants = local_stack.of("tenancy:index:Tenant")
    for one in tenants:
        for other in tenants:
            if one != other:
                others = {each.urn for each in local_stack.below(other)}
                assert not any(each.dependencies & others for each in local_stack.below(one))


def test_everything_but_what_aws_assigns_is_known_at_the_first_preview(record: Callable[..., Recording]) -> None:
    recording = record(program(), preview=True)
    for kind in (NAMESPACE, ROLE, BINDING, "kubernetes:core/v1:ResourceQuota", "kubernetes:core/v1:LimitRange"):
        for each in recording.of(kind):
            assert "None" not in str(each.inputs)
            assert "analytics" in str(each.inputs["metadata"])
    for policy in (*recording.of("aws:iam/rolePolicy:RolePolicy"), *recording.of("aws:iam/policy:Policy")):
        assert json.loads(policy.inputs["policy"])
    assert recording.one(VIRTUAL_CLUSTER).inputs["namespace"] == "analytics"


def test_the_contract_is_the_components_outputs(record: Callable[..., Recording]) -> None:
    recording = record(program())
    outputs = recording.outputs[recording.one("tenancy:index:Tenant").urn]
    assert outputs == {
        "version": 1,
        "name": "analytics",
        "namespace": "analytics",
        "securityGroupId": "analytics-network-group-id",
        "virtualClusterId": "analytics-virtual-cluster-id",
        "virtualClusterArn": "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/"
        "analytics-virtual-cluster-id",
        "jobRoleArns": {
            "etl": "arn:aws:iam::123456789012:role/emr-analytics-etl",
            "report": "arn:aws:iam::123456789012:role/emr-analytics-report",
        },
        "accessPolicyArns": {"submit": "arn:aws:iam::123456789012:policy/emr-analytics-submit"},
        "logGroup": "/emr/emr/analytics",
        "logsUri": "s3://emr-logs/analytics/",
        "artefactsUri": "s3://emr-artefacts/analytics/",
        "podTemplateUris": {
            role: f"s3://{recording.one(OBJECT, f'analytics-pod-templates-{role}').inputs['bucket']}/"
            + recording.one(OBJECT, f"analytics-pod-templates-{role}").inputs["key"]
            for role in ("driver", "executor")
        },
        "jobTemplateIds": {},
        "jobEventsQueueArn": "arn:aws:sqs:us-west-2:123456789012:emr-analytics-job-events",
        "jobEventsQueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/emr-analytics-job-events",
    }
