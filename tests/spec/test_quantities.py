from __future__ import annotations

import pytest

from spec.quantities import Resource, check_quantity


@pytest.mark.parametrize(
    ("text", "resource", "write"),
    [
        ("6GB", "memory", "48Gi"),
        ("400m", "memory", "Mi for m"),
        ("0", "cpu", "more than nothing"),
        ("0.0005", "cpu", "thousandths"),
        ("six", "cpu", "500m"),
    ],
)
def test_a_fault_says_what_to_write(text: str, resource: Resource, write: str) -> None:
    (fault,) = check_quantity(text, resource)
    assert fault.given == repr(text)
    assert write in fault.write


@pytest.mark.parametrize(("text", "resource"), [("6", "cpu"), ("100m", "cpu"), ("6000Gi", "memory"), ("1e9", "memory")])
def test_amounts_are_accepted(text: str, resource: Resource) -> None:
    assert check_quantity(text, resource) == []
