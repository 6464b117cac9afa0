from __future__ import annotations

from datetime import date

import pytest

from components.versions import NEEDED, RELEASES, check_addons, check_version
from spec.foundation import ClusterSpec


def test_every_release_says_what_was_checked_when_and_has_what_a_cluster_needs() -> None:
    for release in RELEASES.values():
        assert date.fromisoformat(release.checked)
        assert release.what
        assert set(NEEDED) <= release.addons.keys()


def test_the_defaults_of_a_cluster_are_in_the_table() -> None:
    default = ClusterSpec()
    assert check_version(default.kubernetes_version) == []
    assert check_addons(default.addons, default.kubernetes_version) == []


@pytest.mark.parametrize("version", ["1.29", "1.99", "v1.35", "1.35.5", ""])
def test_an_unsupported_version_is_refused_with_those_that_are_supported(version: str) -> None:
    (fault,) = check_version(version)
    assert fault.allowed == ", ".join(RELEASES)


@pytest.mark.covers("ID-01")
@pytest.mark.parametrize("version", ["1.12", "1.13"])
def test_no_cluster_is_older_than_roles_of_service_accounts(version: str) -> None:
    assert all(tuple(map(int, each.split("."))) >= (1, 14) for each in RELEASES)
    assert [fault.given for fault in check_version(version)] == [repr(version)]


@pytest.mark.parametrize(
    ("addon", "write"),
    [
        ("ebs-csi-driver", "aws-ebs-csi-driver"),
        ("metric-server", "metrics-server"),
        ("coredns", "nothing: take it out"),
    ],
)
def test_an_add_on_that_is_unknown_or_there_anyway_is_refused(addon: str, write: str) -> None:
    (fault,) = check_addons(("metrics-server", addon), "1.35")
    assert (fault.where, fault.write) == ("[1]", write)


def test_add_ons_are_still_judged_when_the_version_is_wrong() -> None:
    assert check_addons(ClusterSpec().addons, "1.99") == []
    assert len(check_addons(("metrics-server", "metrics-server"), "1.99")) == 1
