"""What went wrong, in whose words."""

from __future__ import annotations

from typing import Any

import pytest

from local.spark.container.outcome import driver_fault, submission_fault

# As spark-submit 4.0.1 printed it, shortened where it repeats itself.
REFUSED = """\
26/11/23 19:10:26 INFO KerberosConfDriverFeatureStep: You have not specified a krb5.conf file.
Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: \
https://127.0.0.1:20116/api/v1/namespaces/team/pods. Message: Pod "spark-big-driver" is invalid: \
spec.containers[0].resources.requests: Invalid value: "7": must be less than or equal to cpu limit of 6. \
Received status: Status(apiVersion=v1, code=422, details=StatusDetails(causes=[StatusCause(\
field=spec.containers[0].resources.requests, message=Invalid value: "7": must be less than or equal to cpu limit of 6, \
reason=FieldValueInvalid, additionalProperties={})], group=null, kind=Pod, name=spark-big-driver, \
retryAfterSeconds=null, uid=null, additionalProperties={}), kind=Status, message=Pod "spark-big-driver" is invalid: \
spec.containers[0].resources.requests: Invalid value: "7": must be less than or equal to cpu limit of 6, \
metadata=ListMeta(_continue=null, remainingItemCount=null), reason=Invalid, status=Failure, additionalProperties={}).
\tat io.fabric8.kubernetes.client.KubernetesClientException.copyAsCause(KubernetesClientException.java:205)
26/11/23 19:10:27 INFO ShutdownHookManager: Shutdown hook called
"""


def test_a_refused_driver_is_explained_by_the_api_servers_sentence_alone() -> None:
    assert submission_fault(REFUSED, 1) == (
        'Pod "spark-big-driver" is invalid: spec.containers[0].resources.requests: '
        'Invalid value: "7": must be less than or equal to cpu limit of 6'
    )


@pytest.mark.parametrize(
    ("stderr", "sentence"),
    [
        (
            "Exception in thread main x.Y: Failure executing: POST at: https://h/x. Message: pods is forbidden.",
            "pods is forbidden",
        ),
        (
            "at a.b\nCaused by: java.io.FileNotFoundException: File file:/x does not exist\n\tat c.d",
            "File file:/x does not exist",
        ),
        ('Exception in thread "main" org.apache.spark.SparkException: Bad --conf', "Bad --conf"),
        (
            "Error: Unrecognized option: --nope\n",
            "spark-submit ended with exit code 1.\nError: Unrecognized option: --nope",
        ),
        ("", "spark-submit ended with exit code 1."),
    ],
)
def test_other_failures_are_told_by_the_last_exception_or_the_last_lines(stderr: str, sentence: str) -> None:
    assert submission_fault(stderr, 1) == sentence


def pod(terminated: dict[str, Any] | None, **status: Any) -> dict[str, Any]:
    sidecar = {"name": "emr-container-fluentd", "state": {"terminated": {"exitCode": 9}}}
    main = {"name": "spark-kubernetes-driver", "state": {"terminated": terminated} if terminated else {}}
    return {"kind": "Pod", "status": {"containerStatuses": [sidecar, main], **status}}


def test_the_driver_is_judged_by_its_main_container_whatever_its_sidecars_did() -> None:
    assert driver_fault(pod({"exitCode": 0}, phase="Failed"), "d") == ""
    assert driver_fault(pod({"exitCode": 7, "reason": "Error"}, phase="Succeeded"), "d") == (
        "The driver pod d ended with exit code 7 (Error)"
    )


def test_a_drivers_own_last_words_are_passed_on_and_the_end_of_its_log_is_not() -> None:
    words = pod({"exitCode": 1, "message": "s3://b/k does not exist."})
    log = pod({"exitCode": 1, "message": "INFO a\nINFO b\n"})

    assert driver_fault(words, "d") == "The driver pod d ended with exit code 1: s3://b/k does not exist."
    assert driver_fault(log, "d") == "The driver pod d ended with exit code 1"


def test_a_driver_that_was_evicted_or_removed_is_no_success() -> None:
    evicted = pod(None, phase="Failed", reason="Evicted", message="The node was low on memory.")
    status = {"kind": "Status", "message": 'pods "d" not found'}

    assert driver_fault(evicted, "d") == "The driver pod d ended in phase Failed: Evicted: The node was low on memory."
    assert driver_fault(status, "d") == 'pods "d" not found'
