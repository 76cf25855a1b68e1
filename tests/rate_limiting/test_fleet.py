from __future__ import annotations

from itertools import pairwise

import pytest

from tests.rate_limiting.fleet import ROUTE, Fleet


@pytest.mark.parametrize("limit", [5, 20, 60, 250])
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_backlog_uses_95_percent_of_a_limit_and_meets_no_429(limit: int, seed: int) -> None:
    minutes = 30
    fleet = Fleet(limit * (minutes + 5), instances=limit + 5, limit=limit, images_per_minute=limit, seed=seed)
    await fleet.run(until=60.0 * minutes)
    assert fleet.refused == []
    assert len(fleet.drawn) >= 0.95 * limit * minutes


@pytest.mark.parametrize("seed", range(5))
async def test_when_the_limit_halves_the_rate_follows_and_everything_is_drawn(seed: int) -> None:
    fleet = Fleet(400, instances=40, limit=60, images_per_minute=60, seed=seed)
    await fleet.run(until=200.0)
    assert fleet.refused == []
    assert len(fleet.waiting) + len(fleet.agenda) >= 200
    fleet.provider.limit = 30
    await fleet.run()
    assert len(fleet.drawn) == 400
    assert len(fleet.refused) <= 8
    assert [at for at in fleet.refused if at > 270] == []
    assert fleet.drawn_between(360, 480) >= 0.95 * 60


@pytest.mark.parametrize("seed", range(3))
async def test_a_limit_that_no_answer_names_is_found_by_its_429s(seed: int) -> None:
    fleet = Fleet(600, instances=60, limit=60, names_limits=False, seed=seed)
    await fleet.run()
    assert len(fleet.drawn) == 600
    assert len(fleet.refused) <= 0.15 * 600
    assert fleet.drawn[-1] < 600 / 60 * 60 * 2


@pytest.mark.parametrize("seed", range(3))
async def test_a_limit_that_the_first_answers_name_is_kept(seed: int) -> None:
    fleet = Fleet(600, instances=40, limit=60, seed=seed)
    await fleet.run()
    assert len(fleet.drawn) == 600
    assert len([at for at in fleet.refused if at > 60]) <= 3


async def test_ten_thousand_waiting_messages_do_not_use_up_their_receives() -> None:
    fleet = Fleet(10_000, instances=40, limit=60, images_per_minute=60)
    await fleet.run()
    assert len(fleet.drawn) == 10_000
    assert fleet.drawn[-1] <= 10_000 / 60 * 60 / 0.95
    assert fleet.most_receives < 40  # of 80 that the queues permit


@pytest.mark.parametrize("seed", range(3))
async def test_after_an_outage_calls_to_the_provider_start_slowly(seed: int) -> None:
    fleet = Fleet(300, instances=40, limit=60, images_per_minute=60, seed=seed)
    await fleet.idle[0].restart(ROUTE)
    await fleet.run()
    assert fleet.refused == []
    assert len(fleet.drawn) == 300
    assert fleet.drawn_between(0, 20) <= 6
    assert fleet.drawn_between(60, 120) >= 55


@pytest.mark.parametrize("seed", range(3))
async def test_clocks_half_a_minute_apart_stop_nothing_and_break_no_limit(seed: int) -> None:
    fleet = Fleet(300, instances=40, limit=60, images_per_minute=60, skews=(0.0, 0.0, 30.0, -30.0), seed=seed)
    await fleet.run()
    assert len(fleet.drawn) == 300
    assert fleet.refused == []
    gaps = [later - earlier for earlier, later in pairwise(fleet.drawn)]
    assert max(gaps) <= 61
