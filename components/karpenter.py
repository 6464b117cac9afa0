"""Karpenter: the controller that launches nodes for pods that wait, and ends nodes that carry none."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components import images
from components.interruptions import Interruptions, InterruptionsArgs, scope_of
from components.versions import KARPENTER
from iam import karpenter, names
from iam.documents import render
from spec.capacity import CapacitySpec
from spec.place import Place

_DEFINITIONS = "karpenter-crd"
_CONTROLLER = "karpenter"


@dataclass(frozen=True, kw_only=True)
class KarpenterArgs:
    """How Karpenter is installed, and for which cluster it works."""

    spec: CapacitySpec
    """Place of the charts and number of pods."""
    place: Place
    """Platform, account and Region; the cluster has the platform's name."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster, known once its add-ons, EKS Pod Identity among them, and system nodes are there."""
    isolated: bool
    """Whether there is no way to AWS services that have no endpoint in the VPC: to the list of prices, that is."""
    mirror: str | None = None
    """Registry and path under which its image is copied; by default nodes pull it from where the chart does."""


class Karpenter(pulumi.ComponentResource):
    """The controller with its role, its queue of interruptions, and its definitions, all of one version.

    What depends on the component can be acted on, and is gone before the controller goes: else instances would stay
    that nobody ends.
    """

    def __init__(self, name: str, args: KarpenterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Karpenter", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=karpenter.NAMESPACE, labels={"pod-security.kubernetes.io/enforce": "restricted"}
            ),
            opts=child,
        )
        interruptions = Interruptions(f"{name}-interruptions", InterruptionsArgs(place=args.place), child)
        identity = self._identity(name, args)
        definitions = kubernetes.helm.v4.Chart(f"{name}-definitions", _chart(args.spec, _DEFINITIONS), child)
        kubernetes.helm.v4.Chart(
            f"{name}-controller",
            _chart(
                args.spec,
                _CONTROLLER,
                namespace=namespace.urn.apply(lambda _: karpenter.NAMESPACE),
                values=_values(args, interruptions.queue),
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[namespace, interruptions, *identity, definitions]),
        )
        self.register_outputs({})

    def _identity(self, name: str, args: KarpenterArgs) -> list[pulumi.Resource]:
        """Make the controller's role, and what makes its pods that role."""
        child = pulumi.ResourceOptions(parent=self)
        scope = scope_of(args.place)
        role = aws.iam.Role(
            f"{name}-role",
            name=names.platform_role(args.place.platform, karpenter.PURPOSE),
            assume_role_policy=render(karpenter.trust(scope)),
            opts=child,
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-permissions",
            name="permissions",
            role=role.name,
            policy=render(karpenter.controller(scope)),
            opts=child,
        )
        association = aws.eks.PodIdentityAssociation(
            f"{name}-identity",
            cluster_name=args.cluster_name,
            namespace=karpenter.NAMESPACE,
            service_account=karpenter.SERVICE_ACCOUNT,
            role_arn=role.arn,
            opts=child,
        )
        return [permissions, association]


def _chart(
    spec: CapacitySpec,
    chart: str,
    *,
    namespace: pulumi.Input[str] | None = None,
    values: dict[str, Any] | None = None,
) -> kubernetes.helm.v4.ChartArgs:
    return kubernetes.helm.v4.ChartArgs(
        chart=f"{spec.chart}/{chart}",
        version=KARPENTER if spec.from_registry else None,  # a folder holds one version
        name=chart,
        namespace=namespace,
        values=values,
        # The chart of the controller brings the definitions too, but Helm never updates those.
        skip_crds=True,
    )


def _values(args: KarpenterArgs, queue: pulumi.Output[str]) -> dict[str, Any]:
    """Return what differs from the chart's own values (charts/karpenter/values.yaml of that version)."""
    repository, _, tag = images.pulled(images.KARPENTER, args.mirror).rpartition(":")
    return {
        "replicas": args.spec.replicas,
        "serviceAccount": {"name": karpenter.SERVICE_ACCOUNT},
        # It leads to metrics alone: the Deployment says whether the controller is ready, a Service only later.
        "service": {"annotations": {"pulumi.com/skipAwait": "true"}},
        "controller": {
            "image": {"repository": repository, "tag": tag},
            # Requests make room for it on system nodes; memory is a limit, which the controller's collector reads.
            "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
        },
        "settings": {
            "clusterName": args.place.platform,
            "interruptionQueue": queue,
            "isolatedVPC": args.isolated,
            # Custom networking gives no pod an address of a node's first interface.
            "reservedENIs": "1",
        },
    }
