"""Sample events, made by the functions that publish: what subscribers test with.

A detail type has several samples where one event cannot carry all of its fields. Each sample has a name: the detail
type, and after a dot what is special about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from picturebook.errors import InputRefusedError, ProviderUnavailableError
from picturebook.events import (
    Event,
    budget_exhausted,
    circuit_changed,
    circuit_overridden,
    control_refused,
    image_ended,
    image_held,
    image_retaken,
    image_retrying,
    image_started,
    model_retiring,
    override_ended,
    request_refused,
    story_accepted,
    story_ended,
    story_progressed,
    story_rejected,
)
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState, Transition
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.moderation import Flag, ModerationResult, ModerationStatus
from picturebook.models.parsing import parse_json
from picturebook.models.pictures import AltText, Costs, Derivative, PictureOutcome, PictureStatus, Usage
from picturebook.models.retirement import Retirement
from picturebook.models.runs import PictureRecord, Run, RunEnding, UploadPosition

_MESSAGES = Path(__file__).resolve().parents[2] / "events" / "messages"
_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
_LATER = _AT + timedelta(minutes=3)
_ROUTE = "api.openai.com/gpt-image-2"
_ORIGIN = "sqs:7f3c1a52-6f6e-4f0e-9f0b-0d6f7a0e2c11"
_STORY = {"story_id": "the-small-boat", "revision": "52ba8cda77d9abce"}
_COSTS = Costs.of(text_in=Decimal("0.0005"), image_out=Decimal("0.03"), chat=Decimal("0.0011"))
_PROBE_AT = _AT + timedelta(minutes=1)


def sample_events() -> Mapping[str, Event]:
    """Return each sample by its name, in the order of the documentation."""
    return dict([*_stories(), *_budget(), *_pictures(), *_endings(), *_refused_pictures(), *_circuits(), *_models()])


def _stories() -> Iterator[tuple[str, Event]]:
    passed = ModerationResult(status=ModerationStatus.PASSED)
    flag = Flag(field="pages[0].text", categories=("violence",))
    flagged = ModerationResult(status=ModerationStatus.FLAGGED, flags=(flag,))
    for name, moderation in (("StoryAccepted", passed), ("StoryAccepted.flagged", flagged)):
        yield (
            name,
            story_accepted(
                _run(),
                title="The Small Boat",
                pictures_drawn_already=1,
                worst_cost_usd=Decimal("0.1420"),
                moderation=moderation,
            ),
        )
    error = InputRefusedError(
        "names an unknown character",
        field="pages[1].characters[0]",
        accepted="one of Mira, Tock",
        reason="cross_field",
        story_id=_STORY["story_id"],
    )
    origin = "s3://amzn-s3-demo-bucket/stories/the-small-boat.json?versionId=1"
    yield "StoryRejected", story_rejected(error, "{}", origin=origin, at=_AT)
    yield "StoryProgressed", story_progressed(_run(open_pictures=frozenset({"page-002", "page-003"})), at=_LATER)
    unknown = _COSTS.model_copy(update={"image_out": None})
    yield "StoryCompleted", _ended(RunEnding.COMPLETED, drawn=4, costs=_COSTS)
    yield "StoryPartiallyCompleted", _ended(RunEnding.PARTIALLY_COMPLETED, drawn=3, costs=unknown)
    yield "StoryFailed", _ended(RunEnding.FAILED, drawn=0, costs=Costs.of())
    yield "StoryCancelled", _ended(RunEnding.CANCELLED, drawn=2, costs=_COSTS)


def _budget() -> Iterator[tuple[str, Event]]:
    yield (
        "BudgetExhausted",
        budget_exhausted(
            _run(spare_usd=Decimal("0.0120")),
            max_cost_usd=Decimal("0.2"),
            wanted_usd=Decimal("0.0407"),
            wanted_for="paying again for page-003",
            at=_LATER,
        ),
    )


def _pictures() -> Iterator[tuple[str, Event]]:
    """Yield what happens while a picture is being drawn."""
    sheet, page, sheet_request, page_request = _messages()
    yield "ImageStarted", image_started(sheet, attempt=1, at=_AT)
    yield "ImageStarted.request", image_started(page_request, attempt=1, at=_AT)
    unavailable = ProviderUnavailableError("The image service answered 503.")
    yield "ImageRetrying", image_retrying(sheet_request, attempt=1, error=unavailable, wait=1.04, at=_AT)
    retaken = _outcome(findings=("border",), scores={"contrast": 100, "border": 64}, is_retaken=True)
    yield "ImageRetrying.failed_checks", image_retaken(page, _record(page, retaken))
    explanation = (
        "A call was made and its answer was lost: it may have been billed. A person decides whether it is paid again."
    )
    for name, message in (("ImageHeld", sheet), ("ImageHeld.request", page_request)):
        held = PictureRecord(picture=message.picture, attempts=1, held_at=_AT, held_until=_AT + timedelta(hours=72))
        yield name, image_held(message, held, at_risk_usd=Decimal("0.0342"), explanation=explanation)


def _endings() -> Iterator[tuple[str, Event]]:
    """Yield how pictures end."""
    sheet, page, sheet_request, page_request = _messages()
    yield "ImageCompleted", image_ended(page, _record(page, _outcome()), uri=_uri("page-001"))
    further = page.model_copy(update={"take": 2})
    failed = _failure(reason="refused_by_moderation", explanation="The image service's moderation refused the prompt.")
    yield (
        "ImageCompleted.further_take_failed",
        image_ended(
            page,
            _record(page, _outcome(findings=("border",), scores={"contrast": 100, "border": 64}, is_retaken=True)),
            uri=_uri("page-001"),
            failed_after=_record(further, failed),
        ),
    )
    paid_again = _record(sheet_request, _outcome(attempts=2), repays=1)
    yield "ImageCompleted.request", image_ended(sheet_request, paid_again, uri=_uri("character"))
    yield "ImageFailed", image_ended(sheet, _record(sheet, failed), uri=None)
    lost = _failure(reason="outcome_unknown", explanation="A call was lost, and it may not be paid again.")
    yield "ImageFailed.request", image_ended(page_request, _record(page_request, lost, repays=1), uri=None)


def _refused_pictures() -> Iterator[tuple[str, Event]]:
    missing = InputRefusedError("is missing", field="page", accepted="this field, which is required", reason="missing")
    raw = '{"schema_version": "1.0", "request_id": "r-1", "style": "ink"}'
    yield "ImageFailed.refused_message", request_refused(missing, raw, origin=_ORIGIN, at=_AT)
    unknown = InputRefusedError(
        "is not a model of the catalogue", field="model", accepted="gpt-image-2", reason="unsupported_model"
    )
    unknown.about = {"picture_id": "page-001", "kind": "page", "request_id": "poster-17"}
    yield "ImageFailed.refused_request", request_refused(unknown, '{"request_id": "poster-17"}', origin=_ORIGIN, at=_AT)
    not_held = InputRefusedError(
        "is not held", field="picture_id", accepted="a picture that is held", reason="not_held"
    )
    not_held.about = {"action": "resolve", "request_id": "poster-17", "picture_id": "page-001"}
    yield "ImageFailed.refused_control", control_refused(not_held, '{"action": "resolve"}', origin=_ORIGIN, at=_AT)


def _circuits() -> Iterator[tuple[str, Event]]:
    closed = Circuit(_ROUTE, version="v0")
    opened = Circuit(_ROUTE, CircuitState.OPEN, "v1", retry_at=_PROBE_AT, reason="5 of 6 calls failed", transitions=1)
    probing = Circuit(_ROUTE, CircuitState.HALF_OPEN, "v2", reason="5 of 6 calls failed", transitions=2)
    closed_again = Circuit(_ROUTE, version="v3", transitions=3)
    moves = {"CircuitOpened": opened, "CircuitHalfOpened": probing, "CircuitClosed": closed_again}
    for name, after in moves.items():
        yield name, circuit_changed(Transition(closed, after, _AT))
    forced = {"CircuitOpened.forced": CircuitState.OPEN, "CircuitClosed.forced": CircuitState.CLOSED}
    for name, state in forced.items():
        yield name, circuit_overridden(closed_again, _override(state))
    ended = {
        "CircuitOpened.override_ended": opened,
        "CircuitHalfOpened.override_ended": probing,
        "CircuitClosed.override_ended": closed_again,
    }
    for name, circuit in ended.items():
        yield name, override_ended(circuit, _override(CircuitState.OPEN), actor="kim", at=_LATER)


def _models() -> Iterator[tuple[str, Event]]:
    going = Retirement("gpt-image-1.5", date(2026, 12, 1), replaced_by="gpt-image-2", is_gone=False, is_replaced=True)
    yield "ModelRetiring", model_retiring(going, at=_AT)
    gone = Retirement("dall-e-3", None, replaced_by=None, is_gone=True, is_replaced=False)
    yield "ModelRetiring.unannounced", model_retiring(gone, at=_AT)


def _run(**fields: object) -> Run:
    base = {
        **_STORY,
        "pictures_total": 4,
        "open_pictures": frozenset[str](),
        "accepted_at": _AT,
        "position": UploadPosition(moment=_AT),
        "correlation_id": "upload-1",
    }
    return Run.model_validate({**base, **fields})


def _ended(ending: RunEnding, *, drawn: int, costs: Costs) -> Event:
    is_cancelled = ending is RunEnding.CANCELLED
    _, page, *_ = _messages()
    return story_ended(
        _run(ending=ending, ending_reason="superseded" if is_cancelled else None, decided_at=_LATER),
        [_record(page, _outcome())] * drawn,
        costs=costs,
        worst_cost_usd=Decimal("0.1420"),
        manifest_uri=None if is_cancelled else "s3://amzn-s3-demo-bucket/books/the-small-boat/manifest.json",
    )


def _messages() -> tuple[DrawCharacterMessage, DrawPageMessage, DrawCharacterMessage, DrawPageMessage]:
    """Return a sheet and a page of a story, and a sheet and a page that were requested without one."""

    def raw(name: str) -> bytes:
        return (_MESSAGES / f"{name}.json").read_bytes()

    return (
        parse_json(DrawCharacterMessage, raw("draw_character_of_story"), what="the message"),
        parse_json(DrawPageMessage, raw("draw_page_of_story"), what="the message"),
        parse_json(DrawCharacterMessage, raw("draw_character_request"), what="the message"),
        parse_json(DrawPageMessage, raw("draw_page_request"), what="the message"),
    )


def _outcome(**fields: object) -> PictureOutcome:
    key = "images/the-small-boat/52ba8cda77d9abce/page-001/take-01-claim-01.png"
    derived = "images/the-small-boat/52ba8cda77d9abce/page-001/derived/take-01-claim-01"
    base: dict[str, object] = {
        "status": PictureStatus.DRAWN,
        "attempts": 1,
        "key": key,
        "media_type": "image/png",
        "width": 1024,
        "height": 1024,
        "model": "gpt-image-2",
        "cost_usd": _COSTS.total,
        "costs": _COSTS,
        "usage": Usage(text_in=100, image_out=1000),
        "request_hash": "a2c546970b35f2e8df1cd8ee51d74eb7",
        "scores": {"contrast": 100, "border": 100},
        "derivatives": (
            Derivative(
                role="web",
                key=f"{derived}-web-de05a40587fb.webp",
                media_type="image/webp",
                width=1024,
                height=1024,
                size_bytes=3454,
            ),
            Derivative(
                role="thumbnail",
                key=f"{derived}-thumbnail-fd94ac7f4b87.webp",
                media_type="image/webp",
                width=320,
                height=320,
                size_bytes=1752,
            ),
        ),
        "alt_text": AltText(text="Mira finds a small boat in the reeds.", source="chat"),
    }
    return PictureOutcome.model_validate({**base, **fields})


def _failure(*, reason: str, explanation: str) -> PictureOutcome:
    return PictureOutcome(
        status=PictureStatus.FAILED,
        attempts=2,
        model="gpt-image-2",
        cost_usd=Decimal(0),
        costs=Costs.of(),
        usage=Usage(text_in=100),
        request_hash="a2c546970b35f2e8df1cd8ee51d74eb7",
        reason=reason,
        explanation=explanation,
    )


def _record(
    message: DrawCharacterMessage | DrawPageMessage, outcome: PictureOutcome, *, repays: int = 0
) -> PictureRecord:
    return PictureRecord(picture=message.picture, outcome=outcome, decided_at=_LATER, repays=repays)


def _uri(picture_id: str) -> str:
    return f"s3://amzn-s3-demo-bucket/images/the-small-boat/52ba8cda77d9abce/{picture_id}/take-01-claim-01.png"


def _override(state: CircuitState) -> CircuitOverride:
    return CircuitOverride(
        state=state,
        actor="kim",
        reason="the provider's status page reports an outage",
        set_at=_AT,
        expires_at=_AT + timedelta(hours=1),
    )
