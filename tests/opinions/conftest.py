"""One test for each rendered document or object: pytest names them while it collects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.opinions import rendered

if TYPE_CHECKING:
    import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand every document to tests of a `policy`, every built-in Kubernetes object to tests of a `manifest`.

    In the order of their names, for that of their registration differs from run to run.
    """
    if "policy" in metafunc.fixturenames:
        found = sorted(rendered.documents(), key=lambda each: each.name)
        metafunc.parametrize("policy", found, ids=[each.name for each in found])
    if "manifest" in metafunc.fixturenames:
        known = sorted(rendered.manifests(), key=lambda each: each.name)
        objects = [each for each in known if each.type not in rendered.ELSEWHERE]
        metafunc.parametrize("manifest", objects, ids=[each.name for each in objects])
