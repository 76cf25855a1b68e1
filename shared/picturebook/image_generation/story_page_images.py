"""The seed's `generate_story_page_images`: draws every page of a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from picturebook.image_generation.concurrent_drawing import MOST_CONCURRENT, DrawingCall, SeveralPictures
from picturebook.image_generation.drawing_options import DEFAULT_ART_STYLE, CallOptions, DrawingSetup, ImageCall, set_up
from picturebook.image_generation.image_call import CALL_SECONDS, call_openai_image_api
from picturebook.image_generation.input_checks import check_character, check_pages, check_whole_number, invalid
from picturebook.image_generation.model_choice import PictureOptions, default_model
from picturebook.image_generation.picture_uris import PictureSource, read_reference
from picturebook.image_generation.progress import Progress, ProgressCallback
from picturebook.models.messages import CharacterOnPage, PageContent
from picturebook.models.pictures import Reference
from picturebook.models.story import Character, OnUnknown, Page, fold_name
from picturebook.ports.image_store import ImageStore
from picturebook.prompts.picture_prompt import page_parts, render_prompt

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "generate_story_page_images"
# The seed's signature has only the names of the other characters on a page.
_UNDESCRIBED = ("as the page's text tells",)


class PageImage(TypedDict):
    """One page of the answer. `image_url` is an address as `call_openai_image_api` returns it."""

    page_number: int
    text: str
    image_url: str
    prompt: str


async def generate_story_page_images(  # noqa: PLR0913 - the seed's signature, and keyword-only options
    client: AsyncOpenAI,
    story_content: Mapping[str, object],
    character_name: str,
    character_traits: list[str],
    *,
    progress_callback: ProgressCallback | None = None,
    model: str | None = None,
    references: Sequence[PictureSource] = (),
    description: str | None = None,
    art_style: str = DEFAULT_ART_STYLE,
    title: str | None = None,
    size: str = "1024x1024",
    quality: str = "standard",
    style: str | None = None,
    store: ImageStore | None = None,
    max_concurrency: int = 4,
    timeout_seconds: float = CALL_SECONDS,
    on_unknown: OnUnknown = "repay_once",
    image_call: ImageCall = call_openai_image_api,
    background: str | None = None,
    output_format: str | None = None,
    moderation: str | None = None,
) -> list[PageImage]:
    """Draw every page and return them in the order of `story_content`.

    `story_content` is `{"pages": [{"text", "page_number"?, "characters"?, "scene"?}]}`; without
    `characters` the hero (`character_name`) is on the page. `references` show the hero: what
    `generate_character_images` returned, or bytes. Without them the hero is only described, and will look
    less alike from page to page. At most `max_concurrency` pages are drawn at once. The other arguments
    are those of `generate_character_images`.

    Raises ImageValidationError before the first call for a wrong argument. When all pages fail, the first
    one's error is raised; when some fail, PicturesIncompleteError whose `finished` are the pages that were
    drawn and paid for, as they would have been returned, and whose `failures` are keyed by page number.
    """
    hero = check_character(character_name, character_traits, description=description, source=_SOURCE)
    pages = check_pages(story_content, hero=hero.name, source=_SOURCE)
    limit = check_whole_number("max_concurrency", max_concurrency, most=MOST_CONCURRENT, source=_SOURCE)
    progress = Progress(progress_callback, total=len(pages), subject="the story", source=_SOURCE)
    options = PictureOptions(background, output_format, moderation)
    call_options = CallOptions(size, quality, style, art_style, store, timeout_seconds, on_unknown, image_call, options)
    setup = await set_up(client, model or default_model(), call_options, source=_SOURCE)
    sheets = await _read_references(references, setup)
    prepared = [_prepare(page, hero, sheets, setup, title) for page in pages]

    pictures = SeveralPictures(progress, max_concurrency=limit)
    await progress.begin()
    await pictures.draw({one.page.page_number: one.drawing for one in prepared})
    finished = [
        one.drawn(pictures.uris[one.page.page_number]) for one in prepared if one.page.page_number in pictures.uris
    ]
    pictures.raise_failures(list(finished), source=f"image_generation.{_SOURCE}")
    return finished


@dataclass(frozen=True, slots=True)
class _PreparedPage:
    """A page that is ready to be drawn."""

    page: Page
    prompt: str
    drawing: DrawingCall

    def drawn(self, address: str) -> PageImage:
        return PageImage(page_number=self.page.page_number, text=self.page.text, image_url=address, prompt=self.prompt)


def _prepare(
    page: Page, hero: Character, sheets: tuple[Reference, ...], setup: DrawingSetup, title: str | None
) -> _PreparedPage:
    names = {fold_name(name): name for name in page.characters}
    on_page = [
        hero if folded == fold_name(hero.name) else CharacterOnPage(name=name, traits=_UNDESCRIBED)
        for folded, name in names.items()
    ]
    sent = sheets if hero in on_page else ()
    parts = page_parts(PageContent.of(page), on_page, style=setup.call_options.art_style, title=title)
    prompt = render_prompt(parts, [hero.name] * len(sent))
    return _PreparedPage(page, prompt, setup.drawing(prompt, sent))


async def _read_references(references: Sequence[PictureSource], setup: DrawingSetup) -> tuple[Reference, ...]:
    if not isinstance(references, list | tuple):
        accepted = "a list of pictures, also of one"
        raise invalid(
            "references", "Invalid references", provided=type(references).__name__, accepted=accepted, source=_SOURCE
        )
    if len(references) > setup.most_references:
        accepted = f"at most {setup.most_references} with {setup.choice.model}"
        raise invalid("references", "Too many references", provided=len(references), accepted=accepted, source=_SOURCE)
    return tuple(
        [
            await read_reference(source, store=setup.call_options.store, issue=f"references[{index}]")
            for index, source in enumerate(references)
        ]
    )
