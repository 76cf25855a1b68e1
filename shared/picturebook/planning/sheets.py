"""Which pictures of its characters a picture follows, and in which order they are sent along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from picturebook.catalogue import ModelSpec
from picturebook.models.messages import FULL_FIGURE, AnyDrawMessage, DrawCharacterMessage
from picturebook.models.runs import PictureRecord


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture of a character that another picture follows: of the same run (`picture_id`), or a stored one.

    The anchor is the full figure: without it nothing is drawn of the character. Other views are sent where there are
    some.
    """

    name: str
    view: str
    is_anchor: bool
    picture_id: str | None = None
    take: int = 1
    reference_key: str | None = None

    def __str__(self) -> str:
        return self.name if self.is_anchor else f"{self.name} ({self.view})"


def sheets_on(message: AnyDrawMessage) -> tuple[Sheet, ...]:
    """Return the sheets that a picture follows, in the order in which they are sent.

    First the full figure of each character in the page's order, then the other views: where the model takes only some,
    each character on the page has its own.
    """
    if isinstance(message, DrawCharacterMessage):
        return _anchor_of(message)
    anchors = [
        Sheet(c.name, FULL_FIGURE, True, c.picture_id, c.take, c.reference_key)
        for c in message.characters
        if c.picture_id or c.reference_key
    ]
    further = [
        Sheet(character.name, sheet.view, False, sheet.picture_id, sheet.take)
        for character in message.characters
        for sheet in character.further_sheets
    ]
    return (*anchors, *further)


def _anchor_of(message: DrawCharacterMessage) -> tuple[Sheet, ...]:
    name, anchor, key = message.character.name, message.anchor, message.reference_key
    if anchor is None and key is None:
        return ()
    picture_id, take = (anchor.picture_id, anchor.take) if anchor else (None, 1)
    return (Sheet(name, FULL_FIGURE, True, picture_id, take, key),)


def references_of(message: AnyDrawMessage, spec: ModelSpec) -> tuple[Sheet, ...]:
    """Return the sheets that are sent along, as many as the model takes."""
    return sheets_on(message)[: spec.most_references]


def sheets_there_are(message: AnyDrawMessage, records: Iterable[PictureRecord], spec: ModelSpec) -> tuple[Sheet, ...]:
    """Return the sheets that are sent along: those that `records` say were drawn, as many as the model takes."""
    drawn = {record.picture.picture_id for record in records if record.is_drawn}
    there = (sheet for sheet in sheets_on(message) if sheet.reference_key or sheet.picture_id in drawn)
    return tuple(there)[: spec.most_references]
