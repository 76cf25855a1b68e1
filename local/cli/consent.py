"""Asks before real money is spent. Without a yes there is no key, and without a key nothing can be bought."""

from __future__ import annotations

from collections.abc import Callable

from local.cli.composition import API_KEY
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.planning import StoryPlan

Ask = Callable[[str], bool]


def consented_key(
    plan: StoryPlan, key: str | None, *, yes: bool, can_ask: bool, ask: Ask, tell: Callable[[str], None]
) -> str:
    """Return the key that may now be used.

    Shows the estimate, then asks, unless `yes` says that was done. Raises BadInputError when there is no key or nobody
    to ask, CommandFailedError when the answer is no.
    """
    if not key:
        raise BadInputError(f"--live needs an API key in {API_KEY}.", field=API_KEY, accepted="the key of an account")
    tell(estimate(plan))
    if yes:
        return key
    if not can_ask:
        raise BadInputError(
            "Real pictures cost money, and there is nobody to ask here.\n  accepted: --yes", field="--yes"
        )
    if not ask("Buy these pictures?"):
        raise CommandFailedError("Nothing was bought.")
    return key


def estimate(plan: StoryPlan) -> str:
    """Say what will be bought, and what it may cost at the most."""
    count = len(plan.picture_ids)
    options = plan.options
    most = plan.story.max_cost_usd
    limit = f", and never more than US${most}" if most is not None else ""
    what = f"{count} pictures by {options.model}, {options.size}, {options.quality} quality"
    if plan.worst_cost_usd is None:
        return f"{what}: at a price that is unknown."
    return f"{what}: at most US${plan.worst_cost_usd} if each is bought once{limit}."
