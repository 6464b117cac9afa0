"""The providers of a stack: made once, explicit, and handed down by parents.

None takes its Region or account from wherever the program happens to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.provider import Provider, ProviderArgs

if TYPE_CHECKING:
    import pulumi

    from spec.contracts import Foundation
    from stacks.settings import Settings


def amazon(settings: Settings) -> list[pulumi.ProviderResource]:
    """The providers of AWS resources: Pulumi's own and ours, for one Region and account."""
    tags = {"platform": settings.place.platform, "stack": settings.stack, "managed-by": "pulumi"}
    return [
        aws.Provider(
            "aws",
            region=settings.place.region,
            allowed_account_ids=[settings.place.account],
            default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
        ),
        Provider("tenancy", ProviderArgs(region=settings.place.region)),
    ]


def cluster(foundation: Foundation[Any]) -> pulumi.ProviderResource:
    """The provider of Kubernetes objects in a platform's cluster; another cluster is another provider."""
    return kubernetes.Provider(
        "kubernetes", kubeconfig=foundation.kubeconfig, cluster_identifier=foundation.cluster_arn
    )
