"""What a custom resource of ours is: the operations that the engine asks for, on plain values."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import grpc

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from plugin.aws_clients import AwsClients


class Refused(Exception):  # noqa: N818 (a refusal is a result, told in the user's words)
    """The operation was not done; the message says why and what to do.

    Args:
        message: For the person who ran `pulumi`.
        status: How the engine takes it. INTERNAL, UNKNOWN and DATA_LOSS would mean that nobody knows whether the
            operation was done.
    """

    def __init__(self, message: str, status: grpc.StatusCode = grpc.StatusCode.FAILED_PRECONDITION) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as it is."""

    id: str
    """The name under which AWS or Kubernetes knows it; what `pulumi import` takes."""
    outputs: dict[str, Any]
    """Inputs and computed values."""


class Unfinished(Exception):  # noqa: N818 (a result, told in the user's words)
    """The resource was made or changed, but is not yet as it should be; the next `up` updates it again.

    Args:
        message: For the person who ran `pulumi`.
        state: The resource as it is now.
    """

    def __init__(self, message: str, state: State) -> None:
        super().__init__(message)
        self.state = state


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An input that cannot be accepted."""

    property: str
    """Name of the input."""
    reason: str
    """What was given, what is allowed, whose rule it is and what to write."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation that the engine asks for, and what it may use."""

    urn: str
    """The resource's name in its stack."""
    timeout: float
    """Seconds that the user gives the operation; 0 leaves it to the resource."""
    aws: AwsClients
    """Clients of AWS services, configured as the provider is."""
    cancelled: threading.Event
    """Set when the user cancels: stop waiting, say what is left."""
    tell: Callable[[str], None]
    """Show a warning beside the resource."""

    def pause(self, attempt: int, *, longest: float) -> None:
        """Wait before the next look: longer with each attempt, and never in step with others.

        Raises:
            Refused: the user cancelled.
        """
        seconds = min(longest, 0.1 * 2 ** min(attempt, 10)) * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
        if self.cancelled.wait(seconds):
            raise Refused("cancelled", grpc.StatusCode.CANCELLED)


class CustomResource(ABC):
    """One type of resource."""

    type_name: ClassVar[str]
    """Its type, such as `tenancy:index:VirtualCluster`."""
    inputs: ClassVar[frozenset[str]]
    """All inputs it knows; any other is refused."""
    replacing: ClassVar[frozenset[str]]
    """Inputs that cannot be changed: another value needs another resource."""
    delete_before_replace: ClassVar[bool]
    """Whether the old resource stands in the way of the new one."""
    computed: ClassVar[frozenset[str]]
    """Outputs that are not inputs."""

    @abstractmethod
    def check(self, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """Inputs with defaults filled in, and what is wrong with them. Unknown values are let through."""

    @abstractmethod
    def create(self, call: Call, inputs: dict[str, Any]) -> State:
        """Make it. Must be safe to repeat when an earlier answer was lost."""

    @abstractmethod
    def read(self, call: Call, resource_id: str, inputs: dict[str, Any]) -> State | None:
        """Look at it; None if it is gone. `inputs` are the recorded ones, empty on import."""

    @abstractmethod
    def update(self, call: Call, state: State, inputs: dict[str, Any]) -> State:
        """Change it to `inputs`."""

    @abstractmethod
    def delete(self, call: Call, state: State) -> None:
        """Remove it; it is no error if it is gone."""
