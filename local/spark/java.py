"""The Java that runs Spark: the machine's own if it is suitable, else one that comes as a package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from shlex import quote

OLDEST, NEWEST = 17, 21
"""Feature releases of Java on which Spark 4.0 runs (Spark 4.0 documentation, "Downloading")."""
# Spark starts every JVM with it (launcher, JavaModuleOptions): a Java without that module refuses to start.
_MODULE = "--add-modules=jdk.incubator.vector"
_PROBE_SECONDS = 20
_WRAPPER = f"""#!/bin/sh
# This Java has no module jdk.incubator.vector, which Spark names for every JVM and can do without.
for word; do
    shift
    [ "$word" = {_MODULE} ] || set -- "$@" "$word"
done
exec %s "$@"
"""


def installed_java() -> Path | None:
    """The suitable `java` of JAVA_HOME or, failing that, of PATH; its symbolic links are followed."""
    home = os.environ.get("JAVA_HOME")
    candidates = [str(Path(home) / "bin" / "java")] if home else []
    on_path = shutil.which("java")
    candidates += [on_path] if on_path else []
    found = (Path(candidate).resolve() for candidate in candidates)
    return next((java for java in found if _is_suitable(java)), None)


def _is_suitable(java: Path) -> bool:
    """Whether it starts with Spark's options and is of a release that Spark runs on."""
    try:
        probe = subprocess.run(
            [java, _MODULE, "-version"], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.search(r'version "(\d+)', probe.stderr)
    return probe.returncode == 0 and version is not None and OLDEST <= int(version[1]) <= NEWEST


def wrap(runtime: Path, home: Path) -> Path:
    """Make `home` a JAVA_HOME whose `java` is that of `runtime` without the module it lacks; returns the program."""
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(_WRAPPER % quote(str(runtime / "bin" / "java")))
    java.chmod(0o755)
    return java
