"""The Spark that job runs run: fetched in the background when a job first needs it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from local import spark
from local.aws.emulator.eks.state import now

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.background import Background

LOG = logging.getLogger(__name__)


class Spark:
    """Whether Spark is there; fetches it once for all job runs that wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetching = False
        self._failure: tuple[datetime, spark.SparkUnavailable] | None = None

    def ready(self, background: Background, since: datetime) -> bool:
        """Say whether Spark is there, and begin to fetch it otherwise.

        A job run of before a fetch that failed fails with it; a later one has it tried again.

        Raises:
            SparkUnavailable: a fetch failed after `since`.
        """
        if spark.find() is not None:
            return True
        with self._lock:
            if self._failure is not None and since < self._failure[0]:
                raise self._failure[1]
            if not self._fetching:
                self._fetching = True
                background.start("fetching Spark", self._fetch)
        return False

    def _fetch(self) -> None:
        failure = spark.SparkUnavailable("Spark could not be fetched; see the log of the AWS emulator.")
        try:
            spark.ensure(LOG.info)
        except spark.SparkUnavailable as error:
            failure = error
            LOG.warning("Spark is not available: %s", error)
            self._end(failure)
        except Exception:
            self._end(failure)
            raise
        else:
            self._end(None)

    def _end(self, failure: spark.SparkUnavailable | None) -> None:
        with self._lock:
            self._fetching = False
            self._failure = (now(), failure) if failure else None
