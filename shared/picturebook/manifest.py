"""The manifest of a book: what was drawn of a story, where it is, what it cost. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from picturebook.catalogue import ModelSpec
from picturebook.models.bible import Bible
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.moderation import Verdict
from picturebook.models.pictures import AltText, Costs, Derivative, PictureOutcome, PictureStatus, Usage
from picturebook.models.runs import PictureRecord, Run
from picturebook.models.strict_model import StrictModel
from picturebook.planning import StoryPlan, prompt_of


class ManifestPicture(StrictModel):
    """One picture of the book. `key` is its place in the bucket; a picture that is missing says why.

    `view` is set for characters. `worst_cost_usd` is what the picture was estimated to cost at the most, beside what it
    did cost. `scores`, `findings`, `needs_review`, `is_reused`: see PictureOutcome.
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
    """What `books/<story_id>/manifest.json` holds. `cost_usd` is None where any part of it is unknown.

    `version` is 1 and one more for each further take that has ended, so that the newer of two can be told.
    `wished_model` is the story's own where another one draws in its place. `image_service` is the host that drew: the
    model's name and the price list are what it was asked for, and only its address tells a service that charges.
    `costs` are `cost_usd` by kind, `bible_costs` the part of them that went into the bible's words.
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
    moderation: Verdict | None = None
    cost_usd: Decimal | None
    costs: Costs | None = None
    bible_costs: Costs | None = None
    worst_cost_usd: Decimal | None
    pictures: tuple[ManifestPicture, ...]

    @property
    def drawn(self) -> int:
        """How many pictures there are to look at."""
        return sum(picture.status is PictureStatus.DRAWN for picture in self.pictures)


def build_manifest(
    plan: StoryPlan, run: Run, records: Sequence[PictureRecord], *, image_service: str | None = None
) -> Manifest:
    """Build the manifest from the plan and the ledger's records; a picture without a record was not begun."""
    by_id = shown_takes(records)
    pictures = tuple(_picture(message, plan.spec, by_id) for message in plan.messages)
    story = plan.story
    return Manifest(
        version=1 + sum(record.picture.take > 1 and record.outcome is not None for record in records),
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
        cost_usd=total_cost(records),
        worst_cost_usd=plan.worst_cost_usd,
        pictures=pictures,
    )


def shown_takes(records: Sequence[PictureRecord]) -> dict[str, PictureRecord]:
    """Return the record of each picture's latest drawn take, by picture id; of its latest one where none was drawn."""
    return {r.picture.picture_id: r for r in sorted(records, key=lambda r: (is_drawn(r), r.picture.take))}


def is_drawn(record: PictureRecord | None) -> bool:
    """Say whether the take ended with a picture."""
    return bool(record and record.outcome and record.outcome.status is PictureStatus.DRAWN)


def total_cost(records: Sequence[PictureRecord]) -> Decimal | None:
    """Return what the pictures cost in US$, or None when that is not known of each one that was paid for."""
    costs = [_cost(record) for record in records]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _cost(record: PictureRecord) -> Decimal | None:
    outcome = record.outcome
    if record.repays:
        return None  # the lost call may have been billed beside this one
    if outcome is None:
        return None if record.claim else Decimal(0)
    return Decimal(0) if outcome.attempts == 0 else outcome.cost_usd


def _picture(message: AnyDrawMessage, spec: ModelSpec, records: Mapping[str, PictureRecord]) -> ManifestPicture:
    record = records.get(message.picture.picture_id)
    outcome = record.outcome if record and record.outcome else _NOT_BEGUN
    subject: dict[str, object] = {}
    if isinstance(message, DrawPageMessage):
        names = tuple(character.name for character in message.characters)
        subject = {"page_number": message.page.page_number, "text": message.page.text, "characters": names}
    else:
        subject = {"character": message.character.name}
    about = {
        "picture_id": message.picture.picture_id,
        "kind": message.kind.value,
        "take": record.picture.take if record else 1,
        "prompt": prompt_of(message, spec),
    }
    ended = outcome.model_dump(exclude={"model", "is_retaken"})
    if record and record.repays:
        ended |= {"cost_usd": None, "lost_calls": record.repays}
    return ManifestPicture.model_validate({**about, **subject, **ended})


_NOT_BEGUN = PictureOutcome(status=PictureStatus.FAILED, attempts=0, reason="not_begun")
