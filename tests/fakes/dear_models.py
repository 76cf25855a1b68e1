"""Models that write as much and bill as much as their prices allow: what they cost is what an estimate must hold."""

from __future__ import annotations

import json

from picturebook.catalogue import load_catalogue
from picturebook.catalogue.output_tokens import count_output_tokens
from picturebook.models.bible import MOST_COLOURS
from picturebook.models.pictures import ChatUsage, DrawnImage, ImageRequest, Usage
from picturebook.ports.chat_model import ChatAnswer, ChatRequest
from picturebook.prompts.bible_prompt.request import MOST_COLOUR_LENGTH, MOST_DETAILS, MOST_STYLE_DETAILS
from tests.fakes.image_model import FakeImageModel, picture
from tests.fakes.text_models import FakeChatModel, bible_answer, details, good_answer

# A letter of four bytes: the same number of characters, and the most tokens.
_WIDE = 0x20000


class DearImageModel(FakeImageModel):
    """Counts a token for every byte of the prompt, and the most for every picture."""

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        self.requests.append(request)
        spec = load_catalogue().spec(request.model)
        assert spec.output_tokens is not None
        usage = Usage(
            text_in=len(request.prompt.encode()),
            image_in=len(request.references) * spec.reference_tokens,
            image_out=count_output_tokens(spec.output_tokens, request.size, request.quality),
        )
        return DrawnImage(content=picture(request.size, request.prompt), url=None, usage=usage)


class DearChatModel(FakeChatModel):
    """Writes the longest words that are taken, and counts a token for every byte and all that may come out."""

    def __init__(self, *, most_details: int = MOST_DETAILS) -> None:
        super().__init__()
        self._most_details = most_details

    async def complete(self, request: ChatRequest, *, timeout_seconds: float) -> ChatAnswer:
        self.requests.append(request)
        assert request.most_tokens_out is not None
        sent = request.instructions + request.text + json.dumps(request.schema)
        usage = ChatUsage(tokens_in=len(sent.encode()), tokens_out=request.most_tokens_out)
        return ChatAnswer(self._longest(request), usage)

    def _longest(self, request: ChatRequest) -> str:
        if request.schema_name == "alt_text":
            return good_answer(request)
        asked = json.loads(request.text)
        written = [details(one["number"], chr(_WIDE) * self._most_details) for one in asked["characters"]]
        if "style_details" not in str(request.schema):
            return bible_answer(*written, asks_style=False)
        left = min(MOST_STYLE_DETAILS, 400 - len(asked["style"]) - 2)
        colours = [chr(_WIDE + number) * MOST_COLOUR_LENGTH for number in range(MOST_COLOURS)]
        return bible_answer(*written, style_details=chr(_WIDE) * left, palette=colours)
