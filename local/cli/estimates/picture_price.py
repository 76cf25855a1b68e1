"""Looks up the most that another take of a deployed story's picture may cost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from local.cli.amounts import max_amount
from local.cli.deployed_stack import DeployedStack
from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.system_clock import SystemClock
from picturebook.errors import StoreUnavailableError
from picturebook.runs.plan_store import find_plan

_UNKNOWN = "The price is not known here"


def price_sentence(message: Mapping[str, object], stack: DeployedStack) -> str:
    """Return the most that the picture of a control message may cost: `It costs at most US$0.0613`.

    The price is unknown for a request without a story, and for a person who may send messages but not read the
    bucket and the ledger.
    """
    try:
        amount = asyncio.run(_max_cost(message, stack))
    except (StoreUnavailableError, ValidationError):
        return _UNKNOWN
    return _UNKNOWN if amount is None else f"It costs at most US{max_amount(amount)}"


async def _max_cost(message: Mapping[str, object], stack: DeployedStack) -> Decimal | None:
    bucket, ledger = stack.outputs.get("BucketName"), stack.outputs.get("LedgerTableName")
    story_id, revision = message.get("story_id"), message.get("revision")
    if not (bucket and ledger and isinstance(story_id, str)):
        return None
    if revision is None:
        revision = await DynamoDbLedgerMaintenance(stack.client("dynamodb"), ledger).current_revision(story_id)
    if not isinstance(revision, str):
        return None
    store = S3ImageStore(stack.client("s3"), bucket, clock=SystemClock())
    plan = await find_plan(story_id, revision, store)
    messages = plan.messages if plan else ()
    planned = next((one for one in messages if one.picture.picture_id == message.get("picture_id")), None)
    if plan is None or planned is None:
        return None
    # Another take is bought even if the first one was already drawn when the story was accepted.
    return plan.max_cost_of(planned.model_copy(update={"is_drawn_already": False}))
