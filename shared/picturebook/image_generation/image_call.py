"""The seed's `call_openai_image_api`: draws one picture with the caller's client.

Buys by the same step as the Lambda functions, with in-memory stores and a fresh request id, so two calls buy two
pictures. Retries and the circuit breaker are decorators here, and therefore not part of the purchase.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.adapters.system_clock import SystemClock, SystemRandomSource
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import PicturebookError
from picturebook.image_generation.circuit_decorator import openai_circuit_breaker, route_of
from picturebook.image_generation.input_checks import check_prompt, check_whole_number, invalid
from picturebook.image_generation.model_choice import CallChoice, PictureOptions, choose_model
from picturebook.image_generation.picture_uris import data_uri
from picturebook.image_generation.process_rate_limiter import process_rate_limiter
from picturebook.image_generation.retry_decorator import with_retry
from picturebook.image_generation.standalone_purchase import LimitedRoute, buy_standalone
from picturebook.models.pictures import ImageRequest, Reference
from picturebook.models.story import OnUnknown
from picturebook.picture_checks import check_picture
from picturebook.pictures.purchase import Bought
from picturebook.ports.image_store import ImageStore
from picturebook.ports.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# Half of the SDK's own default: pictures of high quality were seen to take two minutes.
CALL_SECONDS = 300.0
_LONGEST_CALL_SECONDS = 3600
_LOGGER = logging.getLogger(__name__)
_SOURCE = "call_openai_image_api"


@with_retry(max_attempts=3, retry_delay=2.0, backoff_factor=2.0)
@openai_circuit_breaker
async def call_openai_image_api(  # noqa: PLR0913, PLR0917 - the seed's signature
    client: AsyncOpenAI,
    model: str,
    prompt: str,
    size: str = "1024x1024",
    quality: str = "standard",
    n: int = 1,
    style: str | None = None,
    *,
    references: Sequence[Reference] = (),
    store: ImageStore | None = None,
    timeout_seconds: float = CALL_SECONDS,
    on_unknown: OnUnknown = "repay_once",
    rate_limiter: RateLimiter | None = None,
    background: str | None = None,
    output_format: str | None = None,
    moderation: str | None = None,
) -> str:
    """Draw one picture and return its address.

    The address is the provider's URL if it sent one, else the address in `store` if one is given, else a `data:` URI.
    `size` is WIDTHxHEIGHT in pixels. `timeout_seconds` bounds each call. A call of unknown outcome may have been
    billed, and is repeated at most once (`on_unknown="hold"`: never). Retired models and parameters are replaced,
    with a warning (see `warning_categories`). The client is left open, and its own retries are not used. All calls of
    this process share one rate limiter, which keeps to the images per minute that the service names; `rate_limiter`
    replaces it. `background`, `output_format` and `moderation` take the model's own values, and are sent only if given.

    Raises ImageValidationError before anything is sent (also for `n` other than 1), a subclass of
    ImageGenerationError when there is no picture, and ImageProcessingError when the answer is not usable.
    """
    try:
        _check_arguments(prompt, n, timeout_seconds)
        clock, random_source = SystemClock(), SystemRandomSource()
        choice = await choose_model(
            client,
            model=model,
            size=size,
            quality=quality,
            style=style,
            today=clock.now().date(),
            options=PictureOptions(background, output_format, moderation),
        )
        request = _request(choice, prompt, tuple(references))
        bought = await buy_standalone(
            request,
            OpenAIImageModel(client),
            limited=LimitedRoute(
                route_of(client, request.model, otherwise=request.model), rate_limiter or process_rate_limiter()
            ),
            store=store,
            timeout_seconds=timeout_seconds,
            on_unknown=on_unknown,
            clock=clock,
            random_source=random_source,
        )
        return await _address(bought, request.size, store)
    except PicturebookError as error:
        error.log_to(_LOGGER)
        raise


def _check_arguments(prompt: str, n: int, timeout_seconds: float) -> None:
    check_prompt(prompt, source=_SOURCE)
    check_whole_number("n", n, most=1, source=_SOURCE)
    is_number = isinstance(timeout_seconds, int | float) and not isinstance(timeout_seconds, bool)
    if not is_number or not 0 < timeout_seconds <= _LONGEST_CALL_SECONDS:
        accepted = f"more than 0 and at most {_LONGEST_CALL_SECONDS} seconds"
        raise invalid("timeout_seconds", "Invalid timeout", provided=timeout_seconds, accepted=accepted, source=_SOURCE)


def _request(choice: CallChoice, prompt: str, references: tuple[Reference, ...]) -> ImageRequest:
    if choice.spec and len(references) > choice.spec.most_references:
        accepted = f"at most {choice.spec.most_references}"
        raise invalid("references", "Too many", provided=len(references), accepted=accepted, source=_SOURCE)
    full_prompt = check_prompt(prompt + choice.style_text, source=_SOURCE)
    return ImageRequest(
        choice.model,
        full_prompt,
        choice.size,
        choice.quality,
        references,
        choice.style,
        input_fidelity=choice.spec.best_input_fidelity if choice.spec and references else None,
        **asdict(choice.options),
    )


async def _address(bought: Bought, size: str, store: ImageStore | None) -> str:
    content = bought.image.content
    if content is None:
        return str(bought.image.url)  # the adapter refuses an answer with neither
    checked = await THREADS.run(check_picture, content, size=size)
    if bought.image.url:
        return bought.image.url
    if store is not None and bought.key is not None:
        return store.uri(bought.key)
    return data_uri(content, checked.media_type)
