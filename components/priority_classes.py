"""Whose pods go first where room is short, and whose make room."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes


@dataclass(frozen=True, kw_only=True)
class PriorityClassesArgs:
    """Names of the classes, as pod templates write them."""

    driver: str = "high-priority"
    """Class of drivers; 100."""
    executor: str = "low-priority"
    """Class of executors; 50."""
    default: str = "default-priority"
    """Class of pods that name none; 100."""
    headroom: str = "headroom"
    """Class of the pods that keep room free; below zero."""


class PriorityClasses(pulumi.ComponentResource):
    """Drivers push out executors and headroom, executors push out headroom only, headroom pushes out nothing.

    EMR's submitter takes nothing from pod templates, so it can name no class, and must get in where executors fill
    the cluster: hence a default class with the drivers' value, apart from theirs, so that a quota on the class of
    drivers does not count submitters. The default is the whole cluster's. From then on it is the priority of every
    new pod without a class, in any namespace: of add-ons and daemons that name none, which then go before executors,
    and of executors whose template names none, which then no driver pushes out. Pods that are there keep what they
    have, and the classes that begin with `system-` stay above all.
    """

    driver: pulumi.Output[str]
    """Name of the class of drivers, known once it is there."""
    executor: pulumi.Output[str]
    """Name of the class of executors, known once it is there."""
    default: pulumi.Output[str]
    """Name of the class of pods that name none, known once it is there."""
    headroom: pulumi.Output[str]
    """Name of the class of headroom, known once it is there."""

    def __init__(self, name: str, args: PriorityClassesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:PriorityClasses", name, None, opts)
        self._name = name
        self.driver = self._class("driver", args.driver, 100, "Spark drivers and other pods that must go first")
        self.executor = self._class("executor", args.executor, 50, "Spark executors; drivers push them out")
        self.default = self._class(
            "default", args.default, 100, "Pods that name no class, EMR's job submitters among them", is_default=True
        )
        self.headroom = self._class(
            "headroom", args.headroom, -10, "Pods that keep room free and give way to any other", preempts=False
        )
        self.register_outputs(
            {"driver": self.driver, "executor": self.executor, "default": self.default, "headroom": self.headroom}
        )

    def _class(
        self,
        suffix: str,
        class_name: str,
        value: int,
        description: str,
        *,
        is_default: bool = False,
        preempts: bool = True,
    ) -> pulumi.Output[str]:
        made = kubernetes.scheduling.v1.PriorityClass(
            f"{self._name}-{suffix}",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=class_name),
            value=value,
            global_default=is_default,
            preemption_policy="PreemptLowerPriority" if preempts else "Never",
            description=description,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return made.urn.apply(lambda _: class_name)
