"""The models that draw and write for a deployment, from its parameters or from the template's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from picturebook.catalogue import REPLACE_WITHIN, ChatSpec, ModelSpec, Retirement, load_catalogue
from picturebook.catalogue.retirement import NOTICE
from picturebook.models.story import Story
from picturebook.planning import DrawingOptions, drawing_options


@dataclass(frozen=True, slots=True)
class ModelsInUse:
    """`image` draws stories that name no model; `chat` writes texts (None: no texts are written).

    A model that retires within `replace_within` is replaced.
    """

    image: str
    chat: ChatSpec | None
    replace_within: timedelta = REPLACE_WITHIN

    def options(self, story: Story, *, today: date) -> tuple[DrawingOptions, ModelSpec]:
        """Return a story's drawing options and model; raises InputRefusedError naming `model`, `size` or `quality`."""
        return drawing_options(
            story, load_catalogue(), default_model=self.image, today=today, replace_within=self.replace_within
        )

    def retiring(self, story: Story, *, today: date) -> Iterator[Retirement]:
        """Yield those of the story's models that are retired or retire soon."""
        choice = load_catalogue().choose(story.model or self.image, today=today, replace_within=self.replace_within)
        if choice.retirement:
            yield choice.retirement
        chat = self.chat
        if chat and chat.retires_on and chat.retires_on <= today + NOTICE:
            yield Retirement(chat.name, chat.retires_on, None, chat.retires_on <= today, is_replaced=False)


def models_in_use(parameters: Mapping[str, str]) -> ModelsInUse:
    """Read the models from a stack's parameters. A stack of an older version may not have all of them."""
    chat = parameters.get("ChatModel")
    days = parameters.get("ReplaceRetiringDays")
    return ModelsInUse(
        image=parameters["DefaultModel"],
        chat=load_catalogue().chat_or_unknown(chat) if chat else None,
        replace_within=REPLACE_WITHIN if days is None else timedelta(days=int(days)),
    )
