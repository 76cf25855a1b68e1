"""The manifest of a book: its pictures, where they are stored, and what they cost. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from picturebook.catalogue import ModelSpec
from picturebook.models.bible import Bible
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.moderation import ModerationResult
from picturebook.models.pictures import AltText, Costs, Derivative, PictureOutcome, PictureStatus, Usage
from picturebook.models.runs import PictureRecord, Run
from picturebook.models.strict_model import StrictModel
from picturebook.planning import StoryPlan, prompt_of, sheets_there_are


class ManifestPicture(StrictModel):
    """One picture of the book. `key` is its key in the bucket; a missing picture has a `reason`.

    `view` is set for characters. `worst_cost_usd` is the estimated maximum cost. `scores`, `findings`, `needs_review`,
    `is_reused`: see PictureOutcome.
    """

    picture_id: str
    kind: str
    take: int = 1
    status: PictureStatus
    attempts: int
    page_number: int | None = None
    text: str | None = None
    character: str | None = None
    view: str | None = None
    characters: tuple[str, ...] = ()
    alt_text: AltText | None = None
    key: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    derivatives: tuple[Derivative, ...] = ()
    prompt: str
    request_hash: str | None = None
    is_reused: bool = False
    scores: Mapping[str, int] = {}
    findings: tuple[str, ...] = ()
    needs_review: bool = False
    usage: Usage | None = None
    costs: Costs | None = None
    cost_usd: Decimal | None = None
    worst_cost_usd: Decimal | None = None
    lost_calls: int = 0
    reason: str | None = None
    explanation: str | None = None


class Manifest(StrictModel):
    """The content of `books/<story_id>/manifest.json`. `cost_usd` is None if any part of it is unknown.

    `version` is 1, plus 1 for each take that a command opened and that has ended, so that manifests can be ordered.
    `wished_model` is the story's own model if another one draws instead. `image_service` is the host that drew: only
    the host shows whether the service charges, as model and prices are those of the request. `costs` are `cost_usd` by
    kind; `bible_costs` is the bible's part of them.
    """

    schema_version: str = "1.0"
    version: int = 1
    story_id: str
    revision: str
    title: str
    language: str
    style: str
    ending: str
    ended_at: datetime | None
    model: str
    wished_model: str | None = None
    image_service: str | None = None
    size: str
    quality: str
    bible: Bible | None = None
    moderation: ModerationResult | None = None
    cost_usd: Decimal | None
    costs: Costs | None = None
    bible_costs: Costs | None = None
    worst_cost_usd: Decimal | None
    pictures: tuple[ManifestPicture, ...]

    @property
    def drawn(self) -> int:
        """The number of drawn pictures."""
        return sum(picture.status is PictureStatus.DRAWN for picture in self.pictures)


def build_manifest(
    plan: StoryPlan, run: Run, records: Sequence[PictureRecord], *, image_service: str | None = None
) -> Manifest:
    """Build the manifest from the plan and the ledger's records; a picture without a record was not started."""
    costs = total_costs(plan, records)
    story = plan.story
    return Manifest(
        version=1 + sum(_is_opened_by_command(record) and record.outcome is not None for record in records),
        story_id=story.story_id,
        revision=plan.revision,
        title=story.title,
        language=story.language,
        style=story.style,
        ending=run.ending.value if run.ending else "",
        ended_at=run.decided_at,
        model=plan.options.model,
        wished_model=story.model if story.model != plan.options.model else None,
        image_service=image_service,
        size=plan.options.size,
        quality=plan.options.quality,
        bible=plan.texts.bible,
        moderation=plan.moderation,
        cost_usd=costs.total,
        costs=costs,
        bible_costs=plan.texts.bible_costs,
        worst_cost_usd=plan.worst_cost_usd,
        pictures=tuple(_picture(message, plan, records) for message in plan.messages),
    )


def _is_opened_by_command(record: PictureRecord) -> bool:
    return record.picture.take > 1 and not record.is_quality_retake


def shown_takes(records: Sequence[PictureRecord]) -> dict[str, PictureRecord]:
    """Return by picture id the record of its latest drawn take, or of its latest take if none was drawn."""
    return {r.picture.picture_id: r for r in sorted(records, key=lambda r: (r.is_drawn, r.picture.take))}


def total_costs(plan: StoryPlan, records: Sequence[PictureRecord]) -> Costs:
    """Return the cost of bible and pictures in US$, by kind; a kind is None if any part of it is unknown."""
    return sum((_costs(record, plan.spec) for record in records), start=plan.texts.bible_costs)


def _costs(record: PictureRecord, spec: ModelSpec) -> Costs:
    outcome = record.outcome
    if record.repays or (outcome is None and record.claim):
        # A lost call may have been billed too. The cost of the chat model is known anyway.
        return Costs(chat=outcome.costs.chat if outcome and outcome.costs else Decimal(0))
    if outcome is None or outcome.attempts == 0:
        return Costs.of()
    return outcome.costs or _costs_of_old_outcome(outcome, spec)


def _costs_of_old_outcome(outcome: PictureOutcome, spec: ModelSpec) -> Costs:
    """Return the costs of an outcome that an earlier release wrote: it stored only their sum and the tokens."""
    if outcome.usage:
        return spec.costs(outcome.usage)
    return Costs.of() if outcome.cost_usd == 0 else Costs(chat=Decimal(0))


def _picture(message: AnyDrawMessage, plan: StoryPlan, records: Sequence[PictureRecord]) -> ManifestPicture:
    takes = [record for record in records if record.picture.picture_id == message.picture.picture_id]
    record = shown_takes(takes).get(message.picture.picture_id)
    outcome = record.outcome if record and record.outcome else _NOT_BEGUN
    costs = sum((_costs(take, plan.spec) for take in takes), start=Costs.of())
    request_fields = {
        "picture_id": message.picture.picture_id,
        "kind": message.kind.value,
        "take": record.picture.take if record else 1,
        "prompt": prompt_of(
            plan.request_of(message), message, plan.spec, sheets_there_are(message, records, plan.spec)
        ),
        "worst_cost_usd": plan.max_cost_of(message),
    }
    outcome_fields = outcome.model_dump(exclude={"model", "is_retaken"})
    # A picture's costs are those of all its takes.
    outcome_fields |= {"needs_review": bool(record and record.needs_review), "costs": costs, "cost_usd": costs.total}
    outcome_fields["lost_calls"] = sum(take.repays for take in takes)
    return ManifestPicture.model_validate({**request_fields, **_subject(message), **outcome_fields})


def _subject(message: AnyDrawMessage) -> Mapping[str, object]:
    if isinstance(message, DrawPageMessage):
        names = tuple(character.name for character in message.characters)
        return {"page_number": message.page.page_number, "text": message.page.text, "characters": names}
    return {"character": message.character.name, "view": message.view}


_NOT_BEGUN = PictureOutcome(status=PictureStatus.FAILED, attempts=0, reason="not_begun")
