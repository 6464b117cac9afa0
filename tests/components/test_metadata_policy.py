from __future__ import annotations

from typing import TYPE_CHECKING

from spec import admission

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

POLICY = "kubernetes:networking.k8s.aws/v1alpha1:ClusterNetworkPolicy"


def test_by_request_one_policy_of_the_admin_tier_denies_metadata_to_all_guarded_namespaces(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    recording = record_stack("local", config=stack_config("local") | {"tenancy:metadataPolicy": "true"})
    (policy,) = recording.of(POLICY)
    assert policy.parent == recording.one("tenancy:index:MetadataPolicy", "metadata").urn
    spec = policy.inputs["spec"]
    assert (spec["tier"], spec["subject"]) == ("Admin", {"namespaces": {"matchLabels": {admission.LABEL: "true"}}})
    (rule,) = spec["egress"]
    assert (rule["action"], rule["to"]) == ("Deny", [{"networks": ["169.254.169.254/32"]}])
    assert "ingress" not in spec
    namespaces = recording.of("kubernetes:core/v1:Namespace")
    tenants = [each for each in namespaces if "tenant" in each.inputs["metadata"].get("labels", {})]
    assert tenants
    assert all(each.inputs["metadata"]["labels"][admission.LABEL] == "true" for each in tenants)


def test_unasked_there_is_none(local_stack: Recording) -> None:
    assert local_stack.of(POLICY) == []
