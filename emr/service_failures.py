"""Errors in the words of EMR on EKS.

Source: EMR on EKS Development Guide, "Common errors when running jobs" and "Pod template fields".
"""

from __future__ import annotations

from types import MappingProxyType

from emr.failure import failure

REASONS = MappingProxyType(
    {
        "VALIDATION_ERROR": "the request, its configuration or its pod templates cannot be accepted",
        "CLUSTER_UNAVAILABLE": "EMR cannot reach the EKS cluster, or may not work in the namespace",
        "INTERNAL_ERROR": "something failed in the service",
        "USER_ERROR": "the job or the capacity it asked for",
    }
)
"""The values of a job run's `failureReason`, with what each speaks of."""

_CALL = "answer to StartJobRun"
_BEFORE = "stateDetails of a job run that never ran"
_AFTER = "stateDetails of a job run that was running"
_LATER = r"Trouble monitoring your JobRun\. "
_CLUSTER = r"Cluster \S+ "
_NOT_AUTHORIZED = "is not authorized to perform: emr-containers:StartJobRun"
_NAMESPACE_RIGHTS = (
    "EMR may not work in the namespace",
    (
        "restore the Role and RoleBinding emr-containers, and the way EMR is let in: its mapping in aws-auth or its "
        "access entry"
    ),
)
_CLUSTER_GONE = (
    "the EKS cluster is not there, or EMR may not see it",
    "check with DescribeCluster that the cluster exists, and that the service-linked role of EMR does",
)
_NOT_REACHABLE = (
    "the API server of the cluster does not answer EMR, or the cluster is gone",
    "check that the cluster exists and is ACTIVE, and EMR's permissions on it",
)
_UNKNOWN = ("not published", "run the job again; if it stays so, ask AWS Support with the id of the job run")

SERVICE_FAILURES = (
    failure(
        "argument-missing",
        "the AWS CLI",
        r"error: argument --\S+ is required|the following arguments are required: --",
        ("a required parameter was left out", "add it to the command, or to the file of --cli-input-json"),
    ),
    failure(
        "role-not-usable",
        _CALL,
        rf"{_NOT_AUTHORIZED}(?! ?on resource)",
        ("the request names no execution role", "give executionRoleArn"),
        (
            (
                "the caller's policy allows other execution roles only (condition emr-containers:ExecutionRoleArn), "
                "or the role is not written as its policy has it"
            ),
            "submit with a role that the policy lists, as a whole ARN, or have the role added to the policy",
        ),
        (
            "the execution role is in another account than the caller",
            "use a role of the caller's account; data of other accounts is reached through that role",
        ),
    ),
    failure(
        "not-an-arn",
        _CALL,
        "at 'executionRoleArn' failed to satisfy",
        (
            "executionRoleArn is not the ARN of a role, such as a role's bare name",
            "give the whole ARN: arn:aws:iam::<account>:role/<name>",
        ),
    ),
    failure(
        "virtual-cluster-not-found",
        _CALL,
        r"Virtual cluster \S+ doesn't exist",
        ("the id is of no virtual cluster of this account and Region", "take it from list-virtual-clusters"),
    ),
    failure(
        "virtual-cluster-not-ready",
        _CALL,
        r"Virtual cluster state \S+ is not valid to create resource JobRun",
        (
            "the virtual cluster is not RUNNING",
            "describe-virtual-cluster tells its state; one that is TERMINATED or ARRESTED has to be made anew",
        ),
    ),
    failure(
        "release-not-found",
        _CALL,
        r"Release \S+ doesn't exist",
        ("the release label is misspelt or of no release of EMR on EKS", "a label such as emr-7.9.0-latest"),
    ),
    failure(
        "explicitly-denied",
        _CALL,
        rf"{_NOT_AUTHORIZED} on resource: \S+ with an explicit deny",
        (
            "a policy denies StartJobRun to the caller",
            "find the Deny in the caller's policies, its boundary or the organization's; an Allow cannot undo it",
        ),
    ),
    failure(
        "not-allowed",
        _CALL,
        rf"{_NOT_AUTHORIZED} on resource: \S+(?! ?\S* ?with an explicit deny)",
        (
            "no policy allows the caller StartJobRun on this virtual cluster",
            "allow emr-containers:StartJobRun on it, with the execution roles that may be used",
        ),
    ),
    failure(
        "log-uri",
        _CALL,
        r"s3MonitoringConfiguration\.logUri failed to satisfy constraint",
        ("logUri is no S3 URI", "s3://<bucket>, or a prefix in it"),
    ),
    failure(
        "classification",
        _BEFORE,
        r"JobRun submission failed\. Classification \S+ not supported",
        (
            "the release does not have this classification",
            "one of core-site, emrfs-site, spark-metrics, spark-defaults, spark-env, spark-hive-site, spark-log4j",
        ),
        reason="VALIDATION_ERROR",
    ),
    *(
        failure(f"{name}-{stage}", where, f"{prefix}{_CLUSTER}{words}", cause, reason="CLUSTER_UNAVAILABLE")
        for stage, where, prefix in (
            ("before", _BEFORE, f"(?<!{_LATER})"),
            ("after", _AFTER, _LATER),
        )
        for name, words, cause in (
            ("cluster-gone", "does not exist", _CLUSTER_GONE),
            ("cluster-permissions", "does not have sufficient permissions", _NAMESPACE_RIGHTS),
            ("cluster-unreachable", "is currently not reachable", _NOT_REACHABLE),
        )
    ),
    failure(
        "internal-before",
        _BEFORE,
        "JobRun submission failed due to an internal error",
        _UNKNOWN,
        reason="INTERNAL_ERROR",
    ),
    failure(
        "capacity",
        _BEFORE,
        rf"{_CLUSTER}does not have sufficient resources",
        (
            "the nodes have no room for the job's pods, and no more nodes come",
            "smaller pods, more nodes, or an autoscaler that may add them",
        ),
        reason="USER_ERROR",
    ),
    failure(
        "internal-after",
        _AFTER,
        "Trouble monitoring your JobRun due to an internal error",
        _UNKNOWN,
        reason="INTERNAL_ERROR",
    ),
    failure(
        "template-field",
        "the submitter's log",
        r"pod template validation failed|in Spark main container not allowed but specified",
        (
            "a pod template has a field that EMR does not allow",
            "take the field out; image, command, args and service account are EMR's",
        ),
    ),
    failure(
        "template-mount",
        "the application's log",
        "Defined volume mount path on main container must not overlap with reserved mount paths",
        (
            "a pod template mounts a volume in the main container where EMR mounts its own",
            "another path, such as /var/data; a sidecar may mount anywhere",
        ),
    ),
)
"""Every error of the guide's tables, in its order."""
