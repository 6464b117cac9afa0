"""The program of the submitter: makes the pod templates, runs spark-submit, and says how the driver ended."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import yaml

from local.spark.container import api_server, objects, pod_templates
from local.spark.container.driver import SERVICE_ACCOUNT, api_address
from local.spark.container.outcome import driver_fault, submission_fault
from local.spark.container.refusal import Refusal, terminate
from local.spark.container.spark_process import jvm_options, spark_environment
from local.spark.container.submit_arguments import parse
from local.spark.container.template_merge import merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.spark.container.main_container import MainContainer
    from local.spark.container.mounts import Mounts
    from local.spark.distribution import Distribution

CONFIGURATION = "/etc/spark/conf"
"""Where EMR's configuration of the job is mounted: its settings, its log configuration, its pod templates."""
_HEAP = "-Xmx384m"
# Lets spark-submit look at the names of objects in S3, which it passes on: see core-site.xml there.
_CLASSPATH = Path(__file__).parent / "hadoop"


def run(
    arguments: list[str],
    container: MainContainer,
    spark: Distribution,
    mounts: Mounts,
    environ: Mapping[str, str],
) -> int:
    """Submit and wait until the driver has ended; returns 0 only if it ended well.

    With `spark.kubernetes.submission.waitAppCompletion=false` nobody waits, and 0 means that there is a driver pod.
    """
    given = parse(arguments)
    settings = given.settings()
    templates = pod_template_settings(settings, mounts, environ)
    words = given.with_settings({**templates, **_access(mounts)})
    master = f"k8s://{api_address(environ)}"
    # An option beats the same setting in `--conf`, and the last of several options counts: these come last.
    cut = len(words) - len(given.application)
    words = [*words[:cut], "--master", master, "--deploy-mode", "cluster", *words[cut:]]
    environment = spark_environment(environ, spark, [_HEAP, *jvm_options({**environ, "CONTAINER_HOSTS": ""})])
    environment["SPARK_CONF_DIR"] = mounts.host(CONFIGURATION)
    environment["SPARK_DIST_CLASSPATH"] = str(_CLASSPATH)
    code = container.run([str(spark.home / "bin" / "spark-submit"), *words], environment)
    fault = (
        submission_fault(container.tail.decode(errors="replace"), code) if code else _driver(settings, mounts, environ)
    )
    if fault:
        container.say(fault)
        terminate(environ, fault)
    return code or (1 if fault else 0)


def pod_template_settings(settings: Mapping[str, str], mounts: Mounts, environ: Mapping[str, str]) -> dict[str, str]:
    """The templates of driver and executors: EMR's own with the tenant's merged in, written to files.

    Raises:
        Refusal: a template of the tenant is not there or not taken.
    """
    folder = Path(environ.get("TMPDIR") or gettempdir()) / "templates"
    return {
        key: str(_template(component, settings.get(key, ""), folder, mounts))
        for component, key in (
            ("Driver", "spark.kubernetes.driver.podTemplateFile"),
            ("Executor", "spark.kubernetes.executor.podTemplateFile"),
        )
    }


def _template(component: str, uri: str, folder: Path, mounts: Mounts) -> Path:
    own: Any = yaml.safe_load(
        Path(mounts.host(f"{CONFIGURATION}/{component.lower()}-podtemplate.yaml")).read_text(encoding="utf-8")
    )
    tenant = pod_templates.read(_text(uri, component, folder, mounts), component, uri) if uri else {}
    target = folder / f"{component.lower()}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump(merge(own or {}, tenant, component), sort_keys=False), encoding="utf-8")
    return target


def _text(uri: str, component: str, folder: Path, mounts: Mounts) -> str:
    if objects.is_object(uri):
        file = objects.fetch(uri, folder)
    else:
        file = Path(mounts.word(uri).removeprefix("local://").removeprefix("file://"))
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{component} pod template {uri} cannot be read: {error}") from error


def _access(mounts: Mounts) -> dict[str, str]:
    """How spark-submit speaks to the API server."""
    return {
        "spark.kubernetes.authenticate.submission.oauthTokenFile": mounts.host(f"{SERVICE_ACCOUNT}/token"),
        "spark.kubernetes.authenticate.submission.caCertFile": mounts.host(f"{SERVICE_ACCOUNT}/ca.crt"),
    }


def _driver(settings: Mapping[str, str], mounts: Mounts, environ: Mapping[str, str]) -> str:
    """What is wrong with the driver after spark-submit has seen its end; empty for nothing."""
    if settings.get("spark.kubernetes.submission.waitAppCompletion", "true").lower() == "false":
        return ""
    namespace = settings.get("spark.kubernetes.namespace", "default")
    name = settings.get("spark.kubernetes.driver.pod.name", "")
    try:
        return driver_fault(api_server.pod(namespace, name, mounts, environ), name)
    except (OSError, ValueError) as error:
        return f"The driver pod {name} could not be looked at: {error}"
