"""`picturebook cancel`, `redraw` and `resolve`: one control message each, checked before anything is sent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.deployment import EndpointUrl, Local
from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError, CommandFailedError

if TYPE_CHECKING:
    from local.cli.deployment import Deployment

StoryId = Annotated[str, typer.Argument(metavar="STORY_ID", help="The story.", show_default=False)]
PictureId = Annotated[
    str, typer.Argument(metavar="PICTURE_ID", help="The picture, such as page-003.", show_default=False)
]
Revision = Annotated[str | None, typer.Option(help="Of the story.", show_default="the current one")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]

_STORY_FORM = "STORY_ID PICTURE_ID repay|fail"
_REQUEST_FORM = "--request REQUEST_ID [PICTURE_ID] repay|fail"


def cancel(
    story_id: StoryId,
    *,
    revision: Revision = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Cancel a story: nothing more is bought, what is drawn is kept."""
    wish = {"action": "cancel", "story_id": story_id, "revision": revision}
    question = f"Cancel {story_id}? What is not drawn yet will not be drawn."
    _send(wish, lambda _: question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)


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
    """Draw a picture of a story once more; this buys one picture."""
    wish = {"action": "redraw", "story_id": story_id, "revision": revision, "picture_id": picture_id}

    def question(deployment: Deployment) -> str:
        from local.cli.picture_price import price_of  # noqa: PLC0415  --help needs none of it

        return f"Redraw {picture_id} of {story_id}? {price_of(wish, deployment)}."

    _send(wish, question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)


def resolve(
    words: Annotated[
        list[str], typer.Argument(metavar=f"{_STORY_FORM} | {_REQUEST_FORM}", help="What, and how.", show_default=False)
    ],
    *,
    request: Annotated[
        str | None, typer.Option(metavar="REQUEST_ID", help="Of a request without a story.", show_default=False)
    ] = None,
    revision: Revision = None,
    take: Annotated[int | None, typer.Option(help="Of the picture.", show_default="the held one")] = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Say what becomes of a held picture: buy it again (repay), or give it up (fail)."""
    with ending_well(json_to=sys.stdout if as_json else None):
        named = _held_picture(words, request)
    wish = {"action": "resolve", **named, "request_id": request, "revision": revision, "take": take}
    what = f"{named['picture_id'] or 'the picture'} of {request or named['story_id']}"

    def question(deployment: Deployment) -> str:
        from local.cli.picture_price import price_of  # noqa: PLC0415  --help needs none of it

        if named["decision"] != "repay":
            return f"Give up {what}? It will not be drawn."
        return f"Buy {what} again? {price_of(wish, deployment)}, and the lost one may have been billed too."

    _send(wish, question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)


def _held_picture(words: list[str], request: str | None) -> dict[str, str | None]:
    *ids, decision = words
    if request is None and len(ids) == 2:
        return {"story_id": ids[0], "picture_id": ids[1], "decision": decision}
    if request is not None and len(ids) <= 1:
        return {"story_id": None, "picture_id": ids[0] if ids else None, "decision": decision}
    form = _STORY_FORM if request is None else _REQUEST_FORM
    raise BadInputError(f"It is not clear which picture is meant.\n  accepted: {form}", field="words", accepted=form)


def _send(
    wish: Mapping[str, object],
    question: Callable[[Deployment], str],
    *,
    endpoint_url: str | None,
    local: bool,
    as_json: bool,
    yes: bool,
) -> None:
    """Send the wish; `question` is what is asked before, about the deployment, unless `yes` was said already."""
    json_to = sys.stdout if as_json else None
    with ending_well(json_to=json_to):
        body = checked_message(wish)
        from local.cli.deployment import deployed  # noqa: PLC0415  --help needs none of it
        from local.cli.displays import print_json_line  # noqa: PLC0415  as above

        with deployed(endpoint_url=endpoint_url, local=local) as deployment:
            queue_url = deployment.output("ControlQueueUrl")
            if not yes:
                _agree(question(deployment))
            answer = deployment.client("sqs").send_message(QueueUrl=queue_url, MessageBody=body)
        if json_to is not None:
            print_json_line(json_to, {"type": "sent", "queue_url": queue_url, "message_id": answer["MessageId"]})
            return
        typer.echo(f"Sent to {queue_url}:\n  {body}\nIt is not waited for: {_ANSWERS[str(wish['action'])]}")


_ANSWERS = {
    "cancel": "the bus announces StoryCancelled.",
    "redraw": "the bus announces ImageCompleted\nwith the new take, or ImageFailed when it was refused.",
    "resolve": "the bus announces ImageCompleted or ImageFailed.",
}


def checked_message(wish: Mapping[str, object]) -> str:
    """Return the message as it is sent; raises BadInputError for what `control_story` would refuse."""
    import json  # noqa: PLC0415  --help needs none of it

    from picturebook.errors import InputRefusedError  # noqa: PLC0415  as above
    from picturebook.models.control import parse_control  # noqa: PLC0415

    document = {"schema_version": "1.0", **{name: value for name, value in wish.items() if value is not None}}
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


def _agree(question: str) -> None:
    if not sys.stdin.isatty():
        raise BadInputError(
            f"{question}\nThere is nobody to ask here.\n  accepted: --yes", field="--yes", accepted="--yes"
        )
    if not typer.confirm(question, err=True):
        raise CommandFailedError("Nothing was sent.")
