"""Gets a pod's volumes ready, and keeps its tokens fresh."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError
from local.control_plane.kubelet import volumes
from local.control_plane.kubelet.sources import MissingError, Sources
from local.control_plane.kubelet.tokens import PodTokens

if TYPE_CHECKING:
    from local.control_plane.api import Api
    from local.control_plane.kubelet.events import Events
    from local.control_plane.kubelet.fields import Place
    from local.control_plane.kubelet.folders import PodFolder

Document = dict[str, Any]

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2
_QUIET_ATTEMPTS = 3
_RENEWAL_PAUSE_SECONDS = 10


class Mounting:
    """The volumes of one pod."""

    def __init__(self, api: Api, folder: PodFolder, sources: Sources, events: Events) -> None:
        """Read with `api`, which is the pod's node."""
        self._api = api
        self._folder = folder
        self._sources = sources
        self._events = events
        self._attempts = 0
        self._renew_at = float("inf")
        self.done = False
        """Whether all volumes are there."""

    def attempt(self, pod: Document, place: Place) -> float:
        """Make the volumes; returns the seconds after which to try again, 0 when all are there."""
        for volume in pod["spec"].get("volumes", []):
            problem = self._write(volume, pod, place)
            if problem is None:
                continue
            self._attempts += 1
            # The authorizer learns of a pod a moment after the kubelet does: a first refusal is not worth an event.
            if isinstance(problem, MissingError) or self._attempts > _QUIET_ATTEMPTS:
                message = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {problem}'
                self._events.warning("FailedMount", message)
            return min(_FIRST_PAUSE_SECONDS * 2**self._attempts, _LONGEST_PAUSE_SECONDS)
        self.done = True
        return 0

    def renew(self, pod: Document, place: Place) -> float:
        """Write tokens anew that come to their end; returns the seconds until the next renewal."""
        if time.monotonic() >= self._renew_at:
            self._renew_at = float("inf")
            for volume in pod["spec"].get("volumes", []):
                if volumes.has_token(volume) and self._write(volume, pod, place) is not None:
                    self._renew_at = time.monotonic() + _RENEWAL_PAUSE_SECONDS
        return max(self._renew_at - time.monotonic(), 0)

    def _write(self, volume: Document, pod: Document, place: Place) -> Exception | None:
        """Make or renew one volume; returns what stands in the way."""
        tokens = PodTokens(self._api, pod)
        try:
            volumes.write(
                self._folder.volume(volume["name"]), volume, pod, place=place, sources=self._sources, tokens=tokens
            )
        except (MissingError, ApiError) as error:
            return error
        self._renew_at = min(self._renew_at, tokens.renew_at)
        return None
