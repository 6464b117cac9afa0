"""Which operation of S3 a request is: method, path and query, as the service model has them, headers for copies."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.authorization.requests import RestRequest

_COPIES = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
_SUPERSEDED = (  # earlier forms on the same paths (S3 API reference: "no longer used")
    "CopyObject",
    "GetBucketLifecycle",
    "GetBucketNotification",
    "ListDirectoryBuckets",
    "PutBucketLifecycle",
    "PutBucketNotification",
    "UploadPartCopy",
    "WriteGetObjectResponse",
)


@dataclass(frozen=True, kw_only=True)
class _Route:
    name: str
    method: str
    depth: int
    """0 for the service, 1 for a bucket, 2 for an object."""
    query: Mapping[str, str]
    """What the query must have; an empty value is any."""


def operation(request: RestRequest) -> str:
    """Name the operation; empty if the service has none such."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    depth = 2 if key else 1 if bucket else 0
    for route in _routes():
        if (route.method, route.depth) == (request.method, depth) and _fits(route.query, request.query):
            if "x-amz-copy-source" in request.headers:
                return _COPIES.get(route.name, route.name)
            return route.name
    return ""


def _fits(wanted: Mapping[str, str], given: Mapping[str, str]) -> bool:
    return all(name in given and value in ("", given[name]) for name, value in wanted.items())


@functools.cache
def _routes() -> list[_Route]:
    """The routes of the model, the most particular first."""
    model: Any = Loader().load_service_model("s3", "service-2")
    found = [_route(name, each, model["shapes"]) for name, each in model["operations"].items()]
    known = (route for route in found if route.name not in _SUPERSEDED)
    return sorted(known, key=lambda route: -len(route.query))


def _route(name: str, document: Any, shapes: Any) -> _Route:
    path, _, query = document["http"]["requestUri"].partition("?")
    wanted = dict(parse_qsl(query, keep_blank_values=True))
    shape: Any = shapes[document["input"]["shape"]] if "input" in document else {}
    for member in shape.get("required", ()):
        described = shape["members"][member]
        if described.get("location") == "querystring":
            wanted[described["locationName"]] = ""
    depth = len([part for part in path.split("/") if part])
    return _Route(name=name, method=document["http"]["method"], depth=depth, query=wanted)
