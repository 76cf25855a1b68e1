from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from picturebook.rate_limiting import adaptation
from picturebook.rate_limiting.rate_limit import (
    MINUTE,
    SECOND,
    PermitRequest,
    RateLimit,
    interval_of,
    queue_up,
    take_permit,
    target_interval,
)

START = 1_795_348_800 * SECOND
limits = st.integers(1, 3000)
gaps = st.lists(st.one_of(st.integers(0, 3 * SECOND), st.integers(0, 2 * MINUTE)), max_size=150)


def limited(limit: int) -> RateLimit:
    return adaptation.with_ceiling(RateLimit(), limit, START)


def turns_of(rate: RateLimit, arrivals: list[int], at_most: int = 5 * SECOND) -> list[int]:
    due = []
    for now in arrivals:
        rate, at = take_permit(rate, PermitRequest("i-1", now, at_most))
        due += [] if at is None else [at]
    return due


def most_in_a_minute(due: list[int]) -> int:
    due = sorted(due)
    return max((bisect_left(due, at + MINUTE) - position for position, at in enumerate(due)), default=0)


@given(limit=limits, gaps=gaps)
def test_no_minute_has_more_permits_than_the_limit(limit: int, gaps: list[int]) -> None:
    now, arrivals = START, []
    for gap in gaps:
        now += gap
        arrivals.append(now)
    assert most_in_a_minute(turns_of(limited(limit), arrivals)) <= limit


@settings(max_examples=30, deadline=None)
@given(limit=st.integers(1, 200))
def test_a_backlog_uses_at_least_95_percent_of_the_limit(limit: int) -> None:
    minutes = 10
    arrivals = [START + number * SECOND // 4 for number in range(minutes * 60 * 4)]
    due = [at for at in turns_of(limited(limit), arrivals) if at < START + minutes * MINUTE]
    assert len(due) >= int(0.95 * limit * minutes)
    assert most_in_a_minute(due) <= limit


@given(gaps=gaps, limit=limits, at_most=st.integers(0, 10 * SECOND))
def test_a_permit_is_never_further_away_than_asked_nor_in_the_past(limit: int, gaps: list[int], at_most: int) -> None:
    rate, now = limited(limit), START
    for gap in gaps:
        now += gap
        rate, due = take_permit(rate, PermitRequest("i-1", now, at_most))
        assert due is None or now <= due <= now + at_most


EVENTS = st.one_of(
    st.tuples(st.just("answered"), st.one_of(st.none(), limits)),
    st.tuples(st.just("throttled"), st.one_of(st.none(), limits)),
    st.tuples(st.just("restarted"), st.none()),
    st.tuples(st.just("take"), st.none()),
)


@given(events=st.lists(st.tuples(EVENTS, st.integers(0, 20 * SECOND)), max_size=100), ceiling=st.integers(0, 500))
def test_a_rate_is_never_above_a_known_limit_nor_below_an_eighth_of_it(
    events: list[tuple[tuple[str, int | None], int]], ceiling: int
) -> None:
    rate, now = limited(ceiling), START
    slowest = target_interval(rate) * 8
    for (event, limit), passed in events:
        now += passed
        version = rate.version
        if event == "answered":
            rate = adaptation.answered(rate, version, limit=limit, now=now)
        elif event == "throttled":
            rate = adaptation.throttled(rate, version, limit=limit, retry_after=None, now=now)
        elif event == "restarted":
            rate = adaptation.restarted(rate, now)
        else:
            rate, _ = take_permit(rate, PermitRequest("i-1", now, 5 * SECOND))
        slowest = max(slowest, 8 * target_interval(rate), interval_of(adaptation.LEAST_RATE))
        assert target_interval(rate) <= rate.interval <= slowest
        assert rate.version >= version


@given(limit=limits)
def test_a_slowed_rate_is_back_at_the_limit_within_two_minutes_of_answers(limit: int) -> None:
    rate, now = limited(limit), START
    for _ in range(3):
        rate = adaptation.throttled(rate, rate.version, limit=None, retry_after=None, now=now)
    assert rate.interval == 8 * target_interval(rate)
    for _ in range(120):
        now += SECOND
        rate = adaptation.answered(rate, rate.version, limit=None, now=now)
    assert rate.interval == target_interval(rate)


def test_a_slowed_rate_recovers_by_one_step_in_five_seconds_however_many_answers_come() -> None:
    rate = limited(60)
    rate = adaptation.throttled(rate, rate.version, limit=None, retry_after=None, now=START)
    moments = [START + number * SECOND // 4 for number in range(1, 40)]
    changed_at = []
    for now in moments:
        after = adaptation.answered(rate, rate.version, limit=None, now=now)
        changed_at += [now] if after != rate else []
        rate = after
    assert changed_at == [START + 5 * SECOND]


def test_a_429_to_a_call_of_an_earlier_rate_keeps_the_rate_and_postpones_permits() -> None:
    rate = limited(60)
    slowed = adaptation.throttled(rate, rate.version, limit=None, retry_after=None, now=START)
    late = adaptation.throttled(slowed, rate.version, limit=None, retry_after=7.0, now=START)
    assert late.interval == slowed.interval
    assert late.next_at == START + 7 * SECOND


def test_a_429_without_a_known_limit_does_not_slow_a_few_images_per_minute() -> None:
    rate = RateLimit()
    for _ in range(5):
        rate, _ = take_permit(rate, PermitRequest("i-1", START, 0))
    assert adaptation.throttled(rate, 0, limit=None, retry_after=None, now=START).interval == 0


def test_a_429_without_a_known_limit_halves_the_recent_rate() -> None:
    rate = RateLimit()
    for _ in range(60):
        rate, _ = take_permit(rate, PermitRequest("i-1", START, 0))
    assert adaptation.throttled(rate, 0, limit=None, retry_after=None, now=START).interval == 2 * target_interval(
        limited(60)
    )


def test_a_429_soon_after_an_outage_ends_the_doubling() -> None:
    rate = adaptation.restarted(limited(60), START)
    rate = adaptation.throttled(rate, rate.version, limit=None, retry_after=None, now=START)
    after = adaptation.answered(rate, rate.version, limit=None, now=START + 5 * SECOND)
    assert rate.interval // 2 < after.interval < rate.interval


def test_an_invalid_limit_of_the_provider_is_ignored() -> None:
    for limit in (0, -5, 10**9, None):
        assert adaptation.answered(RateLimit(), 0, limit=limit, now=START) == RateLimit()


def test_a_higher_limit_is_approached_and_not_jumped_to_while_the_rate_is_slowed() -> None:
    rate = adaptation.with_limit(RateLimit(), 60, START)
    slowed = adaptation.throttled(rate, rate.version, limit=None, retry_after=None, now=START)
    assert adaptation.answered(slowed, slowed.version, limit=120, now=START).interval == slowed.interval
    assert adaptation.answered(rate, rate.version, limit=120, now=START).interval == target_interval(limited(120))


@given(limit=limits, count=st.integers(1, 50))
def test_places_in_the_queue_follow_each_other_until_it_is_full(limit: int, count: int) -> None:
    rate, places = limited(limit), []
    for _ in range(count):
        rate, place = queue_up(rate, START)
        assert place is not None
        places.append(place)
    assert places == sorted(set(places))
    assert queue_up(RateLimit(queue_at=START + 2 * 3600 * SECOND), START)[1] is None
    assert queue_up(RateLimit(queue_at=START + 30 * 3600 * SECOND), START)[1] == 0, "no clock is that far ahead"
