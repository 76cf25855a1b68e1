"""What is published about a story's run: `Story…` (without refusals) and `BudgetExhausted`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from picturebook.events.envelope import DetailType
from picturebook.events.payload import Moment, Payload, PayloadPart, Sometimes, UsdOrUnknown
from picturebook.models.moderation import ModerationStatus


class FlagPayload(PayloadPart):
    """One text that moderation flagged."""

    field: str = Field(description="The text's place in the story, such as `pages[3].text`.")
    categories: tuple[str, ...] = Field(description="The moderation model's categories, such as `violence`.")


class ModerationPayload(PayloadPart):
    """The result of moderating a story's text."""

    status: ModerationStatus = Field(
        description="`passed`; `flagged`, and drawn all the same, as the deployment is set; `unchecked`: the "
        "moderation service could not be asked; `off`: the deployment does not moderate."
    )
    flags: tuple[FlagPayload, ...] = Field(description="The flagged texts in the order of the story; mostly empty.")


class StoryAccepted(Payload):
    """The run is on record, and its pictures are being queued.

    Published again when the same revision is sent again, followed by its ending if it has ended, under the first ids.
    """

    detail_type: ClassVar[DetailType] = "StoryAccepted"

    title: str = Field(description="The story's title.")
    pictures_total: int = Field(description="The number of pictures of the run: character sheets and pages.")
    pictures_drawn_already: int = Field(
        description="How many of them an earlier revision had drawn for the same request. They cost nothing."
    )
    worst_cost_usd: UsdOrUnknown = Field(
        description="The most that the run is estimated to cost in US$: the texts, and one take of each picture. "
        '`"unknown"` where a price is unknown.'
    )
    accepted_at: Moment = Field(description="When the run was recorded, in UTC.")
    moderation: Sometimes[ModerationPayload] = Field(default=None, description="The result of moderating the text.")


class StoryProgressed(Payload):
    """One more picture of the run has ended."""

    detail_type: ClassVar[DetailType] = "StoryProgressed"

    settled: int = Field(description="The number of pictures that have ended, drawn or failed.")
    pictures_total: int = Field(description="The number of pictures of the run.")
    percent: int = Field(description="`settled` of `pictures_total` in percent, 0 to 100, rounded down.")


class RunCostsPayload(PayloadPart):
    """What a run cost, by kind. A kind is unknown where one of its parts is unknown."""

    text_in: UsdOrUnknown = Field(description='Text sent to image models, in US$, or `"unknown"`.')
    image_in: UsdOrUnknown = Field(description='Reference images sent to image models, in US$, or `"unknown"`.')
    image_out: UsdOrUnknown = Field(description='Images received, in US$, or `"unknown"`.')
    chat: UsdOrUnknown = Field(description='Chat models (the bible and alternative texts), in US$, or `"unknown"`.')


class _RunEnded(Payload):
    pictures_total: int = Field(description="The number of pictures of the run.")
    pictures_drawn: int = Field(description="The number of pictures that were drawn.")
    pictures_to_review: int = Field(description="How many of the drawn pictures a person should look at.")
    cost_usd: UsdOrUnknown = Field(description='The sum of `costs` in US$, or `"unknown"` where a kind is unknown.')
    costs: RunCostsPayload = Field(description="What the run cost, by kind.")
    worst_cost_usd: UsdOrUnknown = Field(
        description='The most that the run was estimated to cost in US$, or `"unknown"`.'
    )


class _BookWritten(_RunEnded):
    manifest_uri: Sometimes[str] = Field(
        default=None,
        description="The address of the book's `manifest.json`. Absent where a newer revision had replaced the run "
        "when it ended: the book is the newer one's.",
    )


class StoryCompleted(_BookWritten):
    """All pictures of the run have ended, and all were drawn."""

    detail_type: ClassVar[DetailType] = "StoryCompleted"


class StoryPartiallyCompleted(_BookWritten):
    """All pictures of the run have ended, and some of them were drawn."""

    detail_type: ClassVar[DetailType] = "StoryPartiallyCompleted"


class StoryFailed(_BookWritten):
    """All pictures of the run have ended, and none was drawn."""

    detail_type: ClassVar[DetailType] = "StoryFailed"


class StoryCancelled(_RunEnded):
    """The run was ended before all of its pictures had.

    Pictures that were being drawn at that time still publish their endings afterwards.
    """

    detail_type: ClassVar[DetailType] = "StoryCancelled"

    reason: Sometimes[str] = Field(
        default=None, description="`cancelled`: a person did it; `superseded`: another revision replaced this one."
    )


class BudgetExhausted(Payload):
    """The story's maximum does not allow paying again for a lost call, or a further take.

    It is one fact per run: a run that wants more afterwards publishes it again under the same id.
    """

    detail_type: ClassVar[DetailType] = "BudgetExhausted"

    max_cost_usd: UsdOrUnknown = Field(description='The story\'s maximum in US$; `"unknown"` where it has none.')
    spare_usd: UsdOrUnknown = Field(
        description="What the maximum leaves beside one take of each picture, less what was charged to it, in US$."
    )
    wanted_usd: UsdOrUnknown = Field(description='What the run wanted to spend in US$, or `"unknown"`.')
    wanted_for: str = Field(description="What it wanted to spend it on, in words.")
