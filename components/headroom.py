"""Room that is kept free for jobs, so that they need not wait for nodes."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from emr import registries
from spec.headroom import NAMESPACE, HeadroomSpec
from spec.place import Place

_LABELS = {"app.kubernetes.io/name": "headroom"}
# The pause image that EKS's own nodes use (awslabs/amazon-eks-ami, cache-pause-container).
_IMAGE = "eks/pause:3.5"
_ANYONE = 65535


@dataclass(frozen=True, kw_only=True)
class HeadroomArgs:
    """How much room is kept free, and where."""

    spec: HeadroomSpec
    """Number and size of the pods."""
    place: Place
    """Platform, account and Region; the image comes from EKS's registry in the Region."""
    priority_class: pulumi.Input[str]
    """Priority class of the pods, below that of any work."""


class Headroom(pulumi.ComponentResource):
    """Pause pods, as many in each zone, that the scheduler pushes out for real work; then they wait for new nodes."""

    def __init__(self, name: str, args: HeadroomArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Headroom", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=NAMESPACE, labels={"pod-security.kubernetes.io/enforce": "restricted"}
            ),
            opts=child,
        )
        kubernetes.apps.v1.Deployment(
            f"{name}-pods",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name="headroom",
                namespace=namespace.urn.apply(lambda _: NAMESPACE),
                # Pods that have been pushed out, and wait, are as they should be.
                annotations={"pulumi.com/skipAwait": "true"},
            ),
            spec=kubernetes.apps.v1.DeploymentSpecArgs(
                replicas=args.spec.count,
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=_LABELS),
                template=kubernetes.core.v1.PodTemplateSpecArgs(
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=_LABELS), spec=_pod(args)
                ),
            ),
            opts=child,
        )
        self.register_outputs({})


def _pod(args: HeadroomArgs) -> kubernetes.core.v1.PodSpecArgs:
    amount = {"cpu": args.spec.cpu, "memory": args.spec.memory}
    _, account = registries.of_aws(args.place.region)
    return kubernetes.core.v1.PodSpecArgs(
        priority_class_name=args.priority_class,
        termination_grace_period_seconds=0,
        automount_service_account_token=False,
        topology_spread_constraints=[
            kubernetes.core.v1.TopologySpreadConstraintArgs(
                max_skew=1,
                topology_key="topology.kubernetes.io/zone",
                when_unsatisfiable="DoNotSchedule",
                label_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=_LABELS),
            )
        ],
        security_context=kubernetes.core.v1.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=_ANYONE,
            run_as_group=_ANYONE,
            seccomp_profile=kubernetes.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[
            kubernetes.core.v1.ContainerArgs(
                name="pause",
                image=f"{registries.host(account, args.place.region)}/{_IMAGE}",
                resources=kubernetes.core.v1.ResourceRequirementsArgs(requests=amount, limits=amount),
                security_context=kubernetes.core.v1.SecurityContextArgs(
                    allow_privilege_escalation=False,
                    read_only_root_filesystem=True,
                    capabilities=kubernetes.core.v1.CapabilitiesArgs(drop=["ALL"]),
                ),
            )
        ],
    )
