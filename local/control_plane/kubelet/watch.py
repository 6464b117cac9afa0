"""Follows a collection of the API server: list, then watch, over and over (Kubernetes API concepts)."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from local.control_plane.api import Api, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]

LOG = logging.getLogger(__name__)
_SECONDS = 240
_PAUSE_SECONDS = 0.5


def follow(
    api: Api, path: str, changed: Callable[[Document], None], gone: Callable[[Document], None], **parameters: str
) -> None:
    """Call `changed` with every object that there is, was made or was changed, `gone` with each that is no more.

    Never returns; what the API server cannot tell now is asked again.
    """
    known: dict[str, Document] = {}
    while True:
        try:
            _follow(api, path, known, changed=changed, gone=gone, parameters=parameters)
        except ApiError as error:
            if error.status != 410:  # noqa: PLR2004 (Gone: too old a version, part of normal life)
                LOG.warning("watching %s: %s", path, error.message)
                time.sleep(_PAUSE_SECONDS)


def _follow(
    api: Api,
    path: str,
    known: dict[str, Document],
    *,
    changed: Callable[[Document], None],
    gone: Callable[[Document], None],
    parameters: dict[str, str],
) -> None:
    answer = api.get(f"{path}?{urlencode(parameters)}")
    listed: dict[str, Document] = {item["metadata"]["uid"]: item for item in answer["items"]}
    for uid in known.keys() - listed.keys():
        gone(known.pop(uid))
    for uid, item in listed.items():
        known[uid] = item
        changed(item)
    version = answer["metadata"]["resourceVersion"]
    while True:
        for event in api.watch(path, _SECONDS, resourceVersion=version, allowWatchBookmarks="true", **parameters):
            item: Document = event["object"]
            if event["type"] == "ERROR":
                raise ApiError(item.get("code", 0), item.get("reason", ""), item.get("message", ""))
            version = item["metadata"]["resourceVersion"]
            if event["type"] == "DELETED":
                known.pop(item["metadata"]["uid"], None)
                gone(item)
            elif event["type"] != "BOOKMARK":
                known[item["metadata"]["uid"]] = item
                changed(item)
