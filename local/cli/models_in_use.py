"""Which models draw and write where a story is handed in: a deployment's parameters, or the template's defaults."""

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
    """`image` draws stories that name no model, `chat` writes words (None: nobody does).

    A model that goes within `replace_within` is replaced.
    """

    image: str
    chat: ChatSpec | None
    replace_within: timedelta = REPLACE_WITHIN

    def options(self, story: Story, *, today: date) -> tuple[DrawingOptions, ModelSpec]:
        """Return how a story is drawn; raises InputRefusedError naming `model`, `size` or `quality`."""
        return drawing_options(
            story, load_catalogue(), default_model=self.image, today=today, replace_within=self.replace_within
        )

    def retiring(self, story: Story, *, today: date) -> Iterator[Retirement]:
        """Return those of the story's models that are gone, or go soon."""
        choice = load_catalogue().choose(story.model or self.image, today=today, replace_within=self.replace_within)
        if choice.retirement:
            yield choice.retirement
        chat = self.chat
        if chat and chat.retires_on and chat.retires_on <= today + NOTICE:
            yield Retirement(chat.name, chat.retires_on, None, chat.retires_on <= today, is_replaced=False)


def models_in_use(parameters: Mapping[str, str]) -> ModelsInUse:
    """Read the stack's parameters; one that an older deployment does not have has no effect there."""
    chat = parameters.get("ChatModel")
    days = parameters.get("ReplaceRetiringDays")
    return ModelsInUse(
        image=parameters["DefaultModel"],
        chat=load_catalogue().chat_or_unknown(chat) if chat else None,
        replace_within=REPLACE_WITHIN if days is None else timedelta(days=int(days)),
    )
