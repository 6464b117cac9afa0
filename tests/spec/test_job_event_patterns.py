import pytest

from spec.events import STATES, EventsSpec, check_events, of_all, of_tenant


def test_a_tenant_that_says_nothing_hears_of_the_ends_of_its_own_runs_only() -> None:
    assert of_tenant(EventsSpec(), "vc1") == {
        "source": ["aws.emr-containers"],
        "detail-type": ["EMR Job Run State Change"],
        "detail": {"virtualClusterId": ["vc1"], "state": ["FAILED", "CANCELLED", "COMPLETED"]},
    }


def test_the_pattern_is_the_guides_sample_and_narrower() -> None:
    sample = {"detail-type": ["EMR Job Run State Change"]}
    assert sample.items() <= of_tenant(EventsSpec(), "vc1").items()
    assert of_all() == {"source": ["aws.emr-containers"]}


def test_all_states_that_emr_tells_may_be_asked_for() -> None:
    assert check_events(EventsSpec(states=STATES)) == []


@pytest.mark.parametrize(
    ("states", "where"),
    [((), "states"), (("PENDING",), "states[0]"), (("FAILED", "CANCEL_PENDING"), "states[1]"),
     (("FAILED", "FAILED"), "states[1]")],
)  # fmt: skip
def test_states_that_are_not_told_or_told_twice_are_refused(states: tuple[str, ...], where: str) -> None:
    assert [fault.where for fault in check_events(EventsSpec(states=states))] == [where]
