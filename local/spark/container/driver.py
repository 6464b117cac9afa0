"""The program of a driver container: what the image's entry point does for `driver ARGS...`."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from local.spark.container import objects
from local.spark.container.spark_process import jvm_options, spark_environment
from local.spark.container.submit_arguments import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.spark.container.main_container import MainContainer
    from local.spark.container.mounts import Mounts
    from local.spark.distribution import Distribution

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where Kubernetes mounts the token of a pod's service account."""
# The published Spark has no file system for S3, so what Spark would read from there lies here when it starts.
_FILES = ("spark.jars", "spark.files", "spark.archives", "spark.submit.pyFiles")
_JAVA_OPTIONS = ("spark.driver.defaultJavaOptions", "spark.driver.extraJavaOptions")


def run(
    arguments: list[str],
    container: MainContainer,
    spark: Distribution,
    mounts: Mounts,
    environ: Mapping[str, str],
) -> int:
    """Run the driver in client mode to its end; returns its exit code."""
    words = driver_arguments(arguments, mounts, environ)
    own = parse(words).settings()
    options = jvm_options(environ, " ".join(own.get(key, "") for key in _JAVA_OPTIONS))
    environment = spark_environment(environ, spark, options)
    # Spark's web page listens on this address; without it, on all addresses of the machine.
    environment["SPARK_LOCAL_IP"] = environ["SPARK_DRIVER_BIND_ADDRESS"]
    return container.run([str(spark.home / "bin" / "spark-submit"), *words], environment)


def driver_arguments(arguments: list[str], mounts: Mounts, environ: Mapping[str, str]) -> list[str]:
    """Arguments of spark-submit: those of the image's entry point, with paths and objects of this machine.

    Raises:
        Refusal: an object cannot be fetched.
    """
    address = environ["SPARK_DRIVER_BIND_ADDRESS"]
    given = parse([mounts.word(word) for word in arguments])
    settings = given.settings()
    settings |= mounts.settings(settings)
    folder = Path(environ.get("TMPDIR") or gettempdir()) / "fetched"
    own = {
        **mounts.settings(given.settings()),
        **{key: _fetched(settings[key], folder) for key in _FILES if settings.get(key)},
        **api_access(mounts, environ),
        "spark.driver.bindAddress": address,
        "spark.executorEnv.SPARK_DRIVER_POD_IP": address,
    }
    words = given.with_settings(own)
    count = len(words) - len(given.application)
    application = [_fetched(word, folder) for word in words[count : count + 1]]
    return ["--deploy-mode", "client", *words[:count], *application, *words[count + 1 :]]


def api_access(mounts: Mounts, environ: Mapping[str, str]) -> dict[str, str]:
    """Settings with which a driver finds the API server and its token; both kinds are read at different places."""
    token, authority = (mounts.host(f"{SERVICE_ACCOUNT}/{name}") for name in ("token", "ca.crt"))
    return {
        "spark.kubernetes.driver.master": api_address(environ),
        "spark.kubernetes.authenticate.driver.mounted.oauthTokenFile": token,
        "spark.kubernetes.authenticate.driver.mounted.caCertFile": authority,
        "spark.kubernetes.authenticate.oauthTokenFile": token,
        "spark.kubernetes.authenticate.caCertFile": authority,
    }


def api_address(environ: Mapping[str, str]) -> str:
    """The API server's URL, from the variables that Kubernetes gives every container."""
    return f"https://{environ['KUBERNETES_SERVICE_HOST']}:{environ['KUBERNETES_SERVICE_PORT']}"


def _fetched(value: str, folder: Path) -> str:
    """A list of files with the objects among them fetched; the name after `#` is kept."""
    return ",".join(_fetched_item(item.strip(), folder) for item in value.split(","))


def _fetched_item(item: str, folder: Path) -> str:
    if not objects.is_object(item):
        return item
    fragment = item.partition("#")[2]
    return f"{objects.fetch(item, folder)}{'#' + fragment if fragment else ''}"
