"""Errors in the words of Kubernetes, IAM and Spark, as job runs meet them.

Source: Kubernetes 1.35 (admission, RBAC, scheduler), Spark 4.0, STS; EMR on EKS best practices for the Roles that EMR
keeps.
"""

from __future__ import annotations

from emr.failure import failure

_API = "stateDetails, or the log of the driver if executors were refused"
_DRIVER = "the driver's log"
_LIMITS = (
    "a container asks for more than the namespace's LimitRange allows one container: of the driver it fails the job, "
    "of executors the job runs on without them and asks again for ever"
)
_ROLE_TOO_SMALL = (
    "the namespace's Role emr-containers lacks a verb, or EMR's cached Roles were made before it had it",
    (
        "widen the Role to the published rules, then delete Roles emr-containers-role-spark-client and -driver: "
        "EMR makes them anew"
    ),
)

CLUSTER_FAILURES = (
    failure(
        "quota",
        _API,
        r"exceeded quota: \S+, requested: ",
        (
            "the pods of the namespace together would pass its ResourceQuota",
            "fewer or smaller executors, wait for other jobs, or a larger quota",
        ),
    ),
    failure(
        "quota-without-limit",
        _API,
        r"failed quota: \S+ must specify ",
        (
            "the quota counts a resource that a container does not name; Spark names no CPU limit",
            "a default in the namespace's LimitRange, or spark.kubernetes.<driver or executor>.limit.cores",
        ),
    ),
    failure(
        "container-maximum",
        _API,
        r"maximum \S+ usage per Container is|must be less than or equal to \S+ limit of",
        (_LIMITS, "fewer cores or less memory for each driver or executor, or a larger maximum"),
    ),
    failure(
        "container-minimum",
        _API,
        r"minimum \S+ usage per Container is",
        ("a container asks for less than the LimitRange's minimum", "ask for the minimum, or lower it"),
    ),
    failure(
        "service-account-forbidden",
        _API,
        r'User "system:serviceaccount:\S+:emr-containers-sa-\S+" cannot ',
        _ROLE_TOO_SMALL,
    ),
    failure(
        "emr-forbidden",
        _API,
        r'User "emr-containers" cannot ',
        (
            "the Role or RoleBinding emr-containers of the namespace is missing or too small",
            "restore both; EMR needs all published rules",
        ),
    ),
    failure(
        "cannot-grant",
        _API,
        "attempting to grant RBAC permissions not currently held",
        (
            "EMR gives each job's Roles rights that it must hold itself",
            "widen the namespace's Role emr-containers to the published rules",
        ),
    ),
    failure(
        "admission-policy",
        _API,
        r"ValidatingAdmissionPolicy '[^']+' .*denied request",
        (
            "a rule of the platform refuses the pod: its nodes, priority, images, accounts or volumes",
            "what the message names, out of the pod template or the settings",
        ),
    ),
    failure(
        "pod-security",
        _API,
        "violates PodSecurity",
        ("the pod reaches for its node, as by hostPath or privileged", "take that out of the pod template"),
    ),
    failure(
        "namespace-gone",
        _API,
        r'namespaces? "?\S+ not found|because it is being terminated',
        ("the namespace was deleted under its virtual cluster", "make the tenant anew; a virtual cluster cannot move"),
    ),
    failure(
        "trust",
        "the log of submitter or driver",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        (
            "the role's trust policy does not name this namespace and the accounts EMR makes for this role",
            "the trust of the role's own tenant: subject emr-containers-sa-*-*-<account>-<role name in base 36>",
        ),
        ("the cluster's OIDC provider is not in IAM, or of another cluster", "create the provider from the issuer"),
    ),
    failure(
        "unschedulable",
        "events of a pending pod",
        r"\d+/\d+ nodes are available: .*(Insufficient|didn't match|untolerated taint)",
        (
            "no node has room for the pod, or it may run on none of them",
            "smaller pods, more nodes, or the selectors and tolerations of the tenant's nodes",
        ),
    ),
    failure(
        "no-executors",
        _DRIVER,
        "Initial job has not accepted any resources",
        (
            "no executor has started: refused by quota, limits or rights, or waiting for a node",
            "look further up in the driver's log for the API server's answer, and at the namespace's pending pods",
        ),
    ),
    failure(
        "killed-for-memory",
        _DRIVER,
        r"OOMKilled|exit code 137|exitCode: 137",
        (
            "a container passed its memory limit",
            "a larger memoryOverhead (Python and R live in it), or a larger memory",
        ),
        ("the pod was pushed out or its node was lost", "see the pod's events; Spark starts a lost executor again"),
    ),
    failure(
        "entry-point-missing",
        _DRIVER,
        r"can't open file '[^']+': \[Errno 2\]|FileNotFoundException|NoSuchKey|Failed to load class",
        ("the program, its class or a file it needs is not there", "check entryPoint, --class and --py-files"),
        ("the execution role may not read it, which S3 may report in this way", "read access to the prefix"),
    ),
    failure(
        "throttled",
        "answer of an API of EMR on EKS",
        r"ThrottlingException|TooManyRequestsException|EKSRequestThrottledException|Rate exceeded",
        ("calls come faster than the account's rate", "let the client retry and wait, or have the quota raised"),
    ),
)
"""Errors that reach a person through stateDetails, events or logs, the most frequent first."""
