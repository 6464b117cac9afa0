"""What a layer hands to the next, and to other projects: typed, versioned, the same in a program and in an output.

Inside a program the texts are Pulumi outputs, read from another stack they are plain: hence the type variable.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - what reads a stack's file resolves the fields
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from spec.keys import key_of

VERSION = 1
"""Version of the contracts; it rises when a field goes or changes its meaning, not when one comes."""

Text = TypeVar("Text")


@dataclass(frozen=True, kw_only=True)
class Foundation(Generic[Text]):
    """A network and an EKS cluster into which EMR has been let."""

    version: int = VERSION
    """Version of this contract."""
    platform: str
    """Name of the platform."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""
    zones: tuple[str, ...]
    """Names of the availability zones, such as us-west-2a."""
    vpc_id: Text
    """Id of the VPC."""
    private_subnet_ids: tuple[Text, ...]
    """Ids of the private subnets, one a zone, in the order of the zones; known once endpoints lead out of them."""
    pod_subnet_ids: tuple[Text, ...]
    """Ids of the subnets of pods, one a zone, in the same order."""
    private_cidrs: tuple[str, ...]
    """IPv4 ranges of the private subnets: of nodes, endpoints and the control plane's interfaces."""
    pod_cidrs: tuple[str, ...]
    """IPv4 ranges of pods."""
    service_cidr: str
    """IPv4 range of the cluster's Services."""
    gateway_prefix_list_ids: Mapping[str, Text]
    """Prefix list of each service that is reached by a gateway endpoint, such as s3."""
    endpoints_security_group_id: Text
    """Id of the security group of the VPC's interface endpoints."""
    cluster_name: Text
    """Name of the EKS cluster, known only once EMR may act in it."""
    cluster_arn: str
    """ARN of the EKS cluster."""
    cluster_security_group_id: Text
    """Id of the security group that EKS made for control plane and nodes."""
    logs_bucket: str
    """Bucket of the logs of all tenants' jobs."""
    artefacts_bucket: str
    """Bucket of what jobs are started from."""
    audit_bucket: str
    """Bucket of what the audit trail records."""
    logs_key_arn: Text
    """ARN of the KMS key of logs: of log groups, and of the logs bucket."""
    data_key_arn: Text
    """ARN of the KMS key of data in S3: of the artefacts bucket."""
    audit_key_arn: Text
    """ARN of the KMS key of the audit trail and of the alarms' topic."""
    alarms_topic_arn: Text
    """ARN of the SNS topic that gets the alarms; publishing to it takes the audit key."""
    deployer_policies: tuple[str, ...]
    """IAM policies, as JSON, with which the stack can be deployed and destroyed; each fits a managed policy."""
    kubeconfig: Text
    """How to reach the cluster, as JSON; it holds no credentials, they come from `aws eks get-token`."""
    oidc_issuer: Text
    """The cluster's OIDC issuer, host and path without `https://`."""
    oidc_provider_arn: Text
    """ARN of the IAM OIDC provider of that issuer."""


@dataclass(frozen=True, kw_only=True)
class Platform(Generic[Text]):
    """What the tenants of a cluster share."""

    version: int = VERSION
    """Version of this contract."""
    name: str
    """Name of the platform."""
    admission_policy: Text
    """Name of the ValidatingAdmissionPolicy that judges the pods of tenants."""
    driver_priority_class: Text
    """Priority class of drivers, known, as the others, once the policy holds."""
    executor_priority_class: Text
    """Priority class of executors."""
    default_priority_class: Text
    """Priority class of pods that name none."""
    node_class: Text
    """EC2NodeClass of the nodes, known once Karpenter can act on it; empty where node groups carry the jobs."""
    tenants_security_group_id: Text
    """Id of the security group of all tenants' pods, known once it leads to the cluster and to AWS."""
    event_bus: Text
    """Name of the EventBridge bus that gets the events of EMR on EKS, known once they come."""


@dataclass(frozen=True, kw_only=True)
class TenantContract(Generic[Text]):
    """A tenant that may run jobs."""

    version: int = VERSION
    """Version of this contract."""
    name: str
    """Name of the tenant."""
    namespace: Text
    """Its Kubernetes namespace."""
    security_group_id: Text
    """Id of its own security group, for databases to admit its pods."""
    virtual_cluster_id: Text
    """Id of its EMR virtual cluster, where jobs are started."""
    virtual_cluster_arn: Text
    """ARN of that virtual cluster."""
    job_role_arns: Mapping[str, Text]
    """ARN of each role as which jobs may run, by the role's name in the tenant's file."""
    access_policy_arns: Mapping[str, Text]
    """ARN of each IAM policy for people and schedulers, by what it lets them do: submit, debug or manage."""
    log_group: str
    """CloudWatch log group that its roles may write to."""
    logs_uri: str
    """Place in S3, with a closing slash, to which its roles may upload the logs of jobs."""
    artefacts_uri: str
    """Place in S3, with a closing slash, where its roles may read programs and pod templates."""
    pod_template_uris: Mapping[str, str]
    """Its pod templates in S3, of driver and executor; another content has another place."""
    job_template_ids: Mapping[str, Text]
    """Id of each of its job templates, by the name in the tenant's file."""
    job_events_queue_arn: str
    """ARN of the SQS queue that gets the state changes of its job runs."""
    job_events_queue_url: Text
    """URL of that queue."""


def exported(contract: Foundation[Any] | Platform[Any] | TenantContract[Any]) -> dict[str, Any]:
    """A contract as a stack output: keys in camel case."""
    return {key_of(field.name): getattr(contract, field.name) for field in fields(contract)}
