"""Makes one take: reads the sheets, buys the picture, has its alt text written meanwhile, checks and finishes it.

The use case `draw_picture` writes the outcome to the ledger.
"""

from __future__ import annotations

from picturebook.errors import (
    ClaimRefusedError,
    ImageProcessingError,
    KeyRotatedError,
    OutcomeUnknownError,
    ProviderAccountError,
    ProviderUnavailableError,
    RetriesExhaustedError,
    RetryLater,
    WaitError,
)
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import ImageRequest, PictureOutcome
from picturebook.pictures import outcomes
from picturebook.pictures.admission import Drawing
from picturebook.pictures.finish_original import FinishingInput, finish_original, finishing_input
from picturebook.pictures.outcomes import LostCall
from picturebook.pictures.progress_publisher import ProgressPublisher
from picturebook.pictures.purchase import Bought, Order, Purchase, buy_picture
from picturebook.pictures.sheet_references import read_references
from picturebook.pictures.store_original import picture_prefix
from picturebook.planning import prompt_of, references_of
from picturebook.ports.purchase_watcher import PurchaseWatcher
from picturebook.ports.spending_policy import UNLIMITED
from picturebook.retry_policy.redelivery import PAUSE_AFTER_FAILURE, pause_after, wait_out
from picturebook.runs.budget import StorySpendingPolicy
from picturebook.services import Services
from picturebook.settings import DrawingSettings
from picturebook.text_generation.alt_text import WrittenAltText
from picturebook.text_generation.picture_description import PictureDescriber


async def take_picture(
    drawing: Drawing, services: Services, settings: DrawingSettings, progress: ProgressPublisher
) -> PictureOutcome | LostCall:
    """Buy and finish the picture; return how its take ends, or the lost call that a person is to decide about.

    Raises RetryLater when it is to be tried later, ClaimRefusedError where another worker ended it meanwhile, and
    StoreUnavailableError.
    """
    request = await image_request(drawing, services, settings)
    order = _order(drawing, request, services)
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
    return await _finished(bought, finishing_input_of(drawing, request, alt_text), alt_text, drawing, services)


def _chat_circuit(drawing: Drawing, services: Services) -> Circuit | None:
    """Return the chat model's circuit as it was admitted: of one that never failed nothing is stored."""
    route = services.chat_route
    return drawing.admission.other_circuit or (Circuit(route) if route else None)


async def image_request(drawing: Drawing, services: Services, settings: DrawingSettings) -> ImageRequest:
    """Return what the image model is asked: the sheets that were drawn, and a prompt that names them and no others.

    Raises as `read_references` does.
    """
    spec, options = drawing.spec, drawing.options
    moderation = settings.image_moderation
    return ImageRequest(
        options.model,
        prompt_of(drawing.request, drawing.message, spec, drawing.sheets),
        options.size,
        options.quality,
        await read_references(drawing.sheets, drawing.admission, services),
        input_fidelity=spec.best_input_fidelity if references_of(drawing.message, spec) else None,
        moderation=moderation if moderation in spec.moderations else None,
    )


def finishing_input_of(drawing: Drawing, request: ImageRequest, alt_text: WrittenAltText) -> FinishingInput:
    """Return what the picture is checked against, and what its derivatives say."""
    return finishing_input(
        drawing.message,
        model=drawing.spec.name,
        alt_text=alt_text.alt.text,
        prompt=request.prompt,
        size=request.size,
        references=request.references,
    )


def _order(drawing: Drawing, request: ImageRequest, services: Services) -> Order:
    picture, run = drawing.message.picture, drawing.admission.run
    amount = drawing.request.max_cost_usd
    return Order(
        picture=picture,
        request=request,
        route=drawing.route,
        key_prefix=picture_prefix(picture),
        on_unknown=drawing.options.on_unknown,
        deadline=drawing.deadline,
        spending_policy=StorySpendingPolicy(run, picture, amount, services) if run else UNLIMITED,
    )


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
        raise RetryLater(PAUSE_AFTER_FAILURE, reason="another worker claimed the picture") from refused
    except (
        WaitError,
        ProviderUnavailableError,
        KeyRotatedError,
        RetriesExhaustedError,
        ProviderAccountError,
    ) as error:
        raise RetryLater(pause_after(error, services.random_source), reason=error.message) from error


async def _finished(
    bought: Bought, finishing: FinishingInput, alt_text: WrittenAltText, drawing: Drawing, services: Services
) -> PictureOutcome:
    paid = outcomes.Paid(bought.attempts, drawing.spec, bought.image.usage, alt_text)
    if bought.key is None or bought.image.content is None:
        error = ImageProcessingError(
            "The image service sent an address instead of a picture", operation="read_answer", image_format="url"
        )
        return outcomes.ended_by(error, paid)
    try:
        finished = await finish_original(bought.image.content, bought.key, finishing, services)
    except ImageProcessingError as error:
        return outcomes.ended_by(error, paid)
    return outcomes.drawn(finished, paid)
