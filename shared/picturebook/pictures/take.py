"""One take of a picture: its sheets read, bought, finished, and put into words meanwhile.

What becomes of it, draw_picture.py decides.
"""

from __future__ import annotations

from dataclasses import replace

from picturebook.errors import (
    ImageProcessingError,
    KeyRotatedError,
    OutcomeUnknownError,
    ProviderAccountError,
    ProviderUnavailableError,
    RetriesExhaustedError,
    WaitError,
)
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import ImageRequest, PictureOutcome, Reference
from picturebook.pictures import outcomes
from picturebook.pictures.admission import Drawing
from picturebook.pictures.finish_original import Brief, brief_of, finish_original
from picturebook.pictures.outcomes import LostCall
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.purchase import Bought, Order, Purchase, buy_picture
from picturebook.pictures.sheet_references import read_references
from picturebook.planning import Sheet, prompt_of, sheets_there_are
from picturebook.ports.purchase_watcher import PurchaseWatcher
from picturebook.ports.story_ledger import ClaimRefusedError
from picturebook.retry_policy.redelivery import PAUSE_AFTER_FAILURE, RetryLater, pause_after, wait_out
from picturebook.services import Services
from picturebook.text_generation.alt_text import WrittenAltText
from picturebook.text_generation.picture_description import PictureDescriber


async def take_picture(drawing: Drawing, services: Services, progress: ProgressPublisher) -> PictureOutcome | LostCall:
    """Buy and finish the picture; return how its take ends, or the lost call that a person is to decide about.

    Raises RetryLater when it is to be tried later, ClaimRefusedError where another worker ended it meanwhile, and
    StoreUnavailableError.
    """
    references = await sheets_of_drawing(drawing, services)
    order = replace(drawing.order, request=_request(drawing, references))
    describer = PictureDescriber(
        drawing.message,
        services,
        deadline=order.deadline,
        watcher=progress,
        circuit=_chat_circuit(drawing, services),
    )
    try:
        purchase = await _buy(order, drawing, services, describer)
    finally:
        # The alt text that was asked for may be billed, so it is waited for even when the picture failed.
        alt_text = await describer.alt_text()
    try:
        bought = _bought(purchase, services)
    except outcomes.TERMINAL_ERRORS as error:
        claim = purchase.claim or drawing.lost_claim
        if isinstance(error, OutcomeUnknownError) and order.on_unknown == "hold" and claim:
            return LostCall(claim)
        attempts = purchase.claim.number if purchase.claim else drawing.attempts
        return outcomes.ended_by(error, outcomes.Paid(attempts, drawing.spec, None, alt_text))
    return await _finished(bought, brief_of_drawing(drawing, references, alt_text), alt_text, drawing, services)


def _chat_circuit(drawing: Drawing, services: Services) -> Circuit | None:
    """Return the chat model's circuit as it was admitted: of one that never failed nothing is stored."""
    route = services.chat_route
    return drawing.admission.other_circuit or (Circuit(route) if route else None)


async def sheets_of_drawing(drawing: Drawing, services: Services) -> tuple[Reference, ...]:
    """Return the sheets that the picture follows, read; raises as `read_references` does."""
    return await read_references(_sheets(drawing), drawing.admission, services)


def brief_of_drawing(drawing: Drawing, references: tuple[Reference, ...], alt_text: WrittenAltText) -> Brief:
    """Return what the picture is held against, and what its derivatives say."""
    request = _request(drawing, references)
    return brief_of(
        drawing.message,
        model=drawing.spec.name,
        alt_text=alt_text.alt.text,
        prompt=request.prompt,
        size=request.size,
        references=references,
    )


def _sheets(drawing: Drawing) -> tuple[Sheet, ...]:
    return sheets_there_are(drawing.message, drawing.admission.sheets.values(), drawing.spec)


def _request(drawing: Drawing, references: tuple[Reference, ...]) -> ImageRequest:
    """Return the request with the sheets that there are, and a prompt that names them and no others."""
    prompt = prompt_of(drawing.message, drawing.spec, _sheets(drawing))
    return replace(drawing.order.request, references=references, prompt=prompt)


async def _buy(order: Order, drawing: Drawing, services: Services, watcher: PurchaseWatcher) -> Purchase:
    # A route that never failed has no item: its circuit is closed, and need not be read again.
    circuit = drawing.admission.circuit or Circuit(order.route)
    return await buy_picture(order, services, watcher=watcher, record=drawing.admission.record, circuit=circuit)


def _bought(purchase: Purchase, services: Services) -> Bought:
    """Return what was bought; raises one of TERMINAL_ERRORS, RetryLater, ClaimRefusedError or StoreUnavailableError."""
    try:
        return purchase.result()
    except ClaimRefusedError as refused:
        if refused.record.outcome:
            raise
        wait_out(refused.record.claim, services.clock)
        raise RetryLater(PAUSE_AFTER_FAILURE, "another worker claimed the picture") from refused
    except (
        WaitError,
        ProviderUnavailableError,
        KeyRotatedError,
        RetriesExhaustedError,
        ProviderAccountError,
    ) as error:
        raise RetryLater(pause_after(error, services.random_source), error.message) from error


async def _finished(
    bought: Bought, brief: Brief, alt_text: WrittenAltText, drawing: Drawing, services: Services
) -> PictureOutcome:
    paid = outcomes.Paid(bought.attempts, drawing.spec, bought.image.usage, alt_text)
    if bought.key is None or bought.image.content is None:
        error = ImageProcessingError("The image service sent an address instead of a picture", "read_answer", "url")
        return outcomes.ended_by(error, paid)
    try:
        finished = await finish_original(bought.image.content, bought.key, brief, services)
    except ImageProcessingError as error:
        return outcomes.ended_by(error, paid)
    return outcomes.drawn(finished, paid)
