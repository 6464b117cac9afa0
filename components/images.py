"""Images that the platform's charts pull; those of EMR and of EKS add-ons come from AWS's registries in the Region."""

from components import versions
from emr import registries
from emr.fault import Fault

KARPENTER = f"public.ecr.aws/karpenter/controller:{versions.KARPENTER}"
"""The controller that makes nodes."""
OF_CHARTS = (KARPENTER,)
"""Images by their usual names; where there is no NAT those outside of ECR in the Region need a mirror."""


def pulled(image: str, mirror: str | None) -> str:
    """Where nodes pull an image of another registry: there, or from the mirror under the same path."""
    return f"{mirror}/{image.partition('/')[2]}" if mirror else image


def check_mirror(mirror: str | None, region: str, *, needed: bool) -> list[Fault]:
    """What keeps nodes from pulling what the platform's charts name.

    Args:
        mirror: registry and path under which images of other registries are copied; None where they are not.
        region: the Region of the platform.
        needed: whether nodes reach nothing but AWS's endpoints in the Region, and charts are installed.
    """
    allowed = f"a repository's path in ECR in {region}, such as 123456789012.dkr.ecr.{region}.amazonaws.com/mirror"
    write = allowed.rpartition(" ")[2]
    if mirror is None:
        outside = [image for image in OF_CHARTS if registries.beyond_endpoints(image, region)] if needed else []
        why = f"without NAT no node can pull {', '.join(outside)}: copy what is listed there, under the same path"
        return [Fault(given="nothing", allowed=allowed, why=why, write=write)] if outside else []
    if "/" not in mirror or mirror.endswith("/") or registries.beyond_endpoints(mirror, region):
        why = "nodes pull through the endpoints of ECR, which lead to private registries of the Region only"
        return [Fault(given=repr(mirror), allowed=allowed, why=why, write=write)]
    return []
