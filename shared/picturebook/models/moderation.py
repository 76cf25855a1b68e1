"""The result of the moderation of a story's text, which happens before anything is paid for."""

from __future__ import annotations

from enum import StrEnum

from picturebook.models.strict_model import StrictModel


class ModerationStatus(StrEnum):
    """The status of a story's moderation. UNCHECKED: the service was unavailable, and the story continues."""

    PASSED = "passed"
    FLAGGED = "flagged"
    UNCHECKED = "unchecked"
    OFF = "off"


class Flag(StrictModel):
    """One flagged text: its field in the story, such as `pages[3].text`, and the categories."""

    field: str
    categories: tuple[str, ...]


class ModerationResult(StrictModel):
    """The moderation of a whole story; `flags` in the story's order, empty unless the status is FLAGGED."""

    status: ModerationStatus
    flags: tuple[Flag, ...] = ()
