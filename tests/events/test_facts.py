"""Which events are the same fact, and in which order the events of one subject stand."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from picturebook.errors import InputRefusedError, ProviderUnavailableError
from picturebook.events import (
    Event,
    circuit_changed,
    image_ended,
    image_retrying,
    image_started,
    model_retiring,
    request_refused,
    story_accepted,
    story_ended,
    story_progressed,
    story_rejected,
)
from picturebook.models.circuits import Circuit, CircuitState, Transition
from picturebook.models.messages import DrawPageMessage
from picturebook.models.parsing import parse_json
from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.retirement import Retirement
from picturebook.models.runs import PictureRecord, Run, RunEnding, UploadPosition
from tests.fakes.clock import START
from tests.use_cases.test_draw_picture import request

ANNOUNCEMENTS = Path(__file__).resolve().parents[2] / "events" / "announcements"
LATER = START + timedelta(minutes=3)


def run(**fields: object) -> Run:
    base: dict[str, object] = {
        "story_id": "lantern",
        "revision": "0123456789abcdef",
        "pictures_total": 4,
        "open_pictures": frozenset({"page-003"}),
        "accepted_at": START,
        "position": UploadPosition(moment=START),
        "correlation_id": "upload-1",
        "ending": RunEnding.COMPLETED,
        "decided_at": LATER,
    }
    return Run.model_validate({**base, **fields})


def ended(message: DrawPageMessage, *, attempts: int = 1, **fields: object) -> Event:
    outcome = PictureOutcome(
        status=PictureStatus.DRAWN,
        attempts=attempts,
        key="k",
        media_type="image/png",
        width=1024,
        height=640,
        cost_usd=Decimal("0.03"),
        costs=Costs.of(image_out=Decimal("0.03")),
    )
    base = {"picture": message.picture, "outcome": outcome, "decided_at": LATER}
    return image_ended(message, PictureRecord.model_validate({**base, **fields}), uri="s3://b/k")


def events_of(one: Run) -> list[Event]:
    return [
        story_accepted(
            one, title="The Lantern", pictures_drawn_already=0, worst_cost_usd=Decimal("0.14"), moderation=None
        ),
        story_progressed(one, at=START),
        story_ended(one, [], costs=Costs(), worst_cost_usd=None, manifest_uri="s3://b/m"),
    ]


def all_different(*events: Event) -> bool:
    ids = [event.metadata.event_id for event in events]
    return len(set(ids)) == len(ids)


def test_two_revisions_of_a_story_never_share_an_event() -> None:
    assert all_different(*events_of(run()), *events_of(run(revision="fedcba9876543210")))


def test_two_stories_never_share_an_event() -> None:
    assert all_different(*events_of(run()), *events_of(run(story_id="boat")))


def test_the_events_of_a_run_are_ordered_by_its_state() -> None:
    sequences = [event.metadata.sequence for event in events_of(run())]
    assert sequences == [0, 3, 5]


def test_a_runs_events_carry_its_progress_and_the_address_of_its_book() -> None:
    accepted, progressed, ending = events_of(run())
    assert (progressed.data["settled"], progressed.data["percent"]) == (3, 75)
    assert ending.data["manifest_uri"] == "s3://b/m"
    assert ending.data["cost_usd"] == "unknown"
    assert ending.metadata.occurred_at == LATER
    assert {event.metadata.correlation_id for event in (accepted, progressed, ending)} == {"upload-1"}


def test_an_ending_is_one_fact_however_many_tries_led_to_it() -> None:
    once, again = ended(request(), attempts=1), ended(request(), attempts=3)
    assert once.metadata.event_id == again.metadata.event_id
    assert once.metadata.occurred_at == LATER


def test_each_take_and_each_try_is_a_fact_of_its_own() -> None:
    message, other = request(), request(take=2)
    starts = [image_started(m, attempt=n, at=START) for m in (message, other) for n in (1, 2)]
    assert all_different(*starts, ended(message), ended(other))


def test_a_pictures_events_are_ordered_by_take_then_try_and_end_last() -> None:
    error = ProviderUnavailableError("503")
    published: list[Event] = []
    for message in (request(), request(take=2)):
        published += [
            image_started(message, attempt=1, at=START),
            image_retrying(message, attempt=1, error=error, wait=1.0, at=START),
            image_started(message, attempt=2, at=START),
            ended(message, attempts=2),
        ]
    sequences = [event.metadata.sequence for event in published]
    assert all(one < two for one, two in itertools.pairwise(sequences))


def test_a_lost_call_makes_the_cost_unknown_and_is_counted() -> None:
    data = ended(request(), repays=1).data
    assert not {"cost_usd", "costs"} & set(data)
    assert data["lost_calls"] == 1


def refusal() -> InputRefusedError:
    error = InputRefusedError(
        "is wrong", field="size", accepted="another", reason="unsupported_size", story_id="lantern"
    )
    error.about = {"picture_id": "page-007", "request_id": "r-1"}
    return error


def test_the_same_bytes_from_the_same_place_are_the_same_refusal_and_no_others() -> None:
    facts = [("a", "sqs:1"), ("b", "sqs:1"), ("a", "sqs:2")]
    refusals = [story_rejected(refusal(), raw, origin=origin, at=START) for raw, origin in facts]
    assert all_different(*refusals)
    again = story_rejected(refusal(), "a", origin="sqs:1", at=LATER)
    assert again.metadata.event_id == refusals[0].metadata.event_id


def test_a_refused_request_can_be_matched_by_its_sender() -> None:
    published = request_refused(refusal(), "{}", origin="sqs:1", at=START)
    assert published.detail_type == "ImageFailed"
    expected = {"request_id": "r-1", "picture_id": "page-007", "reason": "refused_input", "attempts": 0}
    assert {name: published.data[name] for name in expected} == expected
    assert published.data["cause"] == "unsupported_size"


def test_the_sample_of_a_refused_message_is_what_is_published() -> None:
    sample = json.loads((ANNOUNCEMENTS / "ImageFailed.refused_message.json").read_text())["detail"]
    raw = b'{"schema_version": "1.0", "request_id": "r-1", "style": "ink"}'
    with pytest.raises(InputRefusedError) as refused:
        parse_json(DrawPageMessage, raw, what="the message")
    published = request_refused(refused.value, raw.decode(), origin=sample["data"]["origin"], at=START)
    assert published.data == sample["data"]
    assert published.metadata.event_id == sample["metadata"]["event_id"]


def test_each_move_of_a_circuit_is_a_fact_of_its_own() -> None:
    moves = [Circuit("api/m", state=CircuitState.OPEN, version=version) for version in ("v1", "v2")]
    assert all_different(*(circuit_changed(Transition(move, move, START)) for move in moves))


def test_a_circuits_events_are_ordered_by_its_moves_and_not_by_a_clock() -> None:
    moves = [Circuit("api/m", state=CircuitState.OPEN, version=f"v{number}", transitions=number) for number in (1, 2)]
    published = [circuit_changed(Transition(move, move, at)) for move, at in zip(moves, (LATER, START), strict=True)]
    assert [event.metadata.sequence for event in published] == [1, 2]


def test_a_models_retirement_is_one_fact_however_often_it_is_found() -> None:
    going = Retirement("gpt-image-1.5", date(2026, 12, 1), replaced_by="gpt-image-2", is_gone=False, is_replaced=False)
    gone = Retirement("gpt-image-1.5", date(2026, 12, 1), replaced_by="gpt-image-2", is_gone=True, is_replaced=True)
    published = [
        model_retiring(going, at=START),
        model_retiring(gone, at=LATER),
        model_retiring(going, at=START, source="provider"),
    ]
    assert len({event.metadata.event_id for event in published}) == 1
    assert [event.metadata.sequence for event in published] == [0, 0, 0]
    assert [event.data["source"] for event in published] == ["catalogue", "catalogue", "provider"]
    another_day = Retirement("gpt-image-1.5", date(2027, 1, 1), None, is_gone=False, is_replaced=False)
    another_model = Retirement("gpt-image-1", date(2026, 12, 1), None, is_gone=False, is_replaced=False)
    ids = {model_retiring(other, at=START).metadata.event_id for other in (going, another_day, another_model)}
    assert len(ids) == 3


def test_the_sample_of_a_retirement_is_what_is_published() -> None:
    sample = json.loads((ANNOUNCEMENTS / "ModelRetiring.json").read_text())["detail"]
    going = Retirement("gpt-image-1.5", date(2026, 12, 1), replaced_by="gpt-image-2", is_gone=False, is_replaced=True)
    event = model_retiring(going, at=START)
    assert sample == json.loads(event.model_dump_json(include={"metadata", "data"}))
