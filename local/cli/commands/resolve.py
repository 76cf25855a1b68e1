"""`picturebook resolve`: sends the control message that decides about a held picture."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from local.cli.control_message import AsJson, Revision, Yes, send_control_message
from local.cli.deployed_stack import DeployedStack, EndpointUrl, Local
from local.cli.error_exit import exit_on_error
from local.cli.estimates.picture_price import price_sentence
from local.cli.exit_status import BadInputError

_STORY_FORM = "STORY_ID PICTURE_ID repay|fail"
_REQUEST_FORM = "--request REQUEST_ID [PICTURE_ID] repay|fail"


def resolve(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar=f"{_STORY_FORM} | {_REQUEST_FORM}", help="The held picture and the decision.", show_default=False
        ),
    ],
    *,
    request: Annotated[
        str | None,
        typer.Option(metavar="REQUEST_ID", help="The id of a request without a story.", show_default=False),
    ] = None,
    revision: Revision = None,
    take: Annotated[int | None, typer.Option(help="The picture's take.", show_default="the held one")] = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Buy a held picture again (repay) or give it up (fail).

    A picture is held when the answer of the image service was lost, so that it may have been billed.
    """
    with exit_on_error(json_to=sys.stdout if as_json else None):
        held = _held_picture(words, request)
    message = {"action": "resolve", **held, "request_id": request, "revision": revision, "take": take}
    picture = f"{held['picture_id'] or 'the picture'} of {request or held['story_id']}"

    def question(stack: DeployedStack) -> str:
        if held["decision"] != "repay":
            return f"Give up {picture}? It will not be drawn."
        return f"Buy {picture} again? {price_sentence(message, stack)}, and the lost one may have been billed too."

    send_control_message(message, question, endpoint_url=endpoint_url, local=local, as_json=as_json, yes=yes)


def _held_picture(words: list[str], request: str | None) -> dict[str, str | None]:
    *ids, decision = words
    if request is None and len(ids) == 2:
        return {"story_id": ids[0], "picture_id": ids[1], "decision": decision}
    if request is not None and len(ids) <= 1:
        return {"story_id": None, "picture_id": ids[0] if ids else None, "decision": decision}
    form = _STORY_FORM if request is None else _REQUEST_FORM
    raise BadInputError(
        f"The arguments do not name one held picture.\n  accepted: {form}", field="words", accepted=form
    )
