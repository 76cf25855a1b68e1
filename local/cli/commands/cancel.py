"""`picturebook cancel`: sends the control message that cancels a story."""

from __future__ import annotations

from local.cli.control_message import AsJson, Revision, StoryId, Yes, send_control_message
from local.cli.deployed_stack import EndpointUrl, Local


def cancel(
    story_id: StoryId,
    *,
    revision: Revision = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Cancel a story: buy no more pictures, keep finished ones."""
    message = {"action": "cancel", "story_id": story_id, "revision": revision}
    question = f"Cancel {story_id}? Pictures that are not drawn yet will not be drawn."
    send_control_message(message, lambda _: question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)
