from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes.utils.quantity import parse_quantity

from spec.quantities import Resource, check_quantity, quantity

suffixes = st.sampled_from(["n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6", 6),
        ("500m", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("4000Gi", 4000 * 1024**3),
        ("4G", 4 * 10**9),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 10**18),
        ("1e-3", Fraction(1, 1000)),
    ],
)
def test_quantities_mean_what_kubernetes_says(text: str, number: Fraction) -> None:
    assert quantity(text) == number


@given(st.decimals(min_value=0, max_value=10**6, places=3), suffixes)
def test_the_kubernetes_client_reads_the_same_number(number: object, suffix: str) -> None:
    text = f"{number}{suffix}"
    assert quantity(text) == Fraction(parse_quantity(text))


@pytest.mark.parametrize(
    "text", ["", "six", "6 Gi", "6gi", "6GB", "6Kib", "-1", "+1", "1,5", "0x10", "1e", "Gi", "1_0"]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Kubernetes quantity"):
        quantity(text)


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
