"""What another take of a deployed story's picture may cost, as the story's plan has it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from local.cli.amounts import most
from local.cli.deployment import Deployment
from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.system_clock import SystemClock
from picturebook.errors import StoreUnavailableError
from picturebook.runs.plan_store import find_plan

_NOT_KNOWN = "It has a price that is not known here"


def price_of(wish: Mapping[str, object], deployment: Deployment) -> str:
    """Say what the picture that a control message names may cost: `It costs at most US$0.0613`.

    Whoever may send messages need not be able to read: then the price is not known here, and neither is that of a
    request without a story.
    """
    try:
        amount = asyncio.run(_worst_cost(wish, deployment))
    except (StoreUnavailableError, ValidationError):
        return _NOT_KNOWN
    return _NOT_KNOWN if amount is None else f"It costs at most US{most(amount)}"


async def _worst_cost(wish: Mapping[str, object], deployment: Deployment) -> Decimal | None:
    bucket, ledger = deployment.outputs.get("BucketName"), deployment.outputs.get("LedgerTableName")
    story_id, revision = wish.get("story_id"), wish.get("revision")
    if not (bucket and ledger and isinstance(story_id, str)):
        return None
    if revision is None:
        revision = await DynamoDbLedgerMaintenance(deployment.client("dynamodb"), ledger).current_revision(story_id)
    if not isinstance(revision, str):
        return None
    store = S3ImageStore(deployment.client("s3"), bucket, clock=SystemClock())
    plan = await find_plan(story_id, revision, store)
    messages = plan.messages if plan else ()
    planned = next((one for one in messages if one.picture.picture_id == wish.get("picture_id")), None)
    if plan is None or planned is None:
        return None
    # That it was there when the story was accepted does not make another one free.
    return plan.max_cost_of(planned.model_copy(update={"is_drawn_already": False}))
