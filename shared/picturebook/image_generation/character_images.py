"""The seed's `generate_character_images`: draws one character in several views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from picturebook.image_generation.concurrent_drawing import MOST_CONCURRENT, SeveralPictures
from picturebook.image_generation.drawing_options import DEFAULT_ART_STYLE, CallOptions, DrawingSetup, ImageCall, set_up
from picturebook.image_generation.image_call import CALL_SECONDS, call_openai_image_api
from picturebook.image_generation.input_checks import check_character, check_views, check_whole_number
from picturebook.image_generation.model_choice import PictureOptions
from picturebook.image_generation.picture_uris import read_reference
from picturebook.image_generation.progress import Progress, ProgressCallback
from picturebook.models.pictures import Reference
from picturebook.models.story import Character, OnUnknown
from picturebook.ports.image_store import ImageStore
from picturebook.prompts.picture_prompt import character_parts, render_prompt

if TYPE_CHECKING:
    from openai import AsyncOpenAI

DEFAULT_VIEWS = ("full figure from head to toe, facing the viewer", "portrait of head and shoulders, smiling")
_SOURCE = "generate_character_images"


async def generate_character_images(  # noqa: PLR0913 - the seed's signature, and keyword-only options
    client: AsyncOpenAI,
    character_name: str,
    character_traits: list[str],
    dalle_version: str = "dall-e-3",
    progress_callback: ProgressCallback | None = None,
    *,
    model: str | None = None,
    views: Sequence[str] = DEFAULT_VIEWS,
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
) -> list[str]:
    """Draw a character and return one picture's address per view, in the order of `views`.

    The first view is drawn first; the others, at most `max_concurrency` at once, follow it as their
    reference, so that all show the same character (where the model takes references and the first one
    came as bytes). `model` is the current name of `dalle_version`, and takes precedence. `progress_callback(percent,
    message)`, plain or async, sees percentages that only grow and end at 100. `image_call` draws one
    picture: wrap another retry or circuit around it here. The other arguments are those of
    `call_openai_image_api`; cancelling the task cancels every call.

    Raises ImageValidationError before the first call for a wrong argument. When the first view, or every
    one, fails, its error is raised; when others fail, PicturesIncompleteError whose `finished` are the
    addresses that were paid for.
    """
    character = check_character(character_name, character_traits, description=description, source=_SOURCE)
    wanted = check_views(views, source=_SOURCE)
    limit = check_whole_number("max_concurrency", max_concurrency, most=MOST_CONCURRENT, source=_SOURCE)
    progress = Progress(progress_callback, total=len(wanted), subject=character.name, source=_SOURCE)
    options = PictureOptions(background, output_format, moderation)
    call_options = CallOptions(size, quality, style, art_style, store, timeout_seconds, on_unknown, image_call, options)
    setup = await set_up(client, model or dalle_version, call_options, source=_SOURCE)

    pictures = SeveralPictures(progress, max_concurrency=limit)
    await progress.begin()
    await pictures.draw({wanted[0]: setup.drawing(_prompt(character, wanted[0], setup, title, has_reference=False))})
    pictures.raise_failures([], source=f"image_generation.{_SOURCE}")
    anchor = await _reference_of(pictures.uris[wanted[0]], setup)
    prompts = {view: _prompt(character, view, setup, title, has_reference=bool(anchor)) for view in wanted[1:]}
    await pictures.draw({view: setup.drawing(prompt, anchor) for view, prompt in prompts.items()})
    addresses = [pictures.uris[view] for view in wanted if view in pictures.uris]
    pictures.raise_failures(list(addresses), source=f"image_generation.{_SOURCE}")
    return addresses


def _prompt(character: Character, view: str, setup: DrawingSetup, title: str | None, *, has_reference: bool) -> str:
    parts = character_parts(character, style=setup.call_options.art_style, title=title, view=view)
    return render_prompt(parts, [character.name] if has_reference else [])


async def _reference_of(address: str, setup: DrawingSetup) -> tuple[Reference, ...]:
    """Return the first view as a reference; none for a provider's URL, which is never fetched."""
    if setup.most_references == 0 or address.startswith(("http://", "https://")):
        return ()
    return (await read_reference(address, store=setup.call_options.store, issue="views"),)
