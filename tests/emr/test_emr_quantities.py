from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes.utils.quantity import parse_quantity

from emr.quantities import cpu_text, memory_text, quantity

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
    "text", ["", "six", "6 Gi", "6gi", "6GB", "6Kib", "-1", "+1", "1,5", "0x10", "\u0661", "1e", "Gi", "1_0"]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Kubernetes quantity"):
        quantity(text)


@given(st.integers(0, 10**6))
def test_cpus_in_thousandths_come_back_from_their_text(thousandths: int) -> None:
    amount = Fraction(thousandths, 1000)
    assert quantity(cpu_text(amount)) == amount


@given(st.integers(0, 2**50))
def test_bytes_come_back_from_their_text(count: int) -> None:
    assert quantity(memory_text(Fraction(count))) == count


def test_texts_are_as_the_api_server_prints_them() -> None:
    assert cpu_text(Fraction(7)) == "7"
    assert cpu_text(Fraction(1, 2)) == "500m"
    assert memory_text(Fraction(2867 * 1024**2)) == "2867Mi"
    assert memory_text(Fraction(24 * 1024**3)) == "24Gi"
