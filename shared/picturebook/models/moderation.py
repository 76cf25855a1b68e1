"""What the moderation of a story's text said, before anything was paid for."""

from __future__ import annotations

from enum import StrEnum

from picturebook.models.strict_model import StrictModel


class ModerationStatus(StrEnum):
    """How the text of a story was judged. UNCHECKED: nobody could ask, and the deployment goes on all the same."""

    PASSED = "passed"
    FLAGGED = "flagged"
    UNCHECKED = "unchecked"
    OFF = "off"


class Flag(StrictModel):
    """One text that was flagged: its field in the story, such as `pages[3].text`, and for what."""

    field: str
    categories: tuple[str, ...]


class ModerationResult(StrictModel):
    """The judgement of a whole story; `flags` in the order of the story, empty unless it is flagged."""

    status: ModerationStatus
    flags: tuple[Flag, ...] = ()
