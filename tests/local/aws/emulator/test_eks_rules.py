from __future__ import annotations

import pytest

from local.aws.emulator.eks.rules import covered


def resource(verb="get", group="", resource="pods", subresource="", name=""):
    return {
        "resourceAttributes": {
            "verb": verb,
            "group": group,
            "resource": resource,
            "subresource": subresource,
            "name": name,
            "namespace": "n",
        }
    }


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}, resource(), True),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}, resource("list"), False),
        ({"verbs": ["get"], "apiGroups": ["apps"], "resources": ["pods"]}, resource(), False),
        ({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}, resource("x", "y", "z", "w"), True),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}, resource(subresource="log"), False),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods/log"]}, resource(subresource="log"), True),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods/log"]}, resource(), False),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["*/scale"]}, resource(subresource="scale"), True),
        (
            {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]},
            resource(name="a"),
            True,
        ),
        ({"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}, resource(), False),
        ({"verbs": ["get"], "nonResourceURLs": ["/healthz/*"]}, resource(), False),
    ],
)
def test_rules_cover_resources_as_in_kubernetes(rule, asked, expected):
    assert covered([rule], asked) == expected


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("/healthz", "/healthz", True),
        ("/healthz", "/healthz/etcd", False),
        ("/healthz/*", "/healthz/etcd", True),
        ("*", "/metrics", True),
    ],
)
def test_rules_cover_other_paths_as_in_kubernetes(url, path, expected):
    asked = {"nonResourceAttributes": {"verb": "get", "path": path}}
    assert covered([{"verbs": ["get"], "nonResourceURLs": [url]}], asked) == expected
