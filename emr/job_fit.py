"""Whether the pods of a job run fit a namespace, and what happens to the job when they do not.

Source: Kubernetes, "Limit Ranges" and "Resource Quotas"; the API server's words are those of 1.35. A driver that is
refused ends spark-submit at once; executors that are refused are asked for again and again while the job runs on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from emr.fault import Fault
from emr.job_shape import MAIN_CONTAINERS, Amounts, Component, Container, JobShape, Pod
from emr.quantities import cpu_text, memory_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Resource = Literal["cpu", "memory"]
"""What is bounded."""

_RESOURCES: tuple[Resource, ...] = ("cpu", "memory")
_CONSEQUENCES: dict[Component, str] = {
    "controller": "the submitter's pod is never made, and the job FAILS when its start times out",
    "driver": "spark-submit ends with these words, and the job FAILS",
    "executor": "the job stays RUNNING, lacks what was refused and asks again for ever; only the driver's log says why",
}


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The ResourceQuota and the LimitRange of a namespace; what is None is not bounded."""

    quota: str
    """Name of the ResourceQuota."""
    requests: Amounts
    """What all pods together may request."""
    limits: Amounts
    """Sum of all limits."""
    greatest: Amounts
    """Greatest limit of one container."""
    least: Amounts
    """Least request of one container."""
    default_limit: Amounts
    """Limit of a container that names none."""
    default_request: Amounts
    """Request of a container that names neither request nor limit."""


def admitted(container: Container, bounds: Bounds) -> Container:
    """The container with what the API server fills in: a limit given is a request too, then the defaults hold."""
    return Container(
        name=container.name,
        requests=_filled(_filled(container.requests, container.limits), bounds.default_request),
        limits=_filled(container.limits, bounds.default_limit),
    )


def counted(pod: Pod, bounds: Bounds) -> dict[str, Fraction]:
    """What a pod counts against a quota, by the quota's own names such as `limits.cpu`."""
    containers = [admitted(container, bounds) for container in pod.containers]
    return {
        f"{kind}.{resource}": sum(
            (_amount(getattr(each, kind), resource) or Fraction(0) for each in containers), Fraction()
        )
        for kind in ("requests", "limits")
        for resource in _RESOURCES
    }


def check_fit(shape: JobShape, bounds: Bounds) -> list[Fault]:
    """What of a job the API server would refuse in an empty namespace, each fault under the setting to change."""
    pods = (shape.submitter, shape.driver, *((shape.executor,) if shape.executors else ()))
    faults = [fault for pod in pods for fault in _check_containers(pod, bounds)]
    return faults or _check_quota(shape, bounds)


def _check_containers(pod: Pod, bounds: Bounds) -> Iterator[Fault]:
    for container in pod.containers:
        full = admitted(container, bounds)
        for resource in _RESOURCES:
            refusal = _refusal(full, resource, bounds)
            if refusal:
                given, allowed, words = refusal
                yield Fault(
                    where=_setting(pod.component, container, resource),
                    given=f"{given} for container {container.name}",
                    allowed=allowed,
                    why=f"the API server would say: {words}; {_CONSEQUENCES[pod.component]}",
                    write=allowed,
                )


def _refusal(container: Container, resource: Resource, bounds: Bounds) -> tuple[str, str, str] | None:
    """What is given, what is allowed, and the API server's words; it looks at the container itself first."""
    request, limit = _amount(container.requests, resource), _amount(container.limits, resource)
    greatest, least = _amount(bounds.greatest, resource), _amount(bounds.least, resource)
    counted_by_quota = f"limits.{resource}" in _hard(bounds)
    usage = f"{resource} usage per Container is"
    if request is not None and limit is not None and request > limit:
        asked, most = _text(resource, request), _text(resource, limit)
        words = f'Invalid value: "{asked}": must be less than or equal to {resource} limit of {most}'
        return f"{resource} request {asked}", f"at most {most}", words
    if limit is not None and greatest is not None and limit > greatest:
        asked, most = _text(resource, limit), _text(resource, greatest)
        return f"{resource} limit {asked}", f"at most {most}", f"maximum {usage} {most}, but limit is {asked}"
    if request is not None and least is not None and request < least:
        asked, fewest = _text(resource, request), _text(resource, least)
        return f"{resource} request {asked}", f"at least {fewest}", f"minimum {usage} {fewest}, but request is {asked}"
    if limit is None and counted_by_quota:
        words = f"failed quota: {bounds.quota}: must specify limits.{resource} for: {container.name}"
        return f"no {resource} limit", f"a {resource} limit, or a LimitRange with a default limit", words
    return None


@dataclass(frozen=True, kw_only=True)
class _Ledger:
    """A quota and what is used of it, by its own names."""

    quota: str
    hard: dict[str, Fraction]
    used: dict[str, Fraction]

    def over(self, count: dict[str, Fraction]) -> list[str]:
        return sorted(name for name in self.hard if self.used[name] + count[name] > self.hard[name])

    def fits(self, count: dict[str, Fraction], wanted: int) -> int:
        """How many pods of one count still fit, at most those wanted."""
        each = (int((self.hard[name] - self.used[name]) / count[name]) for name in self.hard if count[name])
        return min(wanted, *each, wanted)

    def after(self, count: dict[str, Fraction], times: int = 1) -> _Ledger:
        return replace(self, used={name: used + times * count[name] for name, used in self.used.items()})

    def words(self, count: dict[str, Fraction]) -> str:
        """What the API server says when it refuses a pod."""
        numbers = ", ".join(
            f"{word}: {','.join(f'{name}={_text(name, amounts[name])}' for name in self.over(count))}"
            for word, amounts in (("requested", count), ("used", self.used), ("limited", self.hard))
        )
        return f"exceeded quota: {self.quota}, {numbers}"


def _check_quota(shape: JobShape, bounds: Bounds) -> list[Fault]:
    ledger = _Ledger(quota=bounds.quota, hard=_hard(bounds), used=dict.fromkeys(_hard(bounds), Fraction()))
    for pod in (shape.submitter, shape.driver):
        count = counted(pod, bounds)
        over = ledger.over(count)
        if over:
            left = _text(over[0], ledger.hard[over[0]] - ledger.used[over[0]])
            return [
                Fault(
                    where=over[0],
                    given=f"{_text(over[0], count[over[0]])} for the {pod.component}'s pod",
                    allowed=f"{left}, what is left of the quota's {_text(over[0], ledger.hard[over[0]])}",
                    why=f"the API server would say: {ledger.words(count)}; {_CONSEQUENCES[pod.component]}",
                    write=f"a pod that counts at most {left}, or a larger quota",
                )
            ]
        ledger = ledger.after(count)
    count = counted(shape.executor, bounds)
    fitting = ledger.fits(count, shape.executors)
    if fitting == shape.executors:
        return []
    words = ledger.after(count, fitting).words(count)
    return [
        Fault(
            where="spark.executor.instances",
            given=f"{shape.executors} executors",
            allowed=f"{fitting} beside submitter and driver",
            why=f"the API server would say: {words}; {_CONSEQUENCES['executor']}",
            write=f"{fitting} executors, smaller ones, or a larger quota"
            if fitting
            else "smaller ones, a larger quota",
        )
    ]


def _hard(bounds: Bounds) -> dict[str, Fraction]:
    return {
        f"{kind}.{resource}": amount
        for kind, amounts in (("requests", bounds.requests), ("limits", bounds.limits))
        for resource in _RESOURCES
        if (amount := _amount(amounts, resource)) is not None
    }


def _text(name: str, amount: Fraction) -> str:
    return memory_text(amount) if name.endswith("memory") else cpu_text(amount)


def _setting(component: Component, container: Container, resource: Resource) -> str:
    """The setting that says how much of a resource a container asks for."""
    if container.name == MAIN_CONTAINERS[component]:
        return f"spark.{component}.{'cores' if resource == 'cpu' else 'memory'}"
    prefix = "emr-job-submitter: jobsubmitter." if component == "controller" else "emr-containers-defaults: "
    return f"{prefix}logging.request.{'cores' if resource == 'cpu' else 'memory'}"


def _amount(amounts: Amounts, resource: Resource) -> Fraction | None:
    return amounts.cpu if resource == "cpu" else amounts.memory


def _filled(amounts: Amounts, defaults: Amounts) -> Amounts:
    return Amounts(
        cpu=defaults.cpu if amounts.cpu is None else amounts.cpu,
        memory=defaults.memory if amounts.memory is None else amounts.memory,
    )
