"""The messages of a story's pictures, one each, from the story and its bible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from picturebook.catalogue import ModelSpec
from picturebook.models.accepted_text import ALREADY_CHECKED
from picturebook.models.bible import Bible
from picturebook.models.messages import (
    FULL_FIGURE,
    PORTRAIT,
    AnyDrawMessage,
    CharacterOnPage,
    DrawCharacterMessage,
    DrawnCharacter,
    DrawPageMessage,
    PageContent,
    RunRef,
    SheetRef,
)
from picturebook.models.moderation import ModerationResult
from picturebook.models.story import Character, Page, Story, fold_name
from picturebook.planning.book_texts import BookTexts
from picturebook.planning.options import DrawingOptions
from picturebook.planning.picture_request import with_request
from picturebook.planning.plan import StoryPlan
from picturebook.prompts.bible_prompt import fallback_appearance


def plan_pictures(
    story: Story,
    spec: ModelSpec,
    *,
    options: DrawingOptions,
    texts: BookTexts,
    drawn_already: Collection[str] = (),
    moderation: ModerationResult | None = None,
    correlation_id: str | None = None,
    has_further_views: bool = True,
) -> StoryPlan:
    """Plan a valid story; the same story with the same model, options and texts gives the same plan.

    `drawn_already` are request hashes of pictures that an earlier revision of the story had drawn. Without
    `has_further_views` each character has the full figure alone, as in the plans of earlier releases.
    """
    run = RunRef(story_id=story.story_id, revision=story.revision())
    common = {
        **options.model_dump(),
        "schema_version": story.schema_version,
        "run": run,
        "style": texts.bible.style,
        "palette": texts.bible.palette,
        "title": story.title,
        "language": story.language,
        "correlation_id": correlation_id,
    }
    has_views = has_further_views and spec.most_references > 0
    cast = {
        fold_name(character.name): _on_page(character, number, texts.bible, has_views=has_views)
        for number, character in enumerate(story.characters, start=1)
    }
    sheets = [message for character in cast.values() for message in _character_messages(character, common)]
    pages = [
        _page_message(page, [_anchored(cast[fold_name(name)], spec) for name in page.characters], common, texts)
        for page in sorted(story.pages, key=lambda page: page.page_number)
    ]
    messages = list(_with_requests([*sheets, *pages], spec, options, drawn_already))
    characters = tuple(message for message in messages if isinstance(message, DrawCharacterMessage))
    drawn_pages = tuple(message for message in messages if isinstance(message, DrawPageMessage))
    return StoryPlan(
        *(story, run.revision, characters, drawn_pages, options, spec, texts),
        drawn_already=frozenset(drawn_already),
        moderation=moderation,
    )


def _with_requests(
    messages: Sequence[AnyDrawMessage], spec: ModelSpec, options: DrawingOptions, drawn_already: Collection[str]
) -> Iterator[AnyDrawMessage]:
    """Compose the request of each picture, and mark those that were drawn already."""
    seen: Counter[str] = Counter()
    for message in messages:
        planned = with_request(message, spec, options, seen)
        is_drawn = planned.request is not None and planned.request.request_hash in drawn_already
        yield planned.model_copy(update={"is_drawn_already": is_drawn})


def _on_page(character: Character, number: int, bible: Bible, *, has_views: bool) -> CharacterOnPage:
    """Return a character with its appearance and its sheets: the full figure alone where it `has_views` none."""
    appearance = bible.appearance_of(character.name) or fallback_appearance(character)
    picture_id = f"character-{number:02d}"
    views = (PORTRAIT,) if character.views is None else tuple(dict.fromkeys(character.views))
    further = tuple(
        SheetRef(picture_id=_view_id(picture_id, view, place), view=view)
        for place, view in enumerate(views, start=2)
        if has_views and view != FULL_FIGURE
    )
    return CharacterOnPage(
        name=character.name,
        traits=character.traits,
        description=appearance.description,
        picture_id=picture_id,
        further_sheets=further,
    )


def _view_id(picture_id: str, view: str, place: int) -> str:
    return f"{picture_id}-{PORTRAIT}" if view == PORTRAIT else f"{picture_id}-view-{place}"


def _character_messages(sheet: CharacterOnPage, common: Mapping[str, object]) -> list[DrawCharacterMessage]:
    """Return the message of the full figure, then of each view that follows it."""
    character = DrawnCharacter(name=sheet.name, traits=sheet.traits, description=sheet.description)
    about = {**common, "character": character}
    anchor = SheetRef(picture_id=sheet.picture_id or "", view=FULL_FIGURE)
    views: list[dict[str, object]] = [{"picture_id": sheet.picture_id}]
    views += [{"picture_id": one.picture_id, "view": one.view, "anchor": anchor} for one in sheet.further_sheets]
    return [DrawCharacterMessage.model_validate({**about, **view}, context=ALREADY_CHECKED) for view in views]


def _anchored(character: CharacterOnPage, spec: ModelSpec) -> CharacterOnPage:
    """Return a character as a page has it: without its sheet where the model takes no references."""
    return character if spec.most_references else character.model_copy(update={"picture_id": None})


def _page_message(
    page: Page, on_page: list[CharacterOnPage], common: Mapping[str, object], texts: BookTexts
) -> DrawPageMessage:
    about = {
        "picture_id": f"page-{page.page_number:03d}",
        "page": PageContent.of(page),
        "characters": tuple(on_page),
        "alt_text_by": "chat" if texts.alt_texts else "composed",
    }
    return DrawPageMessage.model_validate({**common, **about}, context=ALREADY_CHECKED)
