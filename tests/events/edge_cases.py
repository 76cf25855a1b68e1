"""Events whose JSON is easily changed by accident: unknown amounts, absent parts, odd decimals, microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from picturebook.errors import InputRefusedError
from picturebook.events import (
    Event,
    budget_exhausted,
    circuit_changed,
    control_refused,
    image_ended,
    image_held,
    image_retrying,
    request_refused,
    story_accepted,
    story_ended,
)
from picturebook.models.circuits import Circuit, CircuitState, Transition
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.moderation import ModerationResult, ModerationStatus
from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.runs import PictureRecord, Run, RunEnding, UploadPosition

AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def edge_cases() -> Mapping[str, Event]:
    """Return each case by its name."""
    return {**_of_stories(), **_of_pictures(), **_of_refusals(), **_of_circuits()}


def _run(**fields: object) -> Run:
    base = {
        "story_id": "märchen",
        "revision": "0123456789abcdef",
        "pictures_total": 3,
        "open_pictures": frozenset({"page-003"}),
        "accepted_at": AT,
        "position": UploadPosition(moment=AT),
        "decided_at": AT,
    }
    return Run.model_validate({**base, **fields})


def _of_stories() -> Mapping[str, Event]:
    unchecked = ModerationResult(status=ModerationStatus.UNCHECKED)
    unpriced = {"title": 'Die "Möwe" \U0001f98a', "pictures_drawn_already": 0, "worst_cost_usd": None}
    ended = _run(ending=RunEnding.COMPLETED)
    cancelled = _run(ending=RunEnding.CANCELLED, ending_reason="cancelled")
    tiny = Costs.of(image_out=Decimal("0E-8"), chat=Decimal("1E+2"))
    return {
        "accepted_unmoderated": story_accepted(_run(), **unpriced, moderation=None),  # type: ignore[arg-type]  # a dict
        "accepted_unchecked": story_accepted(_run(), **unpriced, moderation=unchecked),  # type: ignore[arg-type]
        "ended_unknown": story_ended(ended, [], costs=Costs(), worst_cost_usd=None, manifest_uri=None),
        "ended_odd_decimals": story_ended(ended, [], costs=tiny, worst_cost_usd=Decimal("0.10"), manifest_uri="s3://m"),
        "cancelled_by_a_person": story_ended(cancelled, [], costs=tiny, worst_cost_usd=None, manifest_uri=None),
        "budget_unknown": budget_exhausted(
            _run(spare_usd=None), max_cost_usd=None, wanted_usd=None, wanted_for="take 2 of page-001", at=AT
        ),
    }


def _page() -> DrawPageMessage:
    return DrawPageMessage.model_validate_json(
        '{"schema_version": "1.0", "request_id": "r-1", "style": "ink", "page": {"page_number": 7, "text": "Boot."}}'
    )


def _sheet() -> DrawCharacterMessage:
    return DrawCharacterMessage.model_validate_json(
        '{"schema_version": "1.0", "request_id": "r-2", "style": "ink", "correlation_id": "c-1", "take": 3,'
        ' "character": {"name": "Zoë", "traits": ["a girl"]}}'
    )


def _ended(message: DrawPageMessage | DrawCharacterMessage, **fields: object) -> Event:
    outcome = PictureOutcome.model_validate(fields)
    uri = f"s3://b/{outcome.key}" if outcome.key else None
    return image_ended(message, PictureRecord(picture=message.picture, outcome=outcome, decided_at=AT), uri=uri)


def _of_pictures() -> Mapping[str, Event]:
    drawn = {
        "status": PictureStatus.DRAWN,
        "attempts": 0,
        "key": "images/k.png",
        "media_type": "image/png",
        "width": 1,
        "height": 2,
    }
    failed = {"status": PictureStatus.FAILED, "attempts": 3, "reason": "stuck", "explanation": "It failed."}
    held = PictureRecord(picture=_page().picture, attempts=2, held_at=AT, held_until=AT + timedelta(hours=1))
    return {
        "completed_unknown_model_and_costs": _ended(_page(), **drawn),
        "completed_partly_unknown_costs": _ended(_page(), **drawn, costs=Costs(chat=Decimal("0.0010"))),
        "completed_reused": _ended(
            _sheet(), **drawn, is_reused=True, cost_usd=Decimal(0), costs=Costs.of(), findings=("border",)
        ),
        "completed_to_be_reviewed": _ended(_sheet(), **drawn, needs_review=True, model="m"),
        "failed_without_costs": _ended(_page(), **failed),
        "failed_partly_unknown_costs": _ended(_sheet(), **failed, costs=Costs(chat=Decimal("0E-8")), model="m"),
        "held_unknown": image_held(_page(), held, at_risk_usd=None, explanation="It was lost."),
        "retrying_foreign_error": image_retrying(_sheet(), attempt=2, error=ValueError("secret"), wait=0.04, at=AT),
    }


def _of_refusals() -> Mapping[str, Event]:
    def error(reason: str, **about: object) -> InputRefusedError:
        made = InputRefusedError("ist „falsch“", field="page.text", accepted="another", reason=reason, story_id="s")
        made.about = about
        return made

    cancel = error("unknown_story", action="cancel")
    redraw = error("not_redrawable", action="redraw", picture_id="page-001")
    sheet = error("not_planned", picture_id="character-01", kind="character")
    return {
        "cancel_of_an_unknown_story": control_refused(cancel, "{}", origin="sqs:1", at=AT),
        "control_redraw": control_refused(redraw, "{}", origin="sqs:1", at=AT),
        "control_malformed": control_refused(error("missing"), "{\udc80", origin="sqs:1", at=AT),
        "request_planned": request_refused(sheet, "{}", origin="sqs:1", at=AT),
    }


def _of_circuits() -> Mapping[str, Event]:
    bare = Circuit("api/m", state=CircuitState.OPEN, version="v1")
    return {"opened_without_time_or_reason": circuit_changed(Transition(bare, bare, AT))}
