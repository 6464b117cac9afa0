from __future__ import annotations

import pytest

from tests.local.aws.emulator.emr_role import AWS_AUTH, NAMESPACE, ROLE


def without(resource, verb):
    """The Role without one verb on one resource."""
    rules = []
    for rule in ROLE:
        if resource in rule["resources"]:
            rest = [r for r in rule["resources"] if r != resource]
            rules.append({**rule, "resources": rest})
            rules.append({**rule, "resources": [resource], "verbs": [v for v in rule["verbs"] if v != verb]})
        else:
            rules.append(rule)
    return rules


def test_without_the_mapping_emr_is_not_let_in(aws, open_namespace, parameters, plane, refused):
    open_namespace(NAMESPACE)
    del plane.api.documents[AWS_AUTH]
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters()) == (
        "ValidationException",
        "Unauthorized to perform read namespace on team-a",
    )
    assert aws("emr-containers").list_virtual_clusters()["virtualClusters"] == []


def test_without_the_role_emr_is_not_let_in(aws, open_namespace, parameters, refused):
    open_namespace(NAMESPACE, rules=[])
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters()) == (
        "ValidationException",
        "Unauthorized to perform read namespace on team-a",
    )


@pytest.mark.parametrize(
    ("resource", "verb"),
    [
        ("pods", "create"),
        ("pods", "deletecollection"),
        ("pods/log", "get"),
        ("serviceaccounts", "create"),
        ("services", "delete"),
        ("configmaps", "patch"),
        ("events", "list"),
        ("secrets", "create"),
        ("deployments", "watch"),
        ("statefulsets", "create"),
        ("jobs", "create"),
        ("ingresses", "get"),
        ("roles", "create"),
        ("rolebindings", "deletecollection"),
    ],
)
def test_a_role_that_lacks_a_verb_is_not_enough(*, aws, open_namespace, parameters, refused, resource, verb):
    open_namespace(NAMESPACE, rules=without(resource, verb))
    code, message = refused(aws("emr-containers").create_virtual_cluster, **parameters())
    assert (code, message) == ("ValidationException", f"Unauthorized to perform {verb} {resource} on team-a")
