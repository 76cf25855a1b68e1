"""From a story to its pictures: which there are, what each message says, what all may cost. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from picturebook.catalogue import REPLACE_WITHIN, Catalogue, ModelSpec
from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.messages import (
    AnyDrawMessage,
    CharacterOnPage,
    DrawCharacterMessage,
    DrawMessage,
    DrawPageMessage,
    PageContent,
    RunRef,
)
from picturebook.models.story import Character, OnUnknown, Page, Story, fold_name
from picturebook.models.strict_model import StrictModel
from picturebook.prompts import character_prompt, page_prompt

DEFAULT_QUALITY = "medium"


class DrawingOptions(StrictModel):
    """How every picture of a run is drawn: the story's wishes with the defaults filled in."""

    model: str
    size: str
    quality: str
    on_unknown: OnUnknown


@dataclass(frozen=True, slots=True)
class StoryPlan:
    """All pictures of a story. `worst_cost_usd` is the catalogue's worst case for one take of each, None if unknown."""

    story: Story
    revision: str
    characters: tuple[DrawCharacterMessage, ...]
    pages: tuple[DrawPageMessage, ...]
    options: DrawingOptions
    spec: ModelSpec
    worst_cost_usd: Decimal | None

    @property
    def spare_usd(self) -> Decimal | None:
        """What the story's maximum leaves beside one take of each picture; None where nobody set a maximum."""
        most = self.story.max_cost_usd
        return None if most is None or self.worst_cost_usd is None else most - self.worst_cost_usd

    @property
    def messages(self) -> tuple[AnyDrawMessage, ...]:
        """One message per picture, characters first."""
        return (*self.characters, *self.pages)

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """The ids of all pictures, characters first."""
        return tuple(message.picture.picture_id for message in self.messages)

    def first_messages(self) -> tuple[AnyDrawMessage, ...]:
        """Return what can be drawn at once: the characters, and the pages that need none."""
        return (*self.characters, *(page for page in self.pages if not page.characters))

    def pages_ready_after(self, settled: str, still_open: Collection[str]) -> tuple[DrawPageMessage, ...]:
        """Return the pages for which the character `settled` was the last one to settle."""
        return tuple(page for page in self.pages if self._is_ready(page, settled, still_open))

    @staticmethod
    def _is_ready(page: DrawPageMessage, settled: str, still_open: Collection[str]) -> bool:
        sheets = {character.picture_id for character in page.characters}
        return settled in sheets and sheets.isdisjoint(still_open)


def drawing_options(
    wishes: Story | DrawMessage,
    catalogue: Catalogue,
    *,
    default_model: str,
    today: date,
    replace_within: timedelta = REPLACE_WITHIN,
) -> tuple[DrawingOptions, ModelSpec]:
    """Fill in the defaults and check them; raises InputRefusedError naming `model`, `size` or `quality`."""
    spec = catalogue.choose(wishes.model or default_model, today=today, replace_within=replace_within).spec
    options = DrawingOptions(
        model=spec.name,
        size=wishes.size or spec.default_size,
        quality=wishes.quality or DEFAULT_QUALITY,
        on_unknown=wishes.on_unknown,
    )
    spec.check(size=options.size, quality=options.quality)
    return options, spec


def plan_pictures(
    story: Story, spec: ModelSpec, *, options: DrawingOptions, correlation_id: str | None = None
) -> StoryPlan:
    """Plan a valid story; the same story with the same model and options gives the same plan."""
    run = RunRef(story_id=story.story_id, revision=story.revision())
    common = {
        **options.model_dump(),
        "schema_version": story.schema_version,
        "run": run,
        "style": story.style,
        "title": story.title,
        "correlation_id": correlation_id,
    }
    sheets = {
        fold_name(character.name): CharacterOnPage(**dict(character), picture_id=f"character-{number:02d}")
        for number, character in enumerate(story.characters, start=1)
    }
    characters = tuple(_character_message(sheet, common) for sheet in sheets.values())
    pages = tuple(
        _page_message(page, [sheets[fold_name(name)] for name in page.characters], common)
        for page in sorted(story.pages, key=lambda page: page.page_number)
    )
    messages: tuple[AnyDrawMessage, ...] = (*characters, *pages)
    cost = _sum([worst_cost(message, spec, options) for message in messages])
    return StoryPlan(story, run.revision, characters, pages, options, spec, cost)


def check_budget(plan: StoryPlan) -> None:
    """Raise InputRefusedError when the worst case is above the story's `max_cost_usd`, or unknown."""
    most = plan.story.max_cost_usd
    if most is None:
        return
    if plan.worst_cost_usd is None:
        raise InputRefusedError(
            f"is US${most}, and the price of {plan.spec.name} is unknown",
            field="max_cost_usd",
            accepted="no maximum, or a model whose price is known",
            reason="unknown_price",
            story_id=plan.story.story_id,
        )
    if plan.worst_cost_usd > most:
        raise InputRefusedError(
            f"is US${most}, and the pictures may cost US${plan.worst_cost_usd}",
            field="max_cost_usd",
            accepted=f"at least {plan.worst_cost_usd}, or fewer, smaller or simpler pictures",
            reason="over_budget",
            story_id=plan.story.story_id,
        )


def _character_message(sheet: CharacterOnPage, common: Mapping[str, object]) -> DrawCharacterMessage:
    character = Character(name=sheet.name, traits=sheet.traits, description=sheet.description)
    return DrawCharacterMessage.model_validate({**common, "picture_id": sheet.picture_id, "character": character})


def _page_message(page: Page, on_page: list[CharacterOnPage], common: Mapping[str, object]) -> DrawPageMessage:
    about = {"picture_id": f"page-{page.page_number:03d}", "page": PageContent.of(page), "characters": tuple(on_page)}
    return DrawPageMessage.model_validate({**common, **about})


def prompt_of(message: AnyDrawMessage, spec: ModelSpec) -> str:
    """Return the prompt that a message asks for, naming no more references than the model takes.

    Raises InputRefusedError when what must not be dropped is longer than the model's prompts may be.
    """
    try:
        return _prompt_of(message, spec)
    except ImageValidationError as error:
        raise InputRefusedError(
            error.message.rstrip("."),
            field=f"{message.picture.picture_id}: descriptions of its characters",
            accepted=f"fewer characters, or shorter traits and descriptions: {spec.most_prompt_characters} characters",
            reason="too_large",
            story_id=message.run.story_id if message.run else None,
        ) from error


def _prompt_of(message: AnyDrawMessage, spec: ModelSpec) -> str:
    if isinstance(message, DrawCharacterMessage):
        return character_prompt(
            message.character,
            style=message.style,
            title=message.title,
            most_characters=spec.most_prompt_characters,
        )
    names = [sheet.name for sheet in sheets_on(message)][: spec.most_references]
    return page_prompt(
        message.page,
        message.characters,
        style=message.style,
        title=message.title,
        reference_names=names,
        most_characters=spec.most_prompt_characters,
    )


def sheets_on(message: AnyDrawMessage) -> tuple[CharacterOnPage, ...]:
    """Return the characters of a page that have a sheet, in the page's order: the order of its references."""
    if not isinstance(message, DrawPageMessage):
        return ()
    return tuple(character for character in message.characters if character.picture_id or character.reference_key)


def _sum(costs: Sequence[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def worst_cost(message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions) -> Decimal | None:
    """Return what one take of a picture may cost at the most, in US$, or None where its price is unknown."""
    references = min(len(sheets_on(message)), spec.most_references)
    return spec.worst_cost(
        size=options.size,
        quality=options.quality,
        prompt_bytes=len(prompt_of(message, spec).encode()),
        references=references,
    )
