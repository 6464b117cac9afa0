"""A tenant, as its team writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from spec.events import EventsSpec
from spec.job_role import JobRoleSpec
from spec.job_templates import JobTemplateSpec  # noqa: TC001 - what reads a file resolves the fields
from spec.scheduler import SchedulerSpec  # noqa: TC001 - what reads a file resolves the fields
from spec.sizes import QuotaSpec, SizeName
from spec.templates import PodTemplatesSpec
from spec.tenant_network import TenantNetworkSpec

Access = Literal["submit", "debug", "manage"]
"""What people and schedulers may be let do with a tenant: run its jobs, look into them, run its virtual cluster."""


@dataclass(frozen=True, kw_only=True)
class TenantSpec:
    """A data team's place on the platform."""

    name: str
    """The team's short name: its namespace, part of its roles' names, and the name of its file."""
    owner: str
    """Who answers for the tenant; a label and a tag."""
    cost_centre: str
    """Who pays; a label and a tag."""
    stack: str
    """The stack that holds the tenant; chosen once, when the tenant is added."""
    size: SizeName = "small"
    """How much of the cluster it may use; small unless said."""
    quota: QuotaSpec = field(default_factory=QuotaSpec)
    """Figures that differ from the size's."""
    placement: Literal["shared", "dedicated", "fargate"] = "shared"
    """Where its pods run: on nodes that all share, on nodes that no other tenant's pods come to, or on Fargate."""
    accept_fargate_network: bool = False
    """Whether it is accepted that on Fargate security groups alone fence its pods off; placement fargate needs it."""
    log_retention_days: int = 90
    """Days that CloudWatch keeps the logs of the tenant's jobs, one of its figures."""
    allow_data_loss: bool = False
    """Whether removing the tenant may take its logs; the stack must allow it too."""
    registries: tuple[str, ...] = ()
    """Registries, or parts of them, that its images may come from beside EMR's; by default no other."""
    roles: tuple[JobRoleSpec, ...] = (JobRoleSpec(name="job"),)
    """The roles of its jobs, one trust domain; by default one named `job` without data."""
    network: TenantNetworkSpec = TenantNetworkSpec()  # noqa: RUF009 - frozen
    """Whom its pods may talk to beside themselves, the cluster and AWS; by default nobody."""
    boundary: str | None = None
    """ARN of the policy that bounds what its roles can be given; by default the stack's, if it has one."""
    access: tuple[Access, ...] = ("submit",)
    """IAM policies made for people and schedulers of the tenant, to be attached to them; by default to submit only."""
    manage_with_mfa: bool = False
    """Whether changing and deleting its virtual cluster by the policy manage takes multi-factor authentication."""
    pod_templates: PodTemplatesSpec = field(default_factory=PodTemplatesSpec)
    """What it adds to the pod templates of its jobs; by default nothing."""
    job_templates: tuple[JobTemplateSpec, ...] = ()
    """Job templates of EMR that are made for it; by default none."""
    template_only: bool = False
    """Whether people and schedulers may start jobs by these templates alone; by default they may start any."""

    events: EventsSpec = EventsSpec()  # noqa: RUF009 - frozen
    """What it hears of its job runs in its queue; by default their ends."""
    scheduler: SchedulerSpec | None = None
    """How many of its job runs EMR lets live at a time; by default EMR's own limits hold."""
    drain_on_delete: bool = False
    """Whether removing it cancels the job runs that live; by default it is refused while any does."""

    @property
    def namespace(self) -> str:
        """The Kubernetes namespace of the tenant."""
        return self.name

    @property
    def tags(self) -> dict[str, str]:
        """AWS tags of what belongs to the tenant."""
        return {"tenant": self.name, "owner": self.owner, "cost-centre": self.cost_centre}
