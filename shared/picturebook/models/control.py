"""The messages on the control queue: an operator's commands about stories and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from picturebook.models.accepted_text import SafeId
from picturebook.models.messages import Revision, Take
from picturebook.models.parsing import parse_json
from picturebook.models.strict_model import StrictModel


class CancelMessage(StrictModel):
    """End a run: no more pictures are bought, drawn ones are kept. Without `revision`, the story's current one."""

    schema_version: Literal["1.0"]
    action: Literal["cancel"]
    story_id: SafeId
    revision: Revision | None = None


class RedrawMessage(StrictModel):
    """Draw another take of a picture whose last take has ended. Without `revision`, the story's current one."""

    schema_version: Literal["1.0"]
    action: Literal["redraw"]
    story_id: SafeId
    revision: Revision | None = None
    picture_id: SafeId


class ResolveMessage(StrictModel):
    """Decide about a held picture: buy it again (`repay`) or give it up (`fail`).

    The picture belongs to a story or to a request; a request needs a `picture_id` only if it has several pictures.
    Without `take`, the held one.
    """

    schema_version: Literal["1.0"]
    action: Literal["resolve"]
    decision: Literal["repay", "fail"]
    story_id: SafeId | None = None
    revision: Revision | None = None
    request_id: SafeId | None = None
    picture_id: SafeId | None = None
    take: Take | None = None

    @model_validator(mode="after")
    def _names_one_picture(self) -> Self:
        if (self.story_id is None) == (self.request_id is None):
            raise _unclear("story_id", "is missing, or given with `request_id`", "a story_id or a request_id")
        if self.story_id and self.picture_id is None:
            raise _unclear("picture_id", "is missing", "the id of a picture of the story")
        if self.request_id and self.revision:
            raise _unclear("revision", "is given with `request_id`", "a revision only with a story_id")
        return self


ControlMessage = CancelMessage | RedrawMessage | ResolveMessage
CONTROL_MESSAGES: Mapping[str, type[ControlMessage]] = {
    "cancel": CancelMessage,
    "redraw": RedrawMessage,
    "resolve": ResolveMessage,
}


class _Action(BaseModel):
    # The other fields depend on the action.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    action: Literal["cancel", "redraw", "resolve"]


def parse_control(raw: bytes) -> ControlMessage:
    """Parse a control message; raises InputRefusedError that names the field and the accepted values."""
    action = parse_json(_Action, raw, what="the message").action
    return parse_json(CONTROL_MESSAGES[action], raw, what="the message")


def _unclear(field: str, problem: str, accepted: str) -> PydanticCustomError:
    return PydanticCustomError("unclear", "{problem}", {"field": field, "problem": problem, "accepted": accepted})
