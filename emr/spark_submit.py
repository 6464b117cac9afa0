"""The words of `sparkSubmitParameters` and the Spark settings they mean.

Source: apache/spark, `SparkSubmitOptionParser` and `SparkSubmitArguments`: which options exist, which setting each
stands for, that an option beats `--conf` for the same setting, and that the last `--conf` of a setting counts.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from types import MappingProxyType

from emr.fault import Fault
from emr.nearest import nearest

SETTINGS = MappingProxyType(
    {
        "--archives": "spark.archives",
        "--driver-class-path": "spark.driver.extraClassPath",
        "--driver-cores": "spark.driver.cores",
        "--driver-java-options": "spark.driver.extraJavaOptions",
        "--driver-library-path": "spark.driver.extraLibraryPath",
        "--driver-memory": "spark.driver.memory",
        "--exclude-packages": "spark.jars.excludes",
        "--executor-cores": "spark.executor.cores",
        "--executor-memory": "spark.executor.memory",
        "--files": "spark.files",
        "--jars": "spark.jars",
        "--keytab": "spark.kerberos.keytab",
        "--name": "spark.app.name",
        "--num-executors": "spark.executor.instances",
        "--packages": "spark.jars.packages",
        "--principal": "spark.kerberos.principal",
        "--py-files": "spark.submit.pyFiles",
        "--repositories": "spark.jars.repositories",
    }
)
"""Options of spark-submit by the setting each stands for."""

OWN = MappingProxyType(
    {
        "--master": "EMR gives the address of the cluster of the virtual cluster",
        "--deploy-mode": "EMR always submits in mode cluster: the driver is a pod of its own",
        "--properties-file": "EMR gives its own file, from its defaults and your spark-defaults",
        "--kill": "CancelJobRun ends a job",
        "--status": "DescribeJobRun tells a job's state",
        "--help": "spark-submit would print its help and run nothing",
        "--version": "spark-submit would print its version and run nothing",
    }
)
"""Options that cannot stand in a job run's parameters, with the reason (our own list: EMR publishes none)."""

_NO_SETTING = ("--class", "--proxy-user", "--queue", "--total-executor-cores", "--remote")
_FLAGS = ("--verbose", "-v", "--supervise")
_CONF = ("--conf", "-c")
_KNOWN = (*SETTINGS, *OWN, *_NO_SETTING, *_FLAGS, *_CONF)
_LONG_DASHES = "\N{EM DASH}\N{EN DASH}"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What a text of parameters says."""

    settings: MappingProxyType[str, str]
    """Spark settings, from options and `--conf` alike."""
    main_class: str | None
    """Value of `--class`."""
    faults: tuple[Fault, ...]
    """What spark-submit, or EMR, would not take."""


class _Reading:
    def __init__(self) -> None:
        self.conf: dict[str, str] = {}
        self.options: dict[str, tuple[str, str]] = {}
        self.main_class: str | None = None
        self.faults: list[Fault] = []

    def option(self, name: str, value: str) -> None:
        if name in _CONF:
            self.setting(value)
        elif name in OWN:
            self.refuse(name, "any option but those EMR gives itself", OWN[name], f"the parameters without {name}")
        elif name in SETTINGS:
            self.options[SETTINGS[name]] = (name, value)
        elif name == "--class":
            self.main_class = value

    def setting(self, text: str) -> None:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            why = "spark-submit ends with: Spark config without '='"
            self.refuse(f"--conf {text}", "--conf key=value", why, f"--conf {text or 'spark.executor.cores'}=<value>")
            return
        if key in self.conf and self.conf[key] != value:
            why = f"of two values of one setting the last counts: {value!r}"
            self.refuse(f"{key} twice: {self.conf[key]!r} and {value!r}", "one value", why, f"--conf {key}={value}")
        self.conf[key] = value

    def refuse(self, given: str, allowed: str, why: str, write: str) -> None:
        self.faults.append(Fault(given=given, allowed=allowed, why=why, write=write))

    def finish(self) -> Parameters:
        settings = dict(self.conf)
        for key, (name, value) in self.options.items():
            if settings.get(key, value) != value:
                why = f"spark-submit prefers the option: {key} would be {value!r}"
                self.refuse(f"{name} {value} and --conf {key}={settings[key]}", "one of them", why, f"{name} {value}")
            settings[key] = value
        return Parameters(settings=MappingProxyType(settings), main_class=self.main_class, faults=tuple(self.faults))


def parse(text: str) -> Parameters:
    """Read parameters as a shell would split them and spark-submit would understand them."""
    reading = _Reading()
    try:
        words = shlex.split(text)
    except ValueError as error:
        reading.refuse(
            text.strip()[-60:], "closed quotes", f"the text does not split into words: {error}", "the missing quote"
        )
        return reading.finish()
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in _FLAGS:
            continue
        if name not in _KNOWN:
            _unknown(reading, word, name)
            return reading.finish()
        if equals or name in ("--help", "--version"):
            reading.option(name, value)
        elif words:
            reading.option(name, words.pop(0))
        else:
            reading.refuse(name, f"{name} and its value", "spark-submit ends with: Missing argument", f"{name} <value>")
    return reading.finish()


def _unknown(reading: _Reading, word: str, name: str) -> None:
    """Report a word that is no option. What follows is not read: whose value is whose cannot be told."""
    if word[:1] in _LONG_DASHES and word:
        why = "this is a long dash, as some printed guides have it; spark-submit would take the word for the program"
        reading.refuse(repr(word), "options with two hyphens", why, f"--{word.lstrip(_LONG_DASHES + '-')}")
    elif word.startswith("-"):
        near = nearest(name, _KNOWN)
        why = "spark-submit ends with: Unrecognized option"
        reading.refuse(word, "options of spark-submit", why, near or "--conf key=value")
    else:
        why = "spark-submit would take the word for the program, and the entry point for its argument"
        write = "the program in entryPoint, its arguments in entryPointArguments"
        if "=" in word:
            write = f"--conf {word}"
        reading.refuse(repr(word), "options, each followed by its value", why, write)
