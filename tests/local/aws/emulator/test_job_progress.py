from __future__ import annotations

import time
from datetime import timedelta

import pytest

from local.aws.emulator.emr_containers import job_progress, job_states
from local.aws.emulator.emr_containers.workload import WorkloadRefused
from local.control_plane import ApiError
from local.spark import SparkUnavailable

LOGS = "Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration."
FORBIDDEN = ApiError(403, "Forbidden", 'jobs.batch is forbidden: User "emr-containers" cannot create resource "jobs"')
SILENT = ApiError(0, "", "no answer")
TROUBLE = "Trouble monitoring your JobRun. "


@pytest.mark.covers("JR-19")
def test_a_run_goes_from_state_to_state_to_its_end(world, start, reaches, described):
    world.spark.there = False
    run = start()
    time.sleep(0.05)
    assert described(run)["state"] == "PENDING"
    assert described(run)["stateDetails"] == "The embedded cloud is fetching Spark, which it does once."
    world.spark.there = True
    assert "stateDetails" not in reaches(run, "SUBMITTED")
    world.workload.every("running")
    reaches(run, "RUNNING")
    world.workload.every("succeeded")
    found = reaches(run, "COMPLETED")
    assert found["stateDetails"] == "JobRun completed successfully. It ran for 0 Seconds"
    assert "failureReason" not in found
    assert world.workload.submitted == [(run, 1)]
    world.settle()
    assert world.workload.removed == [run]


def test_what_a_run_left_stays_for_a_while(world, start, reaches, monkeypatch):
    monkeypatch.setattr(job_states, "KEEP_SECONDS", 1000.0)
    world.workload.every("succeeded")
    reaches(start(), "COMPLETED")
    time.sleep(0.05)
    assert world.workload.removed == []


def test_a_driver_that_failed_fails_the_run_in_the_words_of_the_cluster_side(world, start, failed):
    world.workload.every("failed", f"JobRun failed. Exit code 1. {LOGS}", "USER_ERROR")
    assert failed(start()) == (f"JobRun failed. Exit code 1. {LOGS}", "USER_ERROR")


def test_details_fit_the_model(world, start, failed):
    world.workload.every("failed", "x" * 300, "USER_ERROR")
    assert failed(start())[0] == f"{'x' * 253}..."


def test_pods_that_somebody_deleted_fail_the_run(world, start, failed):
    world.workload.every("gone")
    assert failed(start()) == (f"JobRun failed. Its pods were deleted. {LOGS}", "USER_ERROR")


@pytest.mark.covers("ER-11")
@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"classification": "hdfs-site"}, "Classification hdfs-site not supported."),
        ({"classification": "spark-log4j2"}, "Classification spark-log4j2 not supported."),
        (
            {"classification": "spark-defaults", "properties": {"spark.kubernetes.namespace": "other"}},
            "Spark configuration spark.kubernetes.namespace not supported.",
        ),
        (
            {"classification": "emr-containers-defaults", "properties": {"job-start-timeout": "soon"}},
            "job-start-timeout must be a number of seconds above 0, not soon.",
        ),
    ],
)
def test_configurations_that_are_not_supported_fail_the_run(world, start, failed, properties, words):
    run = start(releaseLabel="emr-6.2.0-latest", configurationOverrides={"applicationConfiguration": [properties]})
    assert failed(run) == (f"JobRun submission failed. {words}", "VALIDATION_ERROR")
    assert world.workload.submitted == []


@pytest.mark.covers("JR-10", "JR-11")
@pytest.mark.parametrize(
    ("parameters_given", "words"),
    [
        ("--conf spark.kubernetes.container.image=x", "Spark configuration spark.kubernetes.container.image"),
        ("--class A --conf=spark.kubernetes.driver.pod.name=x", "Spark configuration spark.kubernetes.driver.pod.name"),
        (
            "-c 'spark.kubernetes.executor.podTemplateContainerName = x'",
            "Spark configuration spark.kubernetes.executor.podTemplateContainerName",
        ),
        ("--deploy-mode client", "Option --deploy-mode"),
    ],
)
def test_settings_that_are_emrs_own_fail_the_run(start, failed, parameters_given, words):
    driver = {"sparkSubmitJobDriver": {"entryPoint": "s3://b/a.py", "sparkSubmitParameters": parameters_given}}
    assert failed(start(jobDriver=driver)) == (f"JobRun submission failed. {words} not supported.", "VALIDATION_ERROR")


def test_parameters_with_an_open_quote_fail_the_run(start, failed):
    driver = {"sparkSubmitJobDriver": {"entryPoint": "s3://b/a.py", "sparkSubmitParameters": "--conf 'a=b"}}
    assert "cannot be split into words: No closing quotation." in failed(start(jobDriver=driver))[0]


def test_what_the_cluster_side_refuses_fails_the_run(world, start, failed):
    world.workload.refusal = WorkloadRefused("JobRun submission failed. exceeded quota", "USER_ERROR")
    assert failed(start()) == ("JobRun submission failed. exceeded quota", "USER_ERROR")


def test_without_spark_a_run_fails_with_the_reason(world, start, failed):
    world.spark.failure = SparkUnavailable("Spark needs 1 GB and there are 10 MB.")
    assert failed(start()) == ("Spark needs 1 GB and there are 10 MB.", "INTERNAL_ERROR")


@pytest.mark.covers("ER-13", "ER-14", "ER-15")
@pytest.mark.parametrize(
    ("trouble", "words", "reason"),
    [
        (FORBIDDEN, "Cluster emr does not have sufficient permissions.", "CLUSTER_UNAVAILABLE"),
        (ApiError(401, "Unauthorized", ""), "Cluster emr does not have sufficient permissions.", "CLUSTER_UNAVAILABLE"),
        (SILENT, "Cluster emr is currently not reachable.", "CLUSTER_UNAVAILABLE"),
        (ApiError(404, "NotFound", ""), "Namespace team-a does not exist.", "CLUSTER_UNAVAILABLE"),
        (RuntimeError("bug"), "JobRun submission failed due to an internal error.", "INTERNAL_ERROR"),
    ],
)
def test_trouble_before_submission(*, world, start, failed, trouble, words, reason):
    world.workload.refusal = trouble
    assert failed(start()) == (words, reason)


@pytest.mark.covers("ER-18", "ER-19", "ER-20")
@pytest.mark.parametrize(
    ("trouble", "words", "reason"),
    [
        (FORBIDDEN, f"{TROUBLE}Cluster emr does not have sufficient permissions.", "CLUSTER_UNAVAILABLE"),
        (SILENT, f"{TROUBLE}Cluster emr is currently not reachable.", "CLUSTER_UNAVAILABLE"),
        (ApiError(503, "", ""), f"{TROUBLE}Cluster emr is currently not reachable.", "CLUSTER_UNAVAILABLE"),
        (RuntimeError("bug"), "Trouble monitoring your JobRun due to an internal error", "INTERNAL_ERROR"),
    ],
)
def test_trouble_after_submission(*, world, start, reaches, failed, trouble, words, reason):
    run = start()
    reaches(run, "SUBMITTED")
    world.workload.trouble = trouble
    assert failed(run) == (words, reason)
    world.settle()


def test_a_cluster_that_answers_again_in_time_does_no_harm(world, start, reaches, described):
    run = start()
    reaches(run, "SUBMITTED")
    world.workload.trouble = SILENT
    time.sleep(0.05)
    assert described(run)["state"] == "SUBMITTED"
    world.workload.trouble = None
    world.workload.every("succeeded")
    reaches(run, "COMPLETED")


@pytest.mark.covers("ER-12", "ER-17")
def test_a_cluster_that_is_gone_fails_runs_before_and_after_submission(world, start, reaches, failed):
    after = start()
    reaches(after, "SUBMITTED")
    world.spark.there = False
    before = start()
    world.emulator.eks.clusters.clear()
    world.workload.trouble = world.workload.refusal = SILENT
    world.spark.there = True
    assert failed(before) == ("Cluster emr does not exist.", "CLUSTER_UNAVAILABLE")
    assert failed(after) == (f"{TROUBLE}Cluster emr does not exist.", "CLUSTER_UNAVAILABLE")


def test_cancelling_in_a_namespace_that_is_gone_leaves_nothing(world, aws, virtual_cluster, start, reaches):
    run = start()
    reaches(run, "SUBMITTED")
    world.workload.leaves = True
    aws("emr-containers").cancel_job_run(id=run, virtualClusterId=virtual_cluster)
    world.workload.trouble = ApiError(404, "NotFound", "")
    reaches(run, "CANCELLED")
    world.settle()


def test_a_driver_that_does_not_start_in_time_fails_the_run_and_is_removed_at_once(world, start, failed, monkeypatch):
    monkeypatch.setattr(job_progress, "START_TIMEOUT_SECONDS", 0)
    monkeypatch.setattr(job_states, "KEEP_SECONDS", 1000.0)
    world.workload.every("submitting", "Last event from default-scheduler: FailedScheduling, message: 0/2 nodes")
    run = start()
    beginning = "JobRun timed out before spark driver pod started running due to lack of cluster resources."
    event = "Last event from default-scheduler: FailedScheduling, message: 0/2 nodes."
    assert failed(run) == (f"{beginning} {event} {LOGS}", "USER_ERROR")
    world.settle()
    assert world.workload.removed == [run]


def test_the_time_to_start_is_the_runs_own(world, start, reaches, failed):
    settings = {"classification": "emr-containers-defaults", "properties": {"job-start-timeout": "60"}}
    run = start(configurationOverrides={"applicationConfiguration": [settings]})
    reaches(run, "SUBMITTED")
    world.emulator.emr.job_runs[run].submitted_at -= timedelta(seconds=50)
    time.sleep(0.05)
    reaches(run, "SUBMITTED")
    world.emulator.emr.job_runs[run].submitted_at -= timedelta(seconds=15)
    assert failed(run)[0].startswith("JobRun timed out before spark driver pod started running. ")
