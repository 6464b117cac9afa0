"""The words of spark-submit: options, then the application and its own arguments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.spark.container.properties import read

# Options without a value (apache/spark, SparkSubmitOptionParser).
_SWITCHES = frozenset({"--help", "-h", "--supervise", "--usage-error", "--verbose", "-v", "--version"})
_CONF = ("--conf", "-c")


@dataclass(frozen=True, kw_only=True)
class SubmitArguments:
    """Arguments of spark-submit, cut where the application begins."""

    options: tuple[str, ...]
    """Everything before the application."""
    application: tuple[str, ...]
    """The application's file and its own arguments; empty where none was given."""

    def with_settings(self, settings: dict[str, str]) -> list[str]:
        """The words again, with settings that win over all `--conf` before them: the last one counts."""
        conf = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        return [*self.options, *conf, *self.application]

    def settings(self) -> dict[str, str]:
        """What `--conf` sets, over what the properties file sets."""
        settings: dict[str, str] = {}
        files = [value for name, value in self._pairs() if name == "--properties-file"]
        if files and Path(files[-1]).is_file():
            settings |= read(Path(files[-1]))
        for name, value in self._pairs():
            if name in _CONF and "=" in value:
                key, _, content = value.partition("=")
                settings[key.strip()] = content
        return settings

    def _pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        words = iter(self.options)
        for word in words:
            name, equals, value = word.partition("=")
            if equals or word in _SWITCHES:
                pairs.append((name, value))
            else:
                pairs.append((word, next(words, "")))
        return pairs


def parse(words: list[str]) -> SubmitArguments:
    """Cut the words: an option takes the next word as its value unless it is a switch or holds `=`."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        word = words[place]
        place += 1 if word in _SWITCHES or (word.startswith("--") and "=" in word) else 2
    return SubmitArguments(options=tuple(words[:place]), application=tuple(words[place:]))
