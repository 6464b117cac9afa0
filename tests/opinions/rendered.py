"""Everything the program renders for other judges: policy documents and Kubernetes objects, each with a name."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.versions import RELEASES
from iam import endpoints
from tests.conftest import ACCOUNT, REGION, STACK_FILES, _record_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Recording

STACKS = tuple(sorted(file.stem.partition(".")[2] for file in STACK_FILES.glob("Pulumi.*.yaml")))
CLUSTER = f"arn:aws:emr-containers:{REGION}:{ACCOUNT}:/virtualclusters/abc"
EXAMPLES = {
    "only_principals": endpoints.only_principals([f"arn:aws:iam::{ACCOUNT}:role/submitter"]),
    "only_reading": endpoints.only_reading(ACCOUNT),
    "without_principals": endpoints.without_principals(["999999999999"]),
    "without_virtual_cluster": endpoints.without_virtual_cluster(CLUSTER, ACCOUNT),
}
"""Endpoint policies that callers may choose; no stack renders them by itself."""


ELSEWHERE = {
    "kubernetes:helm.sh/v4:Chart": "a chart is rendered where the provider has it; the API server judges its objects",
    "kubernetes:karpenter.sh/v1:NodePool": "its definition is Karpenter's own, which the API server holds",
    "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": "its definition is Karpenter's own, which the API server holds",
    "kubernetes:crd.k8s.amazonaws.com/v1alpha1:ENIConfig": "its definition is the VPC CNI's own",
    "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy": "its definition is the VPC resource controller's",
    "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": "its definition is the secrets driver's own",
}
"""Kinds that are none of Kubernetes' own, and why its schemas do not have them."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A policy document."""

    name: str
    """The stack, then types and name of the resource, then the property: `local aws:kms/key:Key::data-key policy`."""
    owner: str
    """What documents of one kind and owner share a limit by: for inline policies, their role."""
    document: dict[str, Any]

    @property
    def statements(self) -> list[dict[str, Any]]:
        return self.document["Statement"]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A Kubernetes resource of the program."""

    name: str
    kubernetes: str
    """Version of the cluster that it is for."""
    type: str
    """Pulumi's name of its kind."""
    content: dict[str, Any]


@functools.cache
def recording(stack: str) -> Recording:
    return _record_stack(stack)


@functools.cache
def documents() -> tuple[Rendered, ...]:
    """Every policy document of every stack, and the examples."""
    found = [each for stack in STACKS for each in _of_stack(stack)]
    examples = [Rendered(name=f"example {name}", owner=name, document=each) for name, each in EXAMPLES.items()]
    return (*found, *examples)


@functools.cache
def manifests() -> tuple[Manifest, ...]:
    """Every Kubernetes resource of every stack."""
    return tuple(
        Manifest(
            name=f"{stack} {_tail(each.urn)}",
            kubernetes=_version(recording(stack)),
            type=each.type,
            content=each.inputs,
        )
        for stack in STACKS
        for each in recording(stack).resources
        if each.type.startswith("kubernetes:")
    )


def _of_stack(stack: str) -> Iterator[Rendered]:
    for resource in recording(stack).resources:
        for path, document in _within(resource.inputs, ()):
            owner = f"{stack} {resource.inputs.get('role', resource.name)}"
            yield Rendered(name=f"{stack} {_tail(resource.urn)} {'.'.join(path)}", owner=owner, document=document)
    for path, document in _within(recording(stack).exports, ()):
        name = f"{stack} output {'.'.join(path)}"
        yield Rendered(name=name, owner=name, document=document)


def _within(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The documents in a value, as text or as they are, with the way to each."""
    if isinstance(value, str) and '"Statement"' in value:
        yield path, json.loads(value)
    elif isinstance(value, dict) and "Statement" in value:
        yield path, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _within(part, (*path, str(key)))


def _tail(urn: str) -> str:
    return urn.split("::", 2)[2]


def _version(found: Recording) -> str:
    clusters = found.of("eks:index:Cluster")
    return clusters[0].inputs["version"] if clusters else max(RELEASES)
