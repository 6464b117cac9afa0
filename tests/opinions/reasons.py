"""Why a finding stands, in a sentence each. A reason that explains nothing any more fails a test."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.opinions.judges import Finding


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why findings of a kind about some documents stand."""

    judge: str
    kind: str
    document: str
    """Pattern of the documents' names."""
    detail: str = "*"
    """Pattern of what was found."""
    because: str

    def explains(self, finding: Finding) -> bool:
        return (
            (self.judge, self.kind) == (finding.judge, finding.kind)
            and fnmatchcase(finding.document, self.document)
            and fnmatchcase(finding.detail, self.detail)
        )


_KEY = "*aws:kms/key:Key::* policy"
_ENDPOINT = "*aws:ec2/vpcEndpoint:VpcEndpoint::* policy"
_EXAMPLE = "example *"
_TRUST = "* assumeRolePolicy"
_DEPLOYER = "* output *deployerPolicies.*"
_KARPENTER = "*::capacity-karpenter-permissions policy"
_THIS_KEY = 'in a key policy `*` is the key that the policy belongs to (KMS Developer Guide, "Key policies")'
_FENCE = "an endpoint's policy grants nothing: what a principal may do is said in its own policies"

REASONS: tuple[Reason, ...] = (
    Reason(judge="linter", kind="RESOURCE_STAR", document=_KEY, because=_THIS_KEY),
    Reason(judge="scanner", kind="ResourceExposure", document=_KEY, detail="kms:*", because=_THIS_KEY),
    Reason(judge="scanner", kind="InfrastructureModification", document=_KEY, detail="kms:*", because=_THIS_KEY),
    Reason(
        judge="linter",
        kind="UNKNOWN_CONDITION_FOR_ACTION",
        document=_KEY,
        detail="Unknown condition kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey",
        because="CloudWatch Logs' own sample of a key policy has DescribeKey in that statement, without effect",
    ),
    Reason(
        judge="linter",
        kind="MISMATCHED_TYPE",
        document=_KEY,
        detail="Type mismatch: ArnLike requires a value of type Arn but given String",
        because="the encryption context of CloudWatch Logs is a log group's ARN; its own sample compares so",
    ),
    Reason(judge="linter", kind="RESOURCE_STAR", document=_ENDPOINT, because=_FENCE),
    Reason(judge="linter", kind="RESOURCE_MISMATCH", document=_ENDPOINT, detail="s3:*", because=_FENCE),
    Reason(judge="linter", kind="RESOURCE_STAR", document=_EXAMPLE, because=_FENCE),
    Reason(judge="scanner", kind="InfrastructureModification", document=_EXAMPLE, because=_FENCE),
    Reason(judge="scanner", kind="CredentialsExposure", document=_EXAMPLE, because=_FENCE),
    Reason(judge="scanner", kind="ServiceWildcard", document=_EXAMPLE, because=_FENCE),
    Reason(
        judge="linter",
        kind="UNKNOWN_FEDERATION_SOURCE",
        document=_TRUST,
        detail="arn:aws:iam::*:oidc-provider/oidc.eks.*",
        because="the linter's list of identity providers is older than OIDC providers of EKS clusters",
    ),
    Reason(
        judge="linter",
        kind="UNKNOWN_CONDITION_FOR_ACTION",
        document=_TRUST,
        detail="Unknown condition oidc.eks.*:??? for action sts:AssumeRoleWithWebIdentity",
        because="the key's name is that of the cluster's own provider (EKS User Guide, \"IRSA\")",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_MISMATCH",
        document="*",
        detail="logs:DescribeLogGroups needs *",
        because="AWS decides it on an ARN below `log-group:`; the EMR on EKS guide's execution role has such a pattern",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_MISMATCH",
        document=_DEPLOYER,
        detail="eks:CreateCluster needs *",
        because="EKS decides it on the new cluster's ARN, which its refusals name; the tables list no kind of resource",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_MISMATCH",
        document=_KARPENTER,
        detail="ssm:GetParameter needs arn:*:ssm:*:*:parameter/*",
        because="parameters that AWS publishes have no account in their ARNs",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        document=_DEPLOYER,
        detail="* on arn:aws:s3:::* does allow s3:Put*",
        because="who makes the platform's buckets writes their policies and lifecycles; he reads no object by his own",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_STAR",
        document=_DEPLOYER,
        detail="[[]'ec2:DescribeVpcAttribute']",
        because="it reads two switches of a VPC, and stands with the reads of EC2 that know no resource",
    ),
    Reason(
        judge="linter",
        kind="RESOURCE_STAR",
        document=_DEPLOYER,
        detail="[[]'kms:TagResource']",
        because="a key is tagged as it is made, when it has no ARN yet, and none that has the tag already or an alias",
    ),
    Reason(
        judge="linter",
        kind="UNKNOWN_ACTION",
        document=_DEPLOYER,
        detail="Unknown action emr-containers:UpdateVirtualCluster",
        because="it is younger than the linter's tables: the API has it",
    ),
    Reason(
        judge="linter",
        kind="MISMATCHED_TYPE_BUT_USABLE",
        document=_DEPLOYER,
        detail="Type mismatch: StringEquals requires a value of type String but given Arn",
        because="one exact ARN is meant, and StringEquals, unlike ArnEquals, reads no pattern in it",
    ),
)


def unexplained(findings: Iterable[Finding], reasons: Iterable[Reason] = REASONS) -> list[Finding]:
    known = tuple(reasons)
    return [each for each in findings if not any(reason.explains(each) for reason in known)]
