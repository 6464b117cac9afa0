from __future__ import annotations

from typing import Any

import pytest

from local.aws.emulator.emr_containers.workload import WorkloadRefused, pod_templates, submitter
from tests.local.aws.emulator.emr_workload.namespace_job import (
    ENTRY_POINT,
    FLUENTD,
    JOB_ID,
    KEY,
    LABELS,
    NAMESPACE,
    SPARK,
    VIRTUAL_CLUSTER,
    configured,
    job_run,
    properties,
)

COMPONENT = "emr-containers.amazonaws.com/component"
SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 999,
    "runAsGroup": 1000,
    "privileged": False,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
VOLUMES = [
    {"name": "config-volume", "configMap": {"name": f"{JOB_ID}-spark-defaults"}},
    {"name": "emr-container-communicate", "emptyDir": {}},
    {"name": "emr-container-application-log-dir", "emptyDir": {}},
    {"name": "emr-container-event-log-dir", "emptyDir": {}},
    {"name": "mnt-dir", "emptyDir": {}},
    {"name": "temp-data-dir", "emptyDir": {}},
    {"name": "home-dir", "emptyDir": {}},
]
MOUNTS = [
    {"name": "emr-container-communicate", "mountPath": "/var/log/fluentd"},
    {"name": "emr-container-application-log-dir", "mountPath": "/var/log/spark/user"},
    {"name": "emr-container-event-log-dir", "mountPath": "/var/log/spark/apps"},
    {"name": "mnt-dir", "mountPath": "/mnt"},
    {"name": "temp-data-dir", "mountPath": "/tmp"},  # noqa: S108 - a path within the container
    {"name": "home-dir", "mountPath": "/home/hadoop"},
]
LOGS = [
    {"name": "SPARK_CONTAINER_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    {"name": "K8S_SPARK_LOG_URL_STDERR", "value": "/var/log/spark/user/$(SPARK_CONTAINER_ID)/stderr"},
    {"name": "K8S_SPARK_LOG_URL_STDOUT", "value": "/var/log/spark/user/$(SPARK_CONTAINER_ID)/stdout"},
    {"name": "SIDECAR_SIGNAL_FILE", "value": "/var/log/fluentd/main-container-terminated"},
]
POD_NAME = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
MONITORING = {
    "monitoringConfiguration": {
        "persistentAppUI": "ENABLED",
        "cloudWatchMonitoringConfiguration": {"logGroupName": "/emr/team-a", "logStreamNamePrefix": "jobs"},
        "s3MonitoringConfiguration": {"logUri": "s3://team-a-logs/jobs/"},
    }
}


def sidecar(*environment: dict[str, Any], **requests: str) -> dict[str, Any]:
    return {
        "name": "emr-container-fluentd",
        "image": FLUENTD,
        "imagePullPolicy": "Always",
        "securityContext": SECURITY,
        "resources": {"requests": requests, "limits": {"memory": requests["memory"]}},
        "env": [*LOGS, *environment],
        "volumeMounts": [mount for mount in MOUNTS if mount["name"] != "mnt-dir"],
    }


def variables(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.covers("PT-07", "PT-08", "PT-09")
def test_the_template_of_the_executors_is_exactly_this() -> None:
    assert pod_templates.executor(job_run(overrides=MONITORING)) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": LABELS | {COMPONENT: "executor"}},
        "spec": {
            "securityContext": {"fsGroup": 65534},
            "volumes": VOLUMES,
            "containers": [
                {
                    "name": "spark-kubernetes-executor",
                    "securityContext": SECURITY,
                    "env": LOGS,
                    "volumeMounts": MOUNTS,
                    "terminationMessagePolicy": "FallbackToLogsOnError",
                },
                sidecar(
                    *variables(
                        EMR_VIRTUAL_CLUSTER_ID=VIRTUAL_CLUSTER,
                        EMR_JOB_RUN_ID=JOB_ID,
                        LOG_S3_URI="s3://team-a-logs/jobs/",
                        LOG_GROUP="/emr/team-a",
                        LOG_STREAM_PREFIX="jobs",
                    ),
                    POD_NAME,
                    {
                        "name": "SPARK_APPLICATION_ID",
                        "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['spark-app-selector']"}},
                    },
                    *variables(LOG_FOLDER="$(SPARK_APPLICATION_ID)/$(POD_NAME)"),
                    memory="512Mi",
                ),
            ],
        },
    }


def test_the_template_of_the_driver_differs_in_its_owner_and_its_main_container() -> None:
    executor, driver = pod_templates.executor(job_run()), pod_templates.driver(job_run(), "the-uid")
    assert driver["metadata"].pop("ownerReferences")[0]["uid"] == "the-uid"
    assert driver["metadata"]["labels"].pop(COMPONENT) == "driver"
    assert executor["metadata"]["labels"].pop(COMPONENT) == "executor"
    assert driver["spec"]["containers"][0].pop("name") == "spark-kubernetes-driver"
    assert executor["spec"]["containers"][0].pop("name") == "spark-kubernetes-executor"
    assert driver == executor


def test_logging_of_driver_and_executors_follows_the_container_defaults() -> None:
    settings = properties(
        "emr-containers-defaults",
        executor__logging="DISABLED",
        logging__image="my/logger",
        logging__request__cores="250m",
        logging__request__memory="1Gi",
    )
    job = job_run(overrides=configured(settings))
    assert [each["name"] for each in pod_templates.executor(job)["spec"]["containers"]] == ["spark-kubernetes-executor"]
    logger = pod_templates.driver(job, "")["spec"]["containers"][1]
    assert logger["image"] == "my/logger"
    assert logger["resources"] == {"requests": {"memory": "1Gi", "cpu": "250m"}, "limits": {"memory": "1Gi"}}


def test_the_job_is_exactly_this() -> None:
    job = job_run(arguments=["20"])
    document = submitter.document(job)
    arguments = document["spec"]["template"]["spec"]["containers"][0].pop("args")
    assert document == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": JOB_ID, "namespace": NAMESPACE, "labels": LABELS},
        "spec": {
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": 3600,
            "template": {
                "metadata": {"labels": LABELS | {COMPONENT: "controller"}},
                "spec": {
                    "serviceAccountName": f"emr-containers-sa-spark-client-{KEY}",
                    "restartPolicy": "Never",
                    "securityContext": {"fsGroup": 65534},
                    "volumes": VOLUMES,
                    "containers": [
                        {
                            "name": "job-runner",
                            "image": SPARK,
                            "imagePullPolicy": "Always",
                            "env": LOGS,
                            "resources": {
                                "requests": {"cpu": "100m", "memory": "512Mi"},
                                "limits": {"memory": "1Gi"},
                            },
                            "securityContext": SECURITY,
                            "terminationMessagePolicy": "FallbackToLogsOnError",
                            "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/spark/conf"}, *MOUNTS],
                        },
                        sidecar(
                            *variables(EMR_VIRTUAL_CLUSTER_ID=VIRTUAL_CLUSTER, EMR_JOB_RUN_ID=JOB_ID),
                            POD_NAME,
                            *variables(LOG_FOLDER="$(POD_NAME)"),
                            memory="200Mi",
                            cpu="100m",
                        ),
                    ],
                },
            },
        },
    }
    assert arguments[:5] == [
        "job-runner",
        "--properties-file",
        "/etc/spark/conf/spark-defaults.conf",
        "--conf",
        "spark.executor.instances=2",
    ]
    assert arguments[-2:] == [ENTRY_POINT, "20"]


@pytest.mark.covers("JR-06")
def test_what_emr_fixes_stands_between_the_caller_s_words_and_the_program() -> None:
    parameters = "--class Main --conf spark.kubernetes.namespace=other --jars='a b.jar' -c x=y"
    words = _arguments(job_run(parameters=parameters, arguments=["--conf", "z"]))
    assert words[3:10] == [
        "--class",
        "Main",
        "--conf",
        "spark.kubernetes.namespace=other",
        "--jars=a b.jar",
        "-c",
        "x=y",
    ]
    fixed = words.index(f"spark.kubernetes.namespace={NAMESPACE}")
    assert fixed > words.index("x=y")
    assert fixed < words.index(ENTRY_POINT)
    assert words[-3:] == [ENTRY_POINT, "--conf", "z"]
    assert words[fixed - 1] == "--conf"


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ("--conf 'spark.a=b", "sparkSubmitParameters cannot be split into words: No closing quotation."),
        (
            "--verbose mine.py --conf a=b",
            "sparkSubmitParameters holds 'mine.py', which is neither an option nor the value of one.",
        ),
        ("--conf a=b --class", "sparkSubmitParameters ends with --class, which lacks its value."),
    ],
)
def test_words_that_are_no_options_are_refused(parameters: str, why: str) -> None:
    with pytest.raises(WorkloadRefused) as refused:
        submitter.document(job_run(parameters=parameters))
    assert refused.value.message == f"JobRun submission failed. {why}"
    assert refused.value.failure_reason == "VALIDATION_ERROR"


def test_a_job_without_parameters_has_none() -> None:
    words = _arguments(job_run(parameters=None))
    assert words[3] == "--conf"
    assert words[4] == "spark.submit.deployMode=cluster"


def test_a_later_attempt_has_names_of_its_own() -> None:
    document = submitter.document(job_run(attempt=2))
    assert document["metadata"]["name"] == f"{JOB_ID}-2"
    assert document["metadata"]["labels"]["emr-containers.amazonaws.com/job.id"] == JOB_ID
    assert f"spark.kubernetes.driver.pod.name=spark-{JOB_ID}-2-driver" in _arguments(job_run(attempt=2))
    (config, *_) = document["spec"]["template"]["spec"]["volumes"]
    assert config["configMap"]["name"] == f"{JOB_ID}-2-spark-defaults"


def test_the_submitter_s_pod_follows_its_classification() -> None:
    settings = {
        "classification": "emr-job-submitter",
        "properties": {
            "jobsubmitter.node.selector.topology.kubernetes.io/zone": "us-west-2a",
            "jobsubmitter.label.cost": "42",
            "jobsubmitter.label.emr-containers.amazonaws.com/job.id": "another",
            "jobsubmitter.annotation.note": "mine",
            "jobsubmitter.node.toleration.dedicated": "team-a",
            "jobsubmitter.node.toleration.dedicated.effect": "NoExecute",
            "jobsubmitter.node.toleration.dedicated.tolerationSeconds": "60",
            "jobsubmitter.node.toleration.example.com/spot": "",
            "jobsubmitter.node.toleration.example.com/spot.effect": "NoSchedule",
            "jobsubmitter.scheduler.name": "volcano",
            "jobsubmitter.logging": "DISABLED",
            "jobsubmitter.container.image": "my/spark",
            "jobsubmitter.container.image.pullPolicy": "IfNotPresent",
            "jobsubmitter.gracefulTermination": "true",
        },
    }
    document = submitter.document(job_run(overrides=configured(settings)))
    template = document["spec"]["template"]
    pod = template["spec"]
    assert template["metadata"]["labels"] == LABELS | {COMPONENT: "controller", "cost": "42"}
    assert template["metadata"]["annotations"] == {"note": "mine"}
    assert pod["nodeSelector"] == {"topology.kubernetes.io/zone": "us-west-2a"}
    assert pod["tolerations"] == [
        {
            "key": "dedicated",
            "operator": "Equal",
            "effect": "NoExecute",
            "value": "team-a",
            "tolerationSeconds": 60,
        },
        {"key": "example.com/spot", "operator": "Exists", "effect": "NoSchedule"},
    ]
    assert pod["schedulerName"] == "volcano"
    (main,) = pod["containers"]
    assert (main["image"], main["imagePullPolicy"]) == ("my/spark", "IfNotPresent")
    assert "ttlSecondsAfterFinished" not in document["spec"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"k": "v"}, "jobsubmitter.node.toleration.k.effect is None: one of NoExecute, NoSchedule, PreferNoSchedule"),
        ({"k": "v", "k.effect": "No"}, "jobsubmitter.node.toleration.k.effect is 'No'"),
        ({"k.effect": "NoExecute"}, "jobsubmitter.node.toleration.k.effect is given without"),
        ({"k": "", "k.effect": "NoExecute", "k.tolerationSeconds": "1m"}, "k.tolerationSeconds is '1m'"),
        ({"k": "", "k.effect": "NoSchedule", "k.tolerationSeconds": "60"}, "k.tolerationSeconds is '60'"),
    ],
)
def test_a_malformed_toleration_is_refused(values: dict[str, str], said: str) -> None:
    settings = {
        "classification": "emr-job-submitter",
        "properties": {f"jobsubmitter.node.toleration.{key}": value for key, value in values.items()},
    }
    with pytest.raises(WorkloadRefused, match=r"JobRun submission failed\.") as refused:
        submitter.document(job_run(overrides=configured(settings)))
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("label", "image"),
    [
        ("emr-6.15.0-20240321", "spark/emr-6.15.0:20240321"),
        ("emr-7.9.0-java8-latest", "spark/emr-7.9.0-java8:latest"),
        ("emr-spark-8.0.0-latest", "spark/emr-spark-8.0.0:latest"),
    ],
)
def test_a_release_label_names_the_image(label: str, image: str) -> None:
    (main, _) = submitter.document(job_run(release=label))["spec"]["template"]["spec"]["containers"]
    assert main["image"] == f"895885662937.dkr.ecr.us-west-2.amazonaws.com/{image}"


def test_a_region_without_a_registry_is_refused() -> None:
    with pytest.raises(WorkloadRefused, match="No registry of Amazon EMR on EKS is known for Region xx-east-9"):
        submitter.document(job_run(region="xx-east-9"))


def _arguments(job: Any) -> list[str]:
    return submitter.document(job)["spec"]["template"]["spec"]["containers"][0]["args"]
