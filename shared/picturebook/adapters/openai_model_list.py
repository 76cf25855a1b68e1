"""The list of models of OpenAI's API, or of any compatible service.

The caller makes and closes the client; see `openai_image_model` for why only types of `openai` are imported here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from picturebook.adapters.openai_errors import translated_errors
from picturebook.errors import ErrorContext, ImageProcessingError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "openai_model_list.served"
# Enough for a list of names.
_TIMEOUT_SECONDS = 10.0


class OpenAIModelList:
    """Implements `ports.model_list.ModelList`; the caller owns the client."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def served(self) -> Mapping[str, date | None]:
        """Send one request, with a timeout of ten seconds; see the port."""
        with translated_errors(_SOURCE):
            quick = self._client.with_options(max_retries=0, timeout=_TIMEOUT_SECONDS)
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                answer = await quick.models.with_raw_response.list()
            return _read(answer.text)


def _read(text: str) -> dict[str, date | None]:
    """Read the raw answer: the SDK does not check that it is a list of models."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _no_list() from error
    listed = content.get("data") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise _no_list()
    models = [model for model in listed if isinstance(model, dict) and isinstance(model.get("id"), str)]
    return {model["id"]: _day(model.get("shutdown_date")) for model in models}


def _no_list() -> ImageProcessingError:
    context = ErrorContext(_SOURCE, severity=ImageProcessingError.default_severity)
    return ImageProcessingError(
        "The image service's answer is no list of models",
        operation="response_parsing",
        image_format="json",
        context=context,
    )


def _day(shutdown: object) -> date | None:
    """Read `shutdown_date`, a field that only OpenAI's list has; a value that is no date is ignored."""
    try:
        return date.fromisoformat(str(shutdown)[:10])
    except ValueError:
        return None
