"""The messages on the image queues. Each is complete: to draw it, a worker needs only the reference pictures besides.

A message belongs to a story's run, or is a request without a story (`request_id`). The story queue's messages are
stories, or EventBridge's events about uploads (see `entrypoints/story_records.py`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_serializer, field_validator, model_validator
from pydantic_core import PydanticCustomError

from picturebook.models.accepted_text import (
    ALREADY_CHECKED,
    LANGUAGE_TAG,
    PICTURE_KEY,
    REVISION,
    LongText,
    SafeId,
    ShortText,
)
from picturebook.models.bible import MOST_COLOURS, AppearanceText
from picturebook.models.picture_request import PictureRequest, complete_request, shorten_request
from picturebook.models.pictures import PictureKind, PictureRef
from picturebook.models.story import MOST_VIEWS, Character, Model, OnUnknown, Page, Quality, Size
from picturebook.models.strict_model import StrictModel


def _stays_below_images(key: str) -> str:
    if ".." in key:
        raise PydanticCustomError("unsafe_key", "leaves images/", {"accepted": "a key below images/ without '..'"})
    return key


# A key in our own bucket, below images/, never a URL: nothing is fetched from an address that the sender names.
PictureKey = Annotated[str, Field(max_length=512, pattern=PICTURE_KEY), AfterValidator(_stays_below_images)]

Revision = Annotated[str, Field(pattern=REVISION)]
MOST_TAKES = 1000
Take = Annotated[int, Field(ge=1, le=MOST_TAKES)]


class RunRef(StrictModel):
    """The run that a message belongs to. `revision`: 16 hexadecimal digits."""

    story_id: SafeId
    revision: Revision


FULL_FIGURE = "full figure"
PORTRAIT = "portrait"


class SheetRef(StrictModel):
    """One view of a character, drawn in the same run."""

    picture_id: SafeId
    view: ShortText
    take: Take = 1


class DrawnCharacter(Character):
    """A character with its appearance as the description, which may be longer than a story's own."""

    description: AppearanceText | None = None


class CharacterOnPage(DrawnCharacter):
    """A character on a page: its description, and its sheets.

    `picture_id` and `take` name the full figure of the same run, `further_sheets` its other views; `reference_key` is
    the key of a stored picture, for requests without a story.
    """

    picture_id: SafeId | None = None
    take: Take = 1
    further_sheets: Annotated[tuple[SheetRef, ...], Field(max_length=MOST_VIEWS)] = ()
    reference_key: PictureKey | None = None


class PageContent(StrictModel):
    """What a page's picture shows: the page without its names, as the message has the whole characters."""

    page_number: Annotated[int, Field(ge=1, le=9999)]
    text: LongText
    scene: LongText | None = None

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the content of a story's page."""
        content = {"page_number": page.page_number, "text": page.text, "scene": page.scene}
        return cls.model_validate(content, context=ALREADY_CHECKED)


class DrawMessage(StrictModel):
    """The common fields of both kinds of messages.

    `style`, `palette` and the characters' descriptions come from the bible. `variant` distinguishes pictures of one
    story whose requests are otherwise equal. A planned picture's message has its `request`; for a picture without a
    story it is composed at admission. `is_drawn_already`: when the story was accepted, an earlier revision had drawn
    the same picture, so no money was set aside for it. `alt_text_by`: whether a chat model, which costs money, may
    write the alt text.
    """

    schema_version: Literal["1.0"]
    run: RunRef | None = None
    request_id: SafeId | None = None
    picture_id: SafeId | None = None
    take: Take = 1
    style: ShortText
    palette: Annotated[tuple[ShortText, ...], Field(max_length=MOST_COLOURS)] = ()
    title: ShortText | None = None
    language: Annotated[str, Field(pattern=LANGUAGE_TAG)] | None = None
    variant: Annotated[int, Field(ge=0, le=9999)] = 0
    is_drawn_already: bool = False
    alt_text_by: Literal["chat", "composed"] = "composed"
    model: Model | None = None
    size: Size | None = None
    quality: Quality | None = None
    on_unknown: OnUnknown = "repay_once"
    correlation_id: SafeId | None = None

    # Both kinds have the field `request` behind the fields that have the texts of its prompt.
    @field_validator("request", check_fields=False)
    @classmethod
    def _has_all_texts(cls, request: PictureRequest | None, info: ValidationInfo) -> PictureRequest | None:
        if request and info.data.get("request_id"):
            raise PydanticCustomError(
                "planned", "is composed when the picture is admitted", {"accepted": "none beside a request_id"}
            )
        return complete_request(request, info.data) if request else None

    @field_serializer("request", when_used="json", check_fields=False)
    def _says_each_text_once(self, request: PictureRequest | None) -> dict[str, Any] | None:
        return shorten_request(request, dict(self)) if request else None

    @model_validator(mode="after")
    def _has_one_owner(self) -> Self:
        if (self.run is None) == (self.request_id is None):
            raise PydanticCustomError(
                "owner",
                "needs exactly one owner",
                {
                    "field": "request_id",
                    "problem": "is missing, or given with `run`",
                    "accepted": "a request_id for a single picture",
                },
            )
        return self

    def ref(self, default_picture_id: str) -> PictureRef:
        """Return the picture's name; a request without a `picture_id` gets the default one."""
        picture_id = self.picture_id or default_picture_id
        if self.run:
            return PictureRef(
                story_id=self.run.story_id, revision=self.run.revision, picture_id=picture_id, take=self.take
            )
        return PictureRef(request_id=self.request_id, picture_id=picture_id, take=self.take)


class DrawCharacterMessage(DrawMessage):
    """Draw one view of a character: its full figure, or another view with the full figure as its reference.

    The reference is `anchor`, a sheet of the same run, or `reference_key`, the key of a stored picture, for requests
    without a story.
    """

    character: DrawnCharacter
    view: ShortText = FULL_FIGURE
    anchor: SheetRef | None = None
    reference_key: PictureKey | None = None
    request: PictureRequest | None = None

    @model_validator(mode="after")
    def _a_request_follows_no_sheet(self) -> Self:
        if self.request_id and self.anchor:
            raise PydanticCustomError(
                "no_run",
                "names a sheet of a run, and this is a request without one",
                {"field": "anchor", "accepted": "a reference_key, or neither"},
            )
        return self

    @property
    def kind(self) -> PictureKind:
        """What is drawn."""
        return PictureKind.CHARACTER

    @property
    def picture(self) -> PictureRef:
        """The picture's name."""
        return self.ref("character")


class DrawPageMessage(DrawMessage):
    """Draw one page; `characters` are the page's characters in its order."""

    page: PageContent
    characters: Annotated[tuple[CharacterOnPage, ...], Field(max_length=40)] = ()
    request: PictureRequest | None = None

    @model_validator(mode="after")
    def _a_request_waits_for_no_sheet(self) -> Self:
        for number, character in enumerate(self.characters):
            if self.request_id and (character.picture_id or character.further_sheets):
                named = "picture_id" if character.picture_id else "further_sheets"
                raise PydanticCustomError(
                    "no_run",
                    "names a sheet of a run, and this is a request without one",
                    {"field": f"characters[{number}].{named}", "accepted": "a reference_key, or neither"},
                )
        return self

    @property
    def kind(self) -> PictureKind:
        """What is drawn."""
        return PictureKind.PAGE

    @property
    def picture(self) -> PictureRef:
        """The picture's name."""
        return self.ref(f"page-{self.page.page_number:03d}")


AnyDrawMessage = DrawCharacterMessage | DrawPageMessage
