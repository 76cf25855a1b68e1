"""A run, which draws one revision of a story and has exactly one ending; and the ledger's record of a picture."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from picturebook.models.pictures import PictureOutcome, PictureRef, PictureStatus
from picturebook.models.strict_model import StrictModel

# `opened_by` of a take that no command opened: the quality gate has a picture drawn again that failed its checks.
GATE = "quality-gate"


class RunEnding(StrEnum):
    """The endings, with the names of their events."""

    COMPLETED = "StoryCompleted"
    PARTIALLY_COMPLETED = "StoryPartiallyCompleted"
    FAILED = "StoryFailed"
    CANCELLED = "StoryCancelled"


class UploadPosition(StrictModel):
    """The position of an upload in time, by `moment`, then by `sequencer`: the newest upload becomes current.

    `sequencer` orders S3's events of one key; it is empty for stories that were not uploaded to S3.
    """

    moment: datetime
    sequencer: str = ""

    def sort_key(self) -> str:
        """Return a string that sorts like the positions (sequencers are hexadecimal and of any length)."""
        return f"{self.moment:%Y-%m-%dT%H:%M:%S.%f}|{self.sequencer:0>32}"


class Run(StrictModel):
    """The run's record.

    `open_pictures` are the ids of the pictures that have not settled; `pictures_total` counts all.
    `decided_at` and `ending_reason` are set with the ending; `is_confirmed` means that the ending was published.
    `spare_usd` is the rest of the story's maximum cost beyond each picture's own allowance (None: no maximum);
    `charges` are the ids of amounts taken from it. `moved_at` is when a picture was last queued or settled; `resends`
    is how often the sweep has queued its pictures since one of them last settled.
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
        """The number of pictures that have settled."""
        return self.pictures_total - len(self.open_pictures)

    def picture(self, picture_id: str) -> PictureRef:
        """Return the name of one of the run's pictures."""
        return PictureRef(story_id=self.story_id, revision=self.revision, picture_id=picture_id)


class Claim(StrictModel):
    """The right to make one paid call, written before it. `number` counts the picture's claims from 1.

    After `deadline`, the outcome of a claim without one is unknown: its worker has stopped.
    """

    claim_id: str
    number: int
    deadline: datetime


class PictureRecord(StrictModel):
    """The ledger's record of one take of a picture.

    `claim` is the claim that is neither released nor decided. `attempts` counts all claims, `repays` the lost ones
    after which the picture could be paid for again, `failures` the released ones whose call failed while the service
    worked for other calls. A lost claim that is held for the operator has `held_at` and `held_until`. `permitted_by`
    are the ids of the commands that permitted a re-payment; `opened_by` is the id of the command that opened this take,
    or `GATE` (None for the first take). `moved_at` is when the message of an opened take was last queued, while the
    take is neither decided nor held; `resends` is how often the sweep has queued it.
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
        """Whether the operator should review the picture; includes one in the book whose retake failed."""
        return self.outcome is not None and (self.outcome.needs_review or self.outcome.is_retaken)

    @property
    def is_quality_retake(self) -> bool:
        """Whether the quality gate opened this take."""
        return self.opened_by == GATE

    @classmethod
    def untouched(cls, picture: PictureRef) -> Self:
        """Return the record of a picture that was not started."""
        return cls(picture=picture)
