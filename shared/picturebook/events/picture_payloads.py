"""What is published about a picture: `Image…`, without the refusals of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from picturebook.events.envelope import DetailType
from picturebook.events.payload import Moment, Payload, PayloadPart, Sometimes, Usd, UsdOrUnknown
from picturebook.models.pictures import PictureKind, PictureStatus


class _OfPicture(Payload):
    picture_id: str = Field(description="The picture's id, unique in its run or request.")
    kind: PictureKind = Field(description="`character` (a character sheet) or `page`.")
    take: int = Field(description="The number of the take, from 1. A further take is drawn in place of an earlier one.")
    request_id: Sometimes[str] = Field(default=None, description="The request's id, for a picture without a story.")
    page_number: Sometimes[int] = Field(default=None, description="The page's number, for pages.")
    character: Sometimes[str] = Field(default=None, description="The character's name, for character sheets.")


class ImageStarted(_OfPicture):
    """A paid call to the image service is being made."""

    detail_type: ClassVar[DetailType] = "ImageStarted"

    attempt: int = Field(description="The number of the take's paid call, from 1.")


class ImageRetrying(_OfPicture):
    """An attempt failed, and another one follows; or a drawn picture has findings and is drawn once more.

    In the second case `error` is `FailedChecks`, and nothing is published of the picture meanwhile.
    """

    detail_type: ClassVar[DetailType] = "ImageRetrying"

    attempt: int = Field(description="The number of the attempt that failed, from 1.")
    error: str = Field(description="The class of the error (see `errors.md`), or `FailedChecks`.")
    explanation: str = Field(description="What happened, in a sentence; empty for an error that is not our own.")
    wait_seconds: float = Field(description="The seconds until the next attempt, rounded to a tenth.")
    findings: Sometimes[tuple[str, ...]] = Field(
        default=None, description="The checks that the picture did not pass, where `error` is `FailedChecks`."
    )
    scores: Sometimes[Mapping[str, int]] = Field(
        default=None, description="The score of each check, 0 to 100, where `error` is `FailedChecks`."
    )


class ImageHeld(_OfPicture):
    """The answer of a paid call was lost, and a person decides whether to pay again.

    It happens where the story or the request says `hold`. It is published again when the picture's message is
    delivered again, and for each further call that is lost.
    """

    detail_type: ClassVar[DetailType] = "ImageHeld"

    attempts: int = Field(description="The number of paid calls of this take.")
    held_until: Moment = Field(description="When the picture is given up if no person decides, in UTC.")
    at_risk_usd: UsdOrUnknown = Field(description='The most that the lost call may have cost in US$, or `"unknown"`.')
    explanation: str = Field(description="What happened, in words.")


class UsagePayload(PayloadPart):
    """Tokens that the image service counted."""

    text_in: int = Field(description="Tokens of text sent.")
    image_in: int = Field(description="Tokens of reference images sent.")
    image_out: int = Field(description="Tokens of images received.")


class PictureCostsPayload(PayloadPart):
    """What a picture cost, by kind. A kind that is unknown is absent."""

    text_in: Sometimes[Usd] = Field(default=None, description="Text sent to the image model, in US$.")
    image_in: Sometimes[Usd] = Field(default=None, description="Reference images sent to the image model, in US$.")
    image_out: Sometimes[Usd] = Field(default=None, description="Images received, in US$.")
    chat: Sometimes[Usd] = Field(default=None, description="The chat model that wrote the alternative text, in US$.")


class DerivativePayload(PayloadPart):
    """A smaller picture made of the original."""

    role: Literal["web", "thumbnail"] = Field(description="What it is for.")
    key: str = Field(description="Its key in the bucket.")
    media_type: str = Field(description="Its media type.")
    width: int = Field(description="Its width in pixels.")
    height: int = Field(description="Its height in pixels.")
    size_bytes: int = Field(description="The size of its file in bytes.")


class AltTextPayload(PayloadPart):
    """The alternative text: what the picture shows, for readers who cannot see it."""

    text: str = Field(description="The text, in the story's language.")
    source: Literal["chat", "composed"] = Field(
        description="Its author: a `chat` model, or `composed` from the story's words."
    )


class FurtherTakePayload(PayloadPart):
    """A further take that failed, so that this take is published after all."""

    take: int = Field(description="The number of the further take.")
    reason: str = Field(description="Why it failed (see `errors.md`).")
    explanation: str = Field(description="The same in words.")


class ImageCompleted(_OfPicture):
    """The picture passed its checks and may be used.

    Only `ImageCompleted` and the manifest name published pictures. A picture that lies below `images/` in the bucket
    and is named by neither was stored, and is not published, or not yet.
    """

    detail_type: ClassVar[DetailType] = "ImageCompleted"

    status: Literal[PictureStatus.DRAWN] = Field(description="Always `drawn`.")
    attempts: int = Field(description="The number of paid calls of this take; 0 where the picture is reused.")
    key: str = Field(description="The original's key in the bucket.")
    media_type: str = Field(description="The original's media type.")
    width: int = Field(description="The original's width in pixels.")
    height: int = Field(description="The original's height in pixels.")
    model: Sometimes[str] = Field(default=None, description="The model that drew it. Absent: unknown.")
    cost_usd: Sometimes[Usd] = Field(default=None, description="The sum of `costs` in US$. Absent: unknown.")
    costs: Sometimes[PictureCostsPayload] = Field(
        default=None, description="What the picture cost, by kind. Absent: unknown."
    )
    usage: Sometimes[UsagePayload] = Field(
        default=None, description="Tokens that the image service counted. Absent: unknown, or the picture is reused."
    )
    request_hash: Sometimes[str] = Field(
        default=None, description="A hash of what was asked for: equal requests of a story have equal hashes."
    )
    is_reused: bool = Field(description="Whether an earlier revision had drawn it, so that it costs nothing.")
    scores: Mapping[str, int] = Field(description="The score of each check, 0 to 100.")
    findings: tuple[str, ...] = Field(description="The checks that it did not pass, and that do not stop publication.")
    derivatives: tuple[DerivativePayload, ...] = Field(description="Smaller pictures made of the original.")
    alt_text: Sometimes[AltTextPayload] = Field(default=None, description="The alternative text.")
    needs_review: bool = Field(description="Whether a person should look at the picture.")
    uri: str = Field(description="The original's address: bucket and key.")
    lost_calls: Sometimes[int] = Field(
        default=None,
        description="The number of calls that may have been billed without a picture. Where it is present, the cost "
        "of the picture is unknown.",
    )
    further_take: Sometimes[FurtherTakePayload] = Field(
        default=None, description="The take that was drawn in place of this one, and failed."
    )


class ImageFailed(_OfPicture):
    """This take of the picture ended without a picture."""

    detail_type: ClassVar[DetailType] = "ImageFailed"

    status: Literal[PictureStatus.FAILED] = Field(description="Always `failed`.")
    attempts: int = Field(description="The number of paid calls of this take.")
    model: Sometimes[str] = Field(default=None, description="The model that was asked. Absent: unknown.")
    cost_usd: Sometimes[Usd] = Field(default=None, description="The sum of `costs` in US$. Absent: unknown.")
    costs: Sometimes[PictureCostsPayload] = Field(
        default=None, description="What the attempts cost, by kind. Absent: unknown."
    )
    usage: Sometimes[UsagePayload] = Field(
        default=None, description="Tokens that the image service counted all the same."
    )
    request_hash: Sometimes[str] = Field(
        default=None, description="A hash of what was asked for: equal requests of a story have equal hashes."
    )
    is_reused: Literal[False] = Field(description="Always false.")
    scores: Mapping[str, int] = Field(description="Empty: no picture was checked.")
    findings: tuple[str, ...] = Field(description="Empty: no picture was checked.")
    derivatives: tuple[()] = Field(description="Always empty.")
    reason: str = Field(description="Why it failed, in a word (see `errors.md`).")
    explanation: str = Field(description="The same in a sentence.")
    lost_calls: Sometimes[int] = Field(
        default=None,
        description="The number of calls that may have been billed without a picture. Where it is present, the cost "
        "of the picture is unknown.",
    )
