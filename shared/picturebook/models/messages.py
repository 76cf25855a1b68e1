"""The messages on the image queues. Each is complete: whoever draws needs nothing else but references.

A message belongs to a story's run, or is a request of its own (`request_id`). The story queue's
messages are stories themselves, or EventBridge's word that one was uploaded (see `story_doors`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from picturebook.models.accepted_text import PICTURE_KEY, REVISION, LongText, SafeId, ShortText
from picturebook.models.pictures import PictureKind, PictureRef
from picturebook.models.story import Character, Model, OnUnknown, Page, Quality, Size
from picturebook.models.strict_model import StrictModel

# A key inside our own bucket, below images/, never an address: nothing is fetched from where a caller points.
PictureKey = Annotated[str, Field(max_length=512, pattern=PICTURE_KEY)]


Revision = Annotated[str, Field(pattern=REVISION)]
MOST_TAKES = 1000
Take = Annotated[int, Field(ge=1, le=MOST_TAKES)]


class RunRef(StrictModel):
    """The run that a message belongs to. `revision`: 16 hexadecimal digits."""

    story_id: SafeId
    revision: Revision


class CharacterOnPage(Character):
    """A character as a page needs it: the words, and where its sheet is.

    `picture_id` and `take` name the sheet within the same run; `reference_key` a stored picture, for requests without
    a story.
    """

    picture_id: SafeId | None = None
    take: Take = 1
    reference_key: PictureKey | None = None

    @model_validator(mode="after")
    def _key_stays_below_images(self) -> Self:
        if self.reference_key and ".." in self.reference_key:
            raise PydanticCustomError("unsafe_key", "leaves images/", {"accepted": "a key below images/ without '..'"})
        return self


class PageContent(StrictModel):
    """What a page's picture shows: the page without the list of names, which the message carries in full."""

    page_number: Annotated[int, Field(ge=1, le=9999)]
    text: LongText
    scene: LongText | None = None

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the content of a story's page."""
        return cls(page_number=page.page_number, text=page.text, scene=page.scene)


class DrawMessage(StrictModel):
    """What both kinds of drawing have in common."""

    schema_version: Literal["1.0"]
    run: RunRef | None = None
    request_id: SafeId | None = None
    picture_id: SafeId | None = None
    take: Take = 1
    style: ShortText
    title: ShortText | None = None
    model: Model | None = None
    size: Size | None = None
    quality: Quality | None = None
    on_unknown: OnUnknown = "repay_once"
    correlation_id: SafeId | None = None

    @model_validator(mode="after")
    def _has_one_owner(self) -> Self:
        if (self.run is None) == (self.request_id is None):
            raise PydanticCustomError(
                "owner",
                "needs exactly one owner",
                {
                    "field": "request_id",
                    "problem": "is missing, or stands beside `run`",
                    "accepted": "a request_id for a single picture",
                },
            )
        return self

    def ref(self, default_picture_id: str) -> PictureRef:
        """Return the picture's name; a request that gives no `picture_id` gets the default one."""
        picture_id = self.picture_id or default_picture_id
        if self.run:
            return PictureRef(
                story_id=self.run.story_id, revision=self.run.revision, picture_id=picture_id, take=self.take
            )
        return PictureRef(request_id=self.request_id, picture_id=picture_id, take=self.take)


class DrawCharacterMessage(DrawMessage):
    """Draw one character's sheet."""

    character: Character

    @property
    def kind(self) -> PictureKind:
        """What is drawn."""
        return PictureKind.CHARACTER

    @property
    def picture(self) -> PictureRef:
        """The picture's name."""
        return self.ref("character")


class DrawPageMessage(DrawMessage):
    """Draw one page; `characters` are those on it, in the order of the page."""

    page: PageContent
    characters: Annotated[tuple[CharacterOnPage, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _a_request_waits_for_no_sheet(self) -> Self:
        for number, character in enumerate(self.characters):
            if self.request_id and character.picture_id:
                raise PydanticCustomError(
                    "no_run",
                    "names a sheet of a run, and this is a request without one",
                    {"field": f"characters[{number}].picture_id", "accepted": "a reference_key, or neither"},
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
