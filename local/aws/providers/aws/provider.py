"""The provider's work in terms of property values: finds the type, unwraps and wraps secrets, names errors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from local.aws.providers.aws import check, diff, equality, lifecycle, projection, wire
from local.aws.providers.aws.failures import ApiError, PartlyDoneError, ProviderError, fault
from local.aws.providers.aws.forms import is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.aws.providers.aws.cloud import Cloud
    from local.aws.providers.aws.registry import Registry

Properties = dict[str, Any]
T = TypeVar("T")

_SHORTEST_SECRET: Final = 4
"""Characters; shorter secrets cannot be told from ordinary words of a message."""


@dataclass(frozen=True)
class Urn:
    """What a resource's URN says: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`."""

    type: str
    name: str

    @staticmethod
    def parse(urn: str) -> Urn:
        """Read a URN."""
        _, _, types, name = urn.split("::", 3)
        return Urn(types.rsplit("$", 1)[-1], name)


class Provider:
    """A configured provider. Values may hold secrets and unknowns; what comes back is marked like what went in."""

    def __init__(self, registry: Registry, cloud: Cloud) -> None:
        self.registry = registry
        self.cloud = cloud

    def check(
        self, urn: Urn, olds: Properties, news: Properties, seed: bytes
    ) -> tuple[Properties, list[check.Problem]]:
        """Give the checked inputs, still wrapped, and what is wrong with them."""
        try:
            resource = self.registry.resource(urn.type)
        except ProviderError as failure:
            return news, [check.Problem("", failure.message)]
        return check.check(resource, urn.name, olds, news, seed)

    def diff(
        self,
        urn: Urn,
        *,
        olds: Properties,
        old_inputs: Properties,
        news: Properties,
        ignored: Iterable[str],
    ) -> diff.Difference:
        """Compare state and inputs."""
        return diff.difference(
            self.registry.resource(urn.type),
            olds=wire.plain(olds),
            old_inputs=wire.plain(old_inputs),
            news=wire.plain(news),
            default_tags=self.cloud.configuration.default_tags,
            ignored=ignored,
        )

    def create(self, urn: Urn, inputs: Properties, timeout: float) -> tuple[str, Properties]:
        """Create the resource; give its id and outputs."""
        resource = self.registry.resource(urn.type)
        id_, outputs = self._named(
            urn,
            "Create",
            inputs,
            lambda: lifecycle.create(resource, self.cloud, wire.plain(inputs), timeout),
        )
        return id_, _marked(outputs, inputs)

    def preview_create(self, urn: Urn, inputs: Properties) -> Properties:
        """Give the outputs that a creation would have."""
        resource = self.registry.resource(urn.type)
        configuration = self.cloud.configuration
        every_tag = equality.merge_tags(configuration.default_tags, wire.plain(inputs.get("tags")))
        return _marked(projection.preview_of(resource, inputs, configuration.region, every_tag), inputs)

    def read(
        self,
        urn: Urn,
        id_: str,
        state: Properties,
        inputs: Properties | None,
    ) -> tuple[Properties, Properties] | None:
        """Give inputs and outputs as they are now; None if the resource is gone."""
        resource = self.registry.resource(urn.type)
        known = None if inputs is None else wire.plain(inputs)
        found = self._named(
            urn,
            "Read",
            [state, inputs],
            lambda: lifecycle.read(resource, self.cloud, id_, state=wire.plain(state), inputs=known),
        )
        if found is None:
            return None
        return _marked(found[0], inputs or {}), _marked(_marked(found[1], inputs or {}), state)

    def update(
        self,
        urn: Urn,
        id_: str,
        *,
        olds: Properties,
        old_inputs: Properties,
        news: Properties,
        ignored: Iterable[str],
        timeout: float,
    ) -> Properties:
        """Bring the resource to the new inputs; give its outputs."""
        resource = self.registry.resource(urn.type)
        outputs = self._named(
            urn,
            "Update",
            [olds, news],
            lambda: lifecycle.update(
                resource,
                self.cloud,
                id_,
                olds=wire.plain(olds),
                old_inputs=wire.plain(old_inputs),
                news=wire.plain(news),
                ignored=ignored,
                timeout=timeout,
            ),
        )
        return _marked(outputs, news)

    def preview_update(
        self,
        urn: Urn,
        *,
        olds: Properties,
        old_inputs: Properties,
        news: Properties,
        ignored: Iterable[str],
    ) -> Properties:
        """Give the outputs that an update would have."""
        resource = self.registry.resource(urn.type)
        changed = self.diff(urn, olds=olds, old_inputs=old_inputs, news=news, ignored=ignored).changed
        said = {name: value for name, value in news.items() if name in resource.sdk.properties}
        volatile = resource.row.volatile if changed - {"tags"} else ()
        unknown = dict.fromkeys(volatile, wire.UNKNOWN)
        result = {**olds, **said, **unknown}
        if resource.row.tags:
            default = self.cloud.configuration.default_tags
            result["tagsAll"] = equality.merge_tags(default, wire.plain(news.get("tags")))
        return _marked(result, news)

    def delete(self, urn: Urn, id_: str, state: Properties, timeout: float) -> None:
        """Delete the resource."""
        resource = self.registry.resource(urn.type)
        self._named(
            urn,
            "Delete",
            state,
            lambda: lifecycle.delete(resource, self.cloud, id_, wire.plain(state), timeout),
        )

    def _named(self, urn: Urn, verb: str, values: Any, work: Callable[[], T]) -> T:
        """Do the work; say in its errors which operation on which resource failed, and keep secrets out of them."""
        try:
            return work()
        except PartlyDoneError as partly:
            named = _failure(urn, verb, values, partly.reason)
            inputs = values[-1] if is_list(values) else values
            raise PartlyDoneError(partly.id, _marked(partly.properties, inputs), named) from partly
        except ProviderError as failure:
            raise _failure(urn, verb, values, failure) from failure
        except Exception as error:
            raise _failure(urn, verb, values, fault(error)) from error


def _failure(urn: Urn, verb: str, values: Any, failure: ProviderError) -> ProviderError:
    operation = failure.operation if isinstance(failure, ApiError) else verb
    message = f'{operation} {urn.type} "{urn.name}": {failure.message}'
    for text in sorted(wire.secret_texts(values), key=len, reverse=True):
        if len(text) >= _SHORTEST_SECRET:
            for spelling in (text, repr(text)[1:-1], json.dumps(text)[1:-1], quote(text)):
                message = message.replace(spelling, "[secret]")
    return ProviderError(message, failure.status)


def _marked(properties: Properties, pattern: Properties) -> Properties:
    """Mark as secret what is secret in the pattern; all tags follow the resource's own."""
    return wire.mark(properties, {"tagsAll": pattern.get("tags"), **pattern})
