"""Answers the requests of one service: route, identify, bind, validate, handle, serialise."""

from __future__ import annotations

import functools
import json
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.aws.emulator.rest_json.errors import PROTOCOL_STATUS, NotHandledError, ServiceError
from local.aws.emulator.rest_json.routes import HttpRequest, Routes, bind
from local.aws.emulator.rest_json.serialization import serialise
from local.aws.emulator.rest_json.validation import message, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.aws.emulator.principals import Caller

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who calls an operation, and where."""

    caller: Caller
    """The identity behind the access key."""
    region: str
    """Region of the request's signature."""

    @property
    def account(self) -> str:
        """Account of the caller, which is the account the call is about."""
        return self.caller.account


@dataclass(frozen=True, kw_only=True)
class Operation:
    """How one operation of the model is handled."""

    run: Callable[[Call, dict[str, Any]], dict[str, Any] | None]
    """Takes the call and the validated parameters, gives the output document."""
    lacks: tuple[str, ...] = ()
    """Input members that the embedded cloud does not have: a request with one is refused by name."""
    judged: tuple[str, ...] = ()
    """Optional input members that `run` checks against the model itself, in its own time and words."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    status: int
    """HTTP status."""
    document: dict[str, Any]
    """What the body says."""
    error: str = ""
    """Code of the error, for the header x-amzn-ErrorType."""

    @property
    def body(self) -> bytes:
        """The body, JSON."""
        return json.dumps(self.document).encode()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Headers of the rest-json protocol."""
        fixed = [("Content-Type", "application/json"), ("x-amzn-RequestId", str(uuid.uuid4()))]
        return [*fixed, ("x-amzn-ErrorType", self.error)] if self.error else fixed


class Service:
    """One emulated service of the rest-json protocol."""

    def __init__(self, name: str, operations: Mapping[str, Operation], *, invalid: str) -> None:
        """Take the service's name in botocore, what is handled, and the code of its validation errors."""
        self.name = name
        self.model = _model(name)
        self._routes = Routes(self.model)
        self._operations = operations
        self._invalid = invalid

    def answer(
        self,
        request: HttpRequest,
        call: Callable[[], Call],
        count: Callable[[str], None],
        admit: Callable[[Call, str, dict[str, Any]], None] | None = None,
    ) -> Answer:
        """Answer one request.

        `call` finds the caller or raises, `count` is told the operation's name, `admit` raises for an operation with
        parameters that does not even reach the service.
        """
        try:
            operation, labels = self._routes.find(request)
            count(operation.name)
            caller, params = call(), bind(operation, labels, request)
            if admit:
                admit(caller, operation.name, params)
            result = self._run(operation, params, caller)
            return Answer(status=200, document=serialise(operation.output_shape, result))
        except ServiceError as error:
            document = {"message": error.message, **error.fields}
            return Answer(status=self._status(error.code), document=document, error=error.code)
        except NotHandledError as error:
            LOG.warning("not handled: %s", error)
            document = {"message": f"The embedded cloud has no {error}."}
            return Answer(status=501, document=document, error="NotImplementedException")
        except Exception:
            LOG.exception("%s %s failed", request.method, request.path)
            document = {"message": "Internal failure; see the log of the AWS emulator."}
            return Answer(status=500, document=document, error="InternalFailure")

    def _run(self, operation: Any, params: dict[str, Any], call: Call) -> dict[str, Any]:
        handled = self._operations.get(operation.name)
        if handled is None:
            raise NotHandledError(f"{self.name}:{operation.name}")
        checked = {name: value for name, value in params.items() if name not in handled.judged}
        found = list(violations(operation.input_shape, checked))
        if found:
            raise ServiceError(self._invalid, message(found))
        for member in handled.lacks:
            if member in params:
                raise NotHandledError(f"{self.name}:{operation.name} with {member}")
        return handled.run(call, params) or {}

    def _status(self, code: str) -> int:
        if code in PROTOCOL_STATUS:
            return PROTOCOL_STATUS[code]
        shape: Any = self.model.shape_for(code)
        status: int = shape.metadata["error"]["httpStatusCode"]
        return status


@functools.cache
def _model(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"))
