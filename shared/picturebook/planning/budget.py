"""Whether a story's maximum allows its pictures."""

from __future__ import annotations

from picturebook.errors import InputRefusedError
from picturebook.planning.plan import StoryPlan


def check_budget(plan: StoryPlan) -> None:
    """Raise InputRefusedError when the worst case is above the story's `max_cost_usd`, or unknown."""
    most = plan.story.max_cost_usd
    if most is None:
        return
    if plan.worst_cost_usd is None:
        raise InputRefusedError(
            f"is US${most}, and the price of {plan.spec.name} is unknown",
            field="max_cost_usd",
            accepted="no maximum, or a model whose price is known",
            reason="unknown_price",
            story_id=plan.story.story_id,
        )
    if plan.worst_cost_usd > most:
        raise InputRefusedError(
            f"is US${most}, and the pictures may cost US${plan.worst_cost_usd}",
            field="max_cost_usd",
            accepted=f"at least {plan.worst_cost_usd}, or fewer, smaller or simpler pictures",
            reason="over_budget",
            story_id=plan.story.story_id,
        )
