"""Logs in portions that CloudWatch Logs takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.spark.container import log_batches
from local.spark.container.log_batches import EVENT_OVERHEAD, MAX_BYTES, batches, whole_lines


def sizes(data: bytes) -> list[tuple[int, int]]:
    return [
        (len(batch), sum(len(event["message"].encode()) + EVENT_OVERHEAD for event in batch))
        for batch in batches(data, 1)
    ]


def test_a_batch_ends_at_ten_thousand_events() -> None:
    assert [count for count, _ in sizes(b"x\n" * 20_001)] == [10_000, 10_000, 1]


def test_a_batch_ends_before_a_mebibyte_counted_with_the_overhead_of_each_event() -> None:
    portions = sizes((b"x" * 1000 + b"\n") * 3000)

    assert all(size <= MAX_BYTES for _, size in portions)
    assert portions[0][1] + 1000 + EVENT_OVERHEAD > MAX_BYTES


def test_a_line_that_is_too_long_for_an_event_becomes_several_and_no_character_is_cut() -> None:
    messages = [event["message"] for batch in batches(("é" * 200_000).encode(), 1) for event in batch]

    assert "".join(messages) == "é" * 200_000
    assert all(len(message.encode()) <= log_batches.MAX_MESSAGE_BYTES for message in messages)


def test_empty_lines_are_left_out_and_bytes_that_are_no_text_do_not_stop_the_rest() -> None:
    (batch,) = batches(b"one\n\n\r\n\xfftwo\r\n", 5)

    assert batch == [{"timestamp": 5, "message": "one"}, {"timestamp": 5, "message": "\ufffdtwo"}]


@pytest.mark.parametrize(("data", "last", "count"), [(b"a\nb", False, 2), (b"a\nb", True, 3), (b"ab", False, 0)])
def test_a_line_that_goes_on_is_sent_when_it_has_ended_or_nothing_follows(
    data: bytes, *, last: bool, count: int
) -> None:
    assert whole_lines(data, last=last) == count


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1)))
def test_every_line_arrives_once_and_in_order(lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()

    assert [event["message"] for batch in batches(data, 1) for event in batch] == lines
