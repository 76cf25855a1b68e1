"""Of many processes that write to the ledger at the same time, one succeeds, and all get the same record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.runs import Claim, PictureRecord, Run, RunEnding, UploadPosition
from tests.fakes.clock import FakeClock
from tests.races.circuit_actions import CIRCUITS
from tests.races.contenders import CONTENDERS
from tests.races.ledger_actions import (
    LEDGER,
    NOON,
    advance_head,
    charge,
    claim,
    decide,
    decide_ending,
    mark_moved,
    open_take,
    permit_or_decide,
    settle,
)
from tests.races.race import Race

CONTENDER_NUMBERS = range(CONTENDERS)


def a_run(story_id: str, revision: str = "a" * 16, *, minute: int = 0) -> Run:
    return Run(
        story_id=story_id,
        revision=revision,
        pictures_total=CONTENDERS,
        open_pictures=frozenset(f"page-{number:03d}" for number in CONTENDER_NUMBERS),
        accepted_at=NOON,
        position=UploadPosition(moment=NOON + timedelta(minutes=minute), sequencer="0A1"),
    )


def pictures(rounds: int) -> list[PictureRef]:
    return [a_run("fern").picture(f"page-{number:03d}") for number in range(rounds)]


def claims(found: Sequence[Claim | PictureRecord]) -> list[Claim]:
    return [one for one in found if isinstance(one, Claim)]


def refusals(found: Sequence[Claim | PictureRecord]) -> list[PictureRecord]:
    return [one for one in found if isinstance(one, PictureRecord)]


@pytest.fixture
def ledger(race: Race) -> DynamoDbStoryLedger:
    return DynamoDbStoryLedger(race.client, LEDGER, circuit_table=CIRCUITS, clock=FakeClock())


async def recorded(ledger: DynamoDbStoryLedger, picture: PictureRef) -> PictureRecord:
    return (await ledger.admit(picture, sheets=[], route="openai/gpt-image-2")).record


async def test_a_picture_is_claimed_by_one_process_and_the_others_get_that_claim(
    race: Race, ledger: DynamoDbStoryLedger
) -> None:
    wanted = pictures(60)
    rounds = [[(picture, f"claim-{number}", None, False) for number in CONTENDER_NUMBERS] for picture in wanted]
    for picture, results in zip(wanted, race.run(claim, rounds), strict=True):
        (won,) = claims(results.found)
        assert {record.claim for record in refusals(results.found)} == {won}
        record = await recorded(ledger, picture)
        assert (record.claim, record.attempts, record.repays) == (won, 1, 0)


async def test_a_lost_claim_is_repaid_once_and_that_repay_never(race: Race, ledger: DynamoDbStoryLedger) -> None:
    wanted = pictures(30)
    for picture in wanted:
        await ledger.claim(picture, claim_id="lost", deadline=NOON, replacing=None)
    rounds = [[(picture, f"repay-{number}", "lost", True) for number in CONTENDER_NUMBERS] for picture in wanted]
    repaid = []
    for results in race.run(claim, rounds):
        (won,) = claims(results.found)
        assert {record.claim for record in refusals(results.found)} == {won}
        repaid.append(won)
    # The re-payment is lost as well: some processes know that, others still hold the earlier record.
    again: list[list[tuple[Any, ...]]] = [
        race.shuffled(
            [(picture, f"again-{n}", won.claim_id if n % 2 else "lost", True) for n in CONTENDER_NUMBERS],
        )
        for picture, won in zip(wanted, repaid, strict=True)
    ]
    for picture, won, found in zip(wanted, repaid, race.contenders.contend(claim, again), strict=True):
        assert claims(found.found) == []
        record = await recorded(ledger, picture)
        assert (record.claim, record.attempts, record.repays) == (won, 2, 1)


async def test_a_picture_ends_once_and_every_process_gets_that_outcome(race: Race, ledger: DynamoDbStoryLedger) -> None:
    wanted = pictures(30)
    outcomes = [
        PictureOutcome(status=PictureStatus.DRAWN if number % 2 else PictureStatus.FAILED, attempts=number + 1)
        for number in CONTENDER_NUMBERS
    ]
    rounds = [[(picture, outcome) for outcome in race.shuffled(outcomes)] for picture in wanted]
    for picture, results in zip(wanted, race.run(decide, rounds), strict=True):
        ended = await recorded(ledger, picture)
        assert all(found == ended for found in results.found)
        assert ended.outcome in outcomes
        assert results.refused == CONTENDERS - 1


async def test_of_all_processes_that_settle_a_runs_pictures_one_is_last(
    race: Race, ledger: DynamoDbStoryLedger
) -> None:
    runs = [await ledger.record_run(a_run(f"story-{number}")) for number in range(30)]
    rounds = [[(run, picture) for picture in race.shuffled(sorted(run.open_pictures))] for run in runs]
    for results in race.run(settle, rounds):
        # Each process got a different number of open pictures, down to none: no removal was made twice or undone.
        assert sorted(len(run.open_pictures) for run in results.found) == list(CONTENDER_NUMBERS)
    for found in race.contenders.contend(settle, rounds):
        assert {run.open_pictures for run in found.found} == {frozenset()}


async def test_a_run_ends_once_and_every_process_gets_that_ending(race: Race, ledger: DynamoDbStoryLedger) -> None:
    runs = [await ledger.record_run(a_run(f"story-{number}")) for number in range(30)]
    endings = [(list(RunEnding)[number % len(RunEnding)], f"reason {number}") for number in CONTENDER_NUMBERS]
    rounds = [[(run, *ending) for ending in race.shuffled(endings)] for run in runs]
    for run, results in zip(runs, race.run(decide_ending, rounds), strict=True):
        (ended,) = set(results.found)
        assert (ended.ending, ended.ending_reason) in endings
        assert ended == await ledger.find_run(run.story_id, run.revision)
        assert results.refused == CONTENDERS - 1


async def test_of_many_uploads_at_once_the_newest_becomes_current(race: Race, ledger: DynamoDbStoryLedger) -> None:
    stories = [f"story-{number}" for number in range(30)]
    rounds = [
        race.shuffled([(a_run(story, f"{minute:016x}", minute=minute),) for minute in CONTENDER_NUMBERS])
        for story in stories
    ]
    newest = f"{CONTENDERS - 1:016x}"
    for story, results in zip(stories, race.run(advance_head, rounds), strict=True):
        heads = results.found
        assert sum(head.revision == newest for head in heads) >= 1
        # Each revision that became current was displaced by one newer upload, and no other revision was.
        displaced = [
            head.displaced
            for head, (run,) in zip(heads, rounds[stories.index(story)], strict=True)
            if head.revision == run.revision
        ]
        assert len(set(displaced)) == len(displaced)
        current = await ledger.advance_head(a_run(story, "0" * 16, minute=-1))
        assert current.revision == newest


async def test_no_more_is_charged_than_a_run_may_spend(race: Race, ledger: DynamoDbStoryLedger) -> None:
    spare = {"spare_usd": Decimal("0.25")}
    runs = [await ledger.record_run(a_run(f"story-{number}").model_copy(update=spare)) for number in range(20)]
    rounds = [[(run, f"repay-{number}", Decimal("0.05")) for number in CONTENDER_NUMBERS] for run in runs]
    for run, results in zip(runs, race.run(charge, rounds), strict=True):
        assert sum(results.found) == 5
        charged = await ledger.find_run(run.story_id, run.revision)
        assert charged
        assert (charged.spare_usd, len(charged.charges)) == (Decimal(0), 5)


async def test_a_take_is_opened_by_one_command_and_every_process_gets_its_id(race: Race) -> None:
    takes = [picture.model_copy(update={"take": 2}) for picture in pictures(20)]
    rounds = [[(take, f"command-{number}") for number in CONTENDER_NUMBERS] for take in takes]
    for results in race.run(open_take, rounds):
        assert len({record.opened_by for record in results.found}) == 1
        assert results.refused == CONTENDERS - 1


async def test_a_hold_is_ended_by_one_command_or_given_up_and_never_both(
    race: Race, ledger: DynamoDbStoryLedger
) -> None:
    held = pictures(30)
    for picture in held:
        await ledger.claim(picture, claim_id="lost", deadline=NOON, replacing=None)
        await ledger.hold(picture, "lost", at=NOON, until=NOON + timedelta(hours=72))
    commands = [f"command-{number}" if number % 2 else None for number in CONTENDER_NUMBERS]
    rounds = [[(picture, "lost", command_id) for command_id in race.shuffled(commands)] for picture in held]
    race.run(permit_or_decide, rounds)
    for picture in held:
        record = await recorded(ledger, picture)
        assert (record.claim, record.repays, record.outcome is None) in [(None, 1, True), (None, 0, False)]


async def test_a_stalled_run_is_resent_by_one_sweep(race: Race, ledger: DynamoDbStoryLedger) -> None:
    runs = [await ledger.record_run(a_run(f"story-{number}")) for number in range(20)]
    rounds = [[(run, minute) for minute in CONTENDER_NUMBERS] for run in runs]
    for results in race.run(mark_moved, rounds):
        assert sorted(results.found) == [False] * (CONTENDERS - 1) + [True]
