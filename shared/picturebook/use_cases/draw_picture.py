"""The way of one picture, whatever it shows: admit, buy (pace, claim, draw, store), check, decide, announce.

Each step may be repeated: whoever gets the message next goes on from what the ledger says.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from picturebook import outcomes
from picturebook.catalogue import Catalogue, ModelSpec
from picturebook.errors import (
    CircuitOpenError,
    ImageProcessingError,
    InputRefusedError,
    KeyRotatedError,
    ProviderAccountError,
    ProviderUnavailableError,
    RetriesExhaustedError,
    WaitError,
)
from picturebook.models.circuits import Circuit
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import ImageRequest, PictureOutcome, PictureRef, Usage
from picturebook.models.runs import Claim, Run
from picturebook.picture_checks import check_picture
from picturebook.planning import drawing_options, prompt_of
from picturebook.ports.clock import Chance
from picturebook.ports.story_ledger import Admission, ClaimRefused
from picturebook.use_cases.announce import Announcer
from picturebook.use_cases.buy_picture import Order, Shop, buy_picture, take_prefix
from picturebook.use_cases.end_picture import end_picture
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.follow_sheets import failed_sheet, read_references, sheets_have_ended, sheets_of

# How many deliveries of a picture may fail while the service works for others. Waiting never counts: not for an
# open circuit, a probe, a 429, a spent quota or a refused key.
MOST_FAILURES = 6
# When a picture is tried again whose service fails; seconds.
PAUSE_AFTER_FAILURE = 30.0
# When somebody may have mended a key, a quota or a model's name; seconds.
PAUSE_FOR_A_PERSON = 900.0
# Hundreds of messages wait for one probe: they come back over as long again as they waited, within these seconds.
LEAST_SPREAD = 5.0
MOST_SPREAD = 60.0


class PutBack(Exception):  # noqa: N818 - not an error: the message is to come back
    """The picture cannot go on now; its message is to be visible again after `seconds`."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that drawing needs. `provider` names the image service in circuit and pace."""

    shop: Shop
    desk: Desk
    catalogue: Catalogue
    default_model: str
    provider: str


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One admitted picture: what is asked for, and what the ledger said."""

    message: AnyDrawMessage
    order: Order
    spec: ModelSpec
    admission: Admission

    @property
    def attempts(self) -> int:
        return self.admission.record.attempts

    @property
    def lost_claim(self) -> Claim | None:
        """The claim of somebody who never reported, or may still."""
        return self.admission.record.claim


async def draw_picture(message: AnyDrawMessage, studio: Studio, *, deadline: datetime) -> None:
    """Draw the picture that `message` asks for, or find that it was drawn, and bring it to its end.

    Returns when the message may be deleted. Raises PutBack when it is to come back, InputRefusedError
    when it can never be drawn, StoreUnavailableError when our own storage is away.
    """
    try:
        await _draw_planned(message, studio, deadline)
    except InputRefusedError as error:
        if not await _ended_as_refused(message, error, studio):
            raise


async def _draw_planned(message: AnyDrawMessage, studio: Studio, deadline: datetime) -> None:
    drawing = await _admit(message, studio, deadline)
    run, record = drawing.admission.run, drawing.admission.record
    announcer = Announcer(message, studio.desk.publisher, studio.shop.clock)
    if record.outcome is None:
        _check_is_planned(message, run)
        # A run that was cancelled buys nothing more, and a page waits for its sheets: whoever ends the last sends it.
        if (run and run.ending) or not sheets_have_ended(message, drawing.admission):
            return
        try:
            outcome = await _outcome(drawing, studio, announcer)
        except PutBack:
            await announcer.tell_what_is_untold()
            raise
        record = await studio.shop.ledger.decide(message.picture, outcome, decided_at=studio.shop.clock.now())
    await end_picture(record, run, studio.desk, announcer)


async def _ended_as_refused(message: AnyDrawMessage, error: InputRefusedError, studio: Studio) -> bool:
    """End a run's own picture that can no longer be asked for, so that its run ends too; False for all others.

    It was valid when its story was accepted: a deployment between changed the catalogue, or a sheet went.
    """
    admission = await studio.shop.ledger.admit(message.picture, sheets=[], route="none")
    run, record = admission.run, admission.record
    if run is None or run.ending or message.take != 1 or message.picture.picture_id not in run.open_pictures:
        return False
    outcome = outcomes.refused(error, attempts=record.attempts)
    record = await studio.shop.ledger.decide(message.picture, outcome, decided_at=studio.shop.clock.now())
    await end_picture(record, run, studio.desk, Announcer(message, studio.desk.publisher, studio.shop.clock))
    return True


def _check_is_planned(message: AnyDrawMessage, run: Run | None) -> None:
    """A run buys what its plan holds, once: nothing else is in its budget, or in its book."""
    if run is None or run.ending:
        return
    if message.take != 1:
        raise _refusal(message, "take", f"is {message.take}", "1, as nobody opened another take")
    if message.picture.picture_id not in run.open_pictures:
        raise _refusal(message, "picture_id", "is not an open picture of the run", "the id of one of its pictures")


def _refusal(message: AnyDrawMessage, field: str, problem: str, accepted: str) -> InputRefusedError:
    story_id = message.run.story_id if message.run else None
    return InputRefusedError(problem, field=field, accepted=accepted, reason="not_planned", story_id=story_id)


async def _admit(message: AnyDrawMessage, studio: Studio, deadline: datetime) -> _Drawing:
    """Read everything that is known of the picture, in one request."""
    options, spec = drawing_options(message, studio.catalogue, default_model=studio.default_model)
    order = Order(
        picture=message.picture,
        request=ImageRequest(options.model, prompt_of(message, spec), options.size, options.quality),
        route=f"{studio.provider}/{options.model}",
        key_prefix=_key_prefix(message.picture),
        on_unknown=options.on_unknown,
        deadline=deadline,
    )
    admission = await studio.shop.ledger.admit(message.picture, sheets=sheets_of(message), route=order.route)
    if message.run and admission.run is None:
        raise InputRefusedError(
            f"names {message.run.story_id}/{message.run.revision}, which does not exist",
            field="run",
            accepted="a run that was accepted, or a request_id for a single picture",
            reason="unknown_run",
            story_id=message.run.story_id,
        )
    return _Drawing(message, order, spec, admission)


async def _outcome(drawing: _Drawing, studio: Studio, announcer: Announcer) -> PictureOutcome:
    """Find out how the picture ends; raises PutBack while that is not to be known."""
    unanchored = failed_sheet(drawing.message, drawing.admission)
    if unanchored:
        return outcomes.sheet_not_drawn(unanchored, spec=drawing.spec)
    if drawing.lost_claim:
        found = await _found_after_a_crash(drawing, studio)
        if found:
            return found
        if drawing.admission.record.repays or drawing.order.on_unknown == "hold":
            return outcomes.unknown(attempts=drawing.attempts, spec=drawing.spec)
    if drawing.admission.record.failures >= MOST_FAILURES:
        return outcomes.given_up(attempts=drawing.attempts, spec=drawing.spec)
    return await _bought(drawing, studio, announcer)


async def _found_after_a_crash(drawing: _Drawing, studio: Studio) -> PictureOutcome | None:
    """Look up what a claim without an outcome left in the store; wait while it may still report."""
    _wait_out(drawing.lost_claim, studio)
    order, store = drawing.order, studio.shop.store
    key = await store.find(take_prefix(order.key_prefix, order.picture.take))
    content = await store.read(key) if key else None
    if key is None or content is None:
        return None
    return await _checked(content, key, drawing, attempts=drawing.attempts, usage=None)


async def _bought(drawing: _Drawing, studio: Studio, announcer: Announcer) -> PictureOutcome:
    references = await read_references(drawing.message, drawing.admission, studio.shop.store, drawing.spec)
    order = replace(drawing.order, request=replace(drawing.order.request, references=references))
    # Of a route that never failed nothing is stored: that is a closed circuit, and no reason to ask again.
    circuit = drawing.admission.circuit or Circuit(order.route)
    try:
        bought = await buy_picture(
            order, studio.shop, watcher=announcer, record=drawing.admission.record, circuit=circuit
        )
        if bought.key is None or bought.image.content is None:
            raise ImageProcessingError("The image service sent an address instead of a picture", "read_answer", "url")
    except outcomes.TERMINAL_ERRORS as error:
        return outcomes.ended_by(error, attempts=max(drawing.attempts, announcer.claims), spec=drawing.spec)
    except ClaimRefused as refused:
        if refused.record.outcome:
            return refused.record.outcome
        _wait_out(refused.record.claim, studio)
        raise PutBack(PAUSE_AFTER_FAILURE, "somebody else claimed the picture") from refused
    except (
        WaitError,
        ProviderUnavailableError,
        KeyRotatedError,
        RetriesExhaustedError,
        ProviderAccountError,
    ) as error:
        raise PutBack(_pause_after(error, studio.shop.chance), error.message) from error
    return await _checked(bought.image.content, bought.key, drawing, attempts=bought.attempts, usage=bought.image.usage)


async def _checked(
    content: bytes, key: str, drawing: _Drawing, *, attempts: int, usage: Usage | None
) -> PictureOutcome:
    try:
        # Decoding takes a core for some milliseconds; the event loop has other pictures' answers to take.
        checked = await asyncio.to_thread(check_picture, content, size=drawing.order.request.size)
    except ImageProcessingError as error:
        return outcomes.ended_by(error, attempts=attempts, spec=drawing.spec, usage=usage)
    return outcomes.drawn(checked, key=key, attempts=attempts, spec=drawing.spec, usage=usage)


def _wait_out(claim: Claim | None, studio: Studio) -> None:
    """Raise PutBack while the claim's holder may still report."""
    if claim is None:
        return
    left = claim.deadline - studio.shop.clock.now()
    if left > timedelta(0):
        raise PutBack(left.total_seconds(), "somebody else holds the claim")


def _pause_after(error: Exception, chance: Chance) -> float:
    """Return the seconds after which a picture is worth another try."""
    if isinstance(error, CircuitOpenError) and error.retry_after is not None:
        return error.retry_after + chance.fraction() * min(MOST_SPREAD, max(LEAST_SPREAD, error.retry_after))
    if isinstance(error, WaitError) and error.retry_after is not None:
        return max(1.0, error.retry_after)
    return PAUSE_FOR_A_PERSON if isinstance(error, ProviderAccountError) else PAUSE_AFTER_FAILURE


def _key_prefix(picture: PictureRef) -> str:
    return f"images/{picture.owner}/{picture.picture_id}"
