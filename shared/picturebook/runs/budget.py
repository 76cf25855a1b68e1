"""A story's maximum: what each picture's own allowance does not cover is taken from what the run has to spare."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from picturebook.errors import InputRefusedError
from picturebook.events import budget_exhausted
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import Run, RunEnding
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid. The same `charge_id` is paid once; `what` says it to people; None is an unknown price."""

    charge_id: str
    amount_usd: Decimal | None
    what: str


def repay_charge(picture: PictureRef, number: int, amount_usd: Decimal | None) -> Charge:
    """Return the charge for paying again, for the time `number`, for a take whose call was lost."""
    name = f"{picture.picture_id}:{picture.take}"
    return Charge(f"repay:{name}:{number}", amount_usd, f"paying again for {picture.picture_id}")


def take_charge(picture: PictureRef, amount_usd: Decimal | None) -> Charge:
    """Return the charge for a new take."""
    what = f"take {picture.take} of {picture.picture_id}"
    return Charge(f"take:{picture.picture_id}:{picture.take}", amount_usd, what)


async def charge_run(run: Run, charge: Charge, services: Services) -> bool:
    """Take the money; where the story's maximum does not allow it, announce that and return False.

    An unknown price is above every maximum. A story without one pays everything.
    """
    if run.spare_usd is None:
        return True
    if charge.amount_usd is not None and await services.ledger.charge(run, charge.charge_id, charge.amount_usd):
        return True
    run = await services.ledger.find_run(run.story_id, run.revision) or run
    plan = await read_plan(run, services.image_store)
    exhausted = budget_exhausted(
        run,
        max_cost_usd=plan.story.max_cost_usd,
        wanted_usd=charge.amount_usd,
        wanted_for=charge.what,
        at=services.clock.now(),
    )
    await services.event_publisher.publish([exhausted])
    return False


def over_budget(charge: Charge, run: Run) -> InputRefusedError:
    """Return the refusal of a wish that the story's maximum does not allow."""
    price = "an unknown price" if charge.amount_usd is None else f"up to US${charge.amount_usd}"
    return InputRefusedError(
        f"does not allow {charge.what}, at {price}",
        field="max_cost_usd",
        accepted="what the story's maximum leaves beside one take of each picture",
        reason="over_budget",
        story_id=run.story_id,
    )


@dataclass(frozen=True, slots=True)
class StorySpendingPolicy:
    """The SpendingPolicy of a run's picture; `amount_usd` is what one call may cost at the most."""

    run: Run
    picture: PictureRef
    amount_usd: Decimal | None
    services: Services

    async def still_wanted(self) -> bool:
        """Look whether the run was cancelled since it was read."""
        run = await self.services.ledger.find_run(self.run.story_id, self.run.revision)
        return run is not None and run.ending is not RunEnding.CANCELLED

    async def allows_repay(self, number: int) -> bool:
        """Charge the run."""
        return await charge_run(self.run, repay_charge(self.picture, number, self.amount_usd), self.services)
