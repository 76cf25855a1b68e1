"""Sends the control message of `picturebook cancel`, `redraw` or `resolve`, after checking it and asking the person."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from local.cli.deployed_stack import DeployedStack, deployed_stack
from local.cli.error_exit import exit_on_error
from local.cli.exit_status import BadInputError, CommandFailedError
from local.cli.json_lines import print_json_line
from picturebook.errors import InputRefusedError
from picturebook.models.control import parse_control

StoryId = Annotated[str, typer.Argument(metavar="STORY_ID", help="The id of the story.", show_default=False)]
PictureId = Annotated[
    str, typer.Argument(metavar="PICTURE_ID", help="The id of the picture, such as page-003.", show_default=False)
]
Revision = Annotated[str | None, typer.Option(help="The story's revision.", show_default="the current one")]
Yes = Annotated[bool, typer.Option("--yes", help="Send the message without asking first.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]

_WHAT_FOLLOWS = {
    "cancel": "StoryCancelled",
    "redraw": "ImageCompleted\nwith the new take, or ImageFailed if the image service refuses the picture",
    "resolve": "ImageCompleted or ImageFailed",
}


def send_control_message(
    message: Mapping[str, object],
    question: Callable[[DeployedStack], str],
    *,
    endpoint_url: str | None,
    local: bool,
    as_json: bool,
    yes: bool,
) -> None:
    """Send `message` to the control queue, and print what was sent.

    Fields that are None are left out. Unless `yes` is set, the person is asked first; `question` makes the text, and
    may look up a price in the deployment. Exits with a status as `exit_on_error` says.
    """
    json_to = sys.stdout if as_json else None
    with exit_on_error(json_to=json_to):
        body = checked_body(message)
        with deployed_stack(endpoint_url=endpoint_url, local=local) as stack:
            queue_url = stack.output("ControlQueueUrl")
            if not yes:
                _confirm(question(stack))
            answer = stack.client("sqs").send_message(QueueUrl=queue_url, MessageBody=body)
        if json_to is not None:
            print_json_line(json_to, {"type": "sent", "queue_url": queue_url, "message_id": answer["MessageId"]})
            return
        follows = _WHAT_FOLLOWS[str(message["action"])]
        typer.echo(
            f"Sent to {queue_url}:\n  {body}\n"
            f"This command does not wait for the result. The event bus will publish {follows}."
        )


def checked_body(message: Mapping[str, object]) -> str:
    """Return the message's JSON text; raises BadInputError if the function `control_story` would refuse it."""
    document = {"schema_version": "1.0", **{name: value for name, value in message.items() if value is not None}}
    body = json.dumps(document)
    try:
        parse_control(body.encode())
    except InputRefusedError as refused:
        raise BadInputError(
            f"{refused.field}: {refused.problem}\n  accepted: {refused.accepted}",
            field=refused.field,
            accepted=refused.accepted,
        ) from refused
    return body


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise BadInputError(
            f"{question}\nThis is not a terminal, so the question cannot be answered.\n  accepted: --yes",
            field="--yes",
            accepted="--yes",
        )
    if not typer.confirm(question, err=True):
        raise CommandFailedError("Nothing was sent.")
