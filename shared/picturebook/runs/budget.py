"""Enforces a story's maximum: a payment beyond one call per picture is charged to the run's spare money."""

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
    """An amount to charge, None for an unknown price. A `charge_id` is charged once; `what` describes it to people."""

    charge_id: str
    amount_usd: Decimal | None
    what: str


def repay_charge(picture: PictureRef, number: int, amount_usd: Decimal | None) -> Charge:
    """Return the charge for the re-pay `number` (from 1) of a take whose call was lost."""
    name = f"{picture.picture_id}:{picture.take}"
    return Charge(f"repay:{name}:{number}", amount_usd, f"paying again for {picture.picture_id}")


def take_charge(picture: PictureRef, amount_usd: Decimal | None) -> Charge:
    """Return the charge for a new take."""
    what = f"take {picture.take} of {picture.picture_id}"
    return Charge(f"take:{picture.picture_id}:{picture.take}", amount_usd, what)


async def charge_run(run: Run, charge: Charge, services: Services) -> bool:
    """Charge the run; when the story's maximum does not allow it, announce BudgetExhausted and return False.

    An unknown price exceeds every maximum. A story without a maximum allows every charge.
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
    """Return the refusal of a command whose charge the story's maximum does not allow."""
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
    """The SpendingPolicy of a run's picture; `amount_usd` is the most that one call may cost, None if unknown."""

    run: Run
    picture: PictureRef
    amount_usd: Decimal | None
    services: Services

    async def still_wanted(self) -> bool:
        """Read the run again, and say whether it is still not cancelled."""
        run = await self.services.ledger.find_run(self.run.story_id, self.run.revision)
        return run is not None and run.ending is not RunEnding.CANCELLED

    async def allows_repay(self, number: int) -> bool:
        """Charge the run for the re-pay `number`; False when the story's maximum does not allow it."""
        return await charge_run(self.run, repay_charge(self.picture, number, self.amount_usd), self.services)
