"""A run: one revision of one story on its way to exactly one ending; and the ledger's record of a picture."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.strict_model import StrictModel

# Who opened a take that nobody wished for: a picture that did not pass its checks is drawn once more.
GATE = "quality-gate"


class RunEnding(StrEnum):
    """The endings, named as the events that announce them."""

    COMPLETED = "StoryCompleted"
    PARTIALLY_COMPLETED = "StoryPartiallyCompleted"
    FAILED = "StoryFailed"
    CANCELLED = "StoryCancelled"


class UploadPosition(StrictModel):
    """Where an upload stands in time, so that the newest wins: compared by `moment`, then by `sequencer`.

    `sequencer` orders S3's events of one key; other doors leave it empty.
    """

    moment: datetime
    sequencer: str = ""

    def sort_key(self) -> str:
        """Return a string that sorts as the positions do (sequencers are hexadecimal and of any length)."""
        return f"{self.moment:%Y-%m-%dT%H:%M:%S.%f}|{self.sequencer:0>32}"


class Run(StrictModel):
    """The run's record.

    `open_pictures` are the ids of those that have not settled; `pictures_total` counts all.
    `decided_at` and `ending_reason` come with the ending; `is_confirmed` says that it was announced.
    `spare_usd` is what is left of the story's maximum beside each picture's own allowance (None: no maximum),
    `charges` names what was taken from it. `moved_at` is when a picture was last queued or settled, `resends` how
    often the sweep has queued its pictures since one of them last settled.
    """

    story_id: str
    revision: str
    pictures_total: int
    open_pictures: frozenset[str]
    accepted_at: datetime
    position: UploadPosition
    correlation_id: str | None = None
    is_queued: bool = False
    spare_usd: Decimal | None = None
    charges: frozenset[str] = frozenset()
    moved_at: datetime | None = None
    resends: int = 0
    ending: RunEnding | None = None
    ending_reason: str | None = None
    decided_at: datetime | None = None
    is_confirmed: bool = False

    @property
    def settled(self) -> int:
        """How many pictures have ended."""
        return self.pictures_total - len(self.open_pictures)

    def picture(self, picture_id: str) -> PictureRef:
        """Name one of the run's pictures."""
        return PictureRef(story_id=self.story_id, revision=self.revision, picture_id=picture_id)


class Claim(StrictModel):
    """The right to make one paid call, written before it. `number` counts the picture's claims from 1.

    Past `deadline` a claim without an outcome is unknown: somebody died with it.
    """

    claim_id: str
    number: int
    deadline: datetime


class PictureRecord(StrictModel):
    """What the ledger knows of one take of a picture.

    `claim` is the one that is neither released nor decided, `attempts` counts all claims, `repays` the lost ones
    after which the picture might be paid for again, `failures` the released ones whose call failed while the
    service worked for others. A lost claim that waits for a person has `held_at` and `held_until`. `permitted_by`
    are the ids of the wishes by which a lost call was to be paid again, `opened_by` that of the wish that opened this
    take; nobody opens the first one. `moved_at` is when the message of an opened take was last queued, while the take
    is neither decided nor held; `resends` is how often the sweep has queued it.
    """

    picture: PictureRef
    attempts: int = 0
    repays: int = 0
    failures: int = 0
    claim: Claim | None = None
    held_at: datetime | None = None
    held_until: datetime | None = None
    permitted_by: frozenset[str] = frozenset()
    opened_by: str | None = None
    moved_at: datetime | None = None
    resends: int = 0
    outcome: PictureOutcome | None = None
    decided_at: datetime | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether the take ended with a picture."""
        return self.outcome is not None and self.outcome.status is PictureStatus.DRAWN

    @property
    def needs_review(self) -> bool:
        """Whether a person should look at the picture; one whose better take failed is in the book after all."""
        return self.outcome is not None and (self.outcome.needs_review or self.outcome.is_retaken)

    @property
    def is_of_the_gate(self) -> bool:
        """Whether nobody but the quality gate wished for this take."""
        return self.opened_by == GATE

    @classmethod
    def untouched(cls, picture: PictureRef) -> Self:
        """Return the record of a picture that nobody has begun."""
        return cls(picture=picture)
