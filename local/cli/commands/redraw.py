"""`picturebook redraw`: sends the control message that buys another take of a picture."""

from __future__ import annotations

from local.cli.control_message import AsJson, PictureId, Revision, StoryId, Yes, send_control_message
from local.cli.deployed_stack import DeployedStack, EndpointUrl, Local
from local.cli.estimates.picture_price import price_sentence


def redraw(
    story_id: StoryId,
    picture_id: PictureId,
    *,
    revision: Revision = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Draw one picture again; this buys one picture."""
    message = {"action": "redraw", "story_id": story_id, "revision": revision, "picture_id": picture_id}

    def question(stack: DeployedStack) -> str:
        return f"Redraw {picture_id} of {story_id}? {price_sentence(message, stack)}."

    send_control_message(message, question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)
