"""One piece of work on one resource: calls in its name, its live state, waiting with an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws import reading, template
from local.aws.providers.aws.cloud import Cloud, partition
from local.aws.providers.aws.failures import ApiError, ProviderError, cancelled
from local.aws.providers.aws.forms import is_list

if TYPE_CHECKING:
    from local.aws.providers.aws.resource import Resource

_TIMEOUT: Final = 1200.0
"""Seconds that a resource may take to become ready or to go, unless the program says otherwise."""
_FIRST_PAUSE: Final = 0.05
_PAUSE: Final = 0.3
_IN_USE: Final = frozenset({"DependencyViolation", "ResourceInUseException"})
_IN_USE_TIMEOUT: Final = 10.0
"""Seconds that a deletion is tried again while something else still uses the resource."""


class Work:
    """What is done to one resource on one occasion; `rows.Work` is what rows may use of it."""

    def __init__(
        self,
        resource: Resource,
        cloud: Cloud,
        *,
        id_: str = "",
        properties: dict[str, Any],
        timeout: float = 0,
    ) -> None:
        """`properties` are plain; `timeout` is in seconds, 0 for the usual one."""
        self.resource = resource
        self.cloud = cloud
        self.id = id_
        self.region: str = properties.get("region") or cloud.configuration.region
        self.values = {
            **properties,
            "id": id_,
            "region": self.region,
            "partition": partition(self.region),
        }
        self.deadline = time.monotonic() + (timeout or _TIMEOUT)
        self._pauses = 0

    def named(self, id_: str) -> None:
        """Set the id that the resource has from now on, and what it says."""
        parsed = template.parse(self.resource.row.id, id_) if "{" in self.resource.row.id else None
        self.id = id_
        self.values = {**(parsed or {}), **self.values, "id": id_}

    def api(self, operation: str, /, **request: Any) -> dict[str, Any]:
        """Call an operation of the row's service."""
        return self.cloud.call(self.resource.row.service, operation, request, region=self.region)

    def read(self) -> reading.Live | None:
        """Read the resource; None if it is gone."""
        return reading.read(self.resource, self.cloud, self.values)

    def live(self) -> dict[str, Any] | None:
        """Give what the row's reads answer now, merged."""
        live = self.read()
        return None if live is None else live.raw

    def pause(self) -> None:
        """Wait a moment, longer after the first few times; raise when the time for the work is over."""
        if time.monotonic() > self.deadline:
            raise ProviderError("timed out")
        self._pauses += 1
        if self.cloud.cancelled.wait(_FIRST_PAUSE if self._pauses < 4 else _PAUSE):  # noqa: PLR2004 - a few
            raise cancelled()

    def until_ready(self, *, fully: bool = True) -> reading.Live | None:
        """Wait until the resource is ready and give it; raise with the service's reason if it failed."""
        wait = self.resource.row.wait
        while True:
            live = self.read()
            if live is None or wait is None:
                return live
            raw = live.parts[0][0]
            status = reading.search(wait.status, raw)
            if status in wait.ready or (status in wait.degraded and not fully):
                return live
            if status in wait.failed:
                reason = reading.search(wait.reason, raw) if wait.reason else None
                raise ProviderError(f"became {status}: {_text(reason)}" if reason else f"became {status}")
            try:
                self.pause()
            except ProviderError as failure:
                raise ProviderError(f"is still {status}: {failure.message}", failure.status) from None

    def until_gone(self) -> None:
        """Wait until the resource is gone, for types that go by states."""
        wait = self.resource.row.wait
        while wait is not None:
            live = self.read()
            if live is None:
                return
            status = reading.search(wait.status, live.parts[0][0])
            if status == "DELETE_FAILED":
                raise ProviderError(f"became {status}: {_text(reading.search(wait.reason, live.parts[0][0]))}")
            self.pause()

    def delete(self, operation: str, request: dict[str, Any]) -> None:
        """Call a delete operation; what is gone already is no error, what is in use is tried again for a while."""
        until = min(self.deadline, time.monotonic() + _IN_USE_TIMEOUT)
        while True:
            try:
                self.api(operation, **request)
            except ApiError as error:
                if error.gone:
                    return
                if error.code not in _IN_USE or time.monotonic() > until:
                    raise
                self.pause()
            else:
                return


def _text(reason: Any) -> str:
    return "; ".join(map(str, reason)) if is_list(reason) else str(reason)
