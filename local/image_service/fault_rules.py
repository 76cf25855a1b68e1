"""Scripted faults: decides which requests fail, and how. `fault_actions` applies the decision."""

import random
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# Faults of an answer to a call that was served: by default the client is billed for it.
SpoiltAnswer = Literal[
    "empty_data",
    "rubbish_base64",
    "truncated_image",
    "error_in_200",
    "polyglot_image",
    "swelling_image",
    "huge_image",
    "gif_image",
    "endless_answer",
]
Action = Literal[
    SpoiltAnswer,
    "delay",
    "hang",
    "rate_limit",
    "status",
    "drop",
    "refuse",
    "quota",
    "invalid_key",
    "html",
]
BILLED_BY_DEFAULT = frozenset(get_args(SpoiltAnswer))


class FaultRule(BaseModel):
    """One rule: the action is applied to a request for which every given condition holds.

    Conditions: `path` is a prefix; `prompt_contains` ignores case; `skip` lets the first matches pass, `first`
    limits how often the rule acts, `every` acts on each nth match, `probability` draws from `seed`.
    `billed` answers and bills a picture or a chat before the fault; nothing else is billed. `seconds` belongs to delay
    and hang (a hang without it lasts until the client leaves), `retry_after` (seconds) to rate_limit and status.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    action: Action
    path: str = "/v1/"
    prompt_contains: str | None = None
    model: str | None = None
    skip: int = Field(default=0, ge=0)
    first: int | None = Field(default=None, ge=1)
    every: int = Field(default=1, ge=1)
    probability: float = Field(default=1.0, gt=0, le=1)
    seed: int = 0
    billed: bool | None = None
    status: int = Field(default=500, ge=200, le=599)
    seconds: float | None = Field(default=None, ge=0)
    retry_after: float | None = Field(default=None, ge=0)
    code: str = "insufficient_quota"

    @property
    def acts_after_billing(self) -> bool:
        """Whether the request is answered and billed before the fault."""
        return self.action in BILLED_BY_DEFAULT if self.billed is None else self.billed

    def concerns(self, path: str, prompt: str, model: str) -> bool:
        """Return whether path, prompt and model of the request match the rule."""
        return (
            path.startswith(self.path)
            and (self.prompt_contains is None or self.prompt_contains.casefold() in prompt.casefold())
            and self.model in (None, model)
        )


class FaultScript:
    """An ordered list of rules; the first rule that acts on a request decides."""

    def __init__(self, rules: list[FaultRule] | None = None) -> None:
        """Start with `rules`, their counts at zero."""
        self.replace(rules or [])

    def replace(self, rules: list[FaultRule]) -> None:
        """Replace all rules; the counts start at zero."""
        self._rules = [_CountedRule(rule) for rule in rules]

    def describe(self) -> list[dict[str, Any]]:
        """Return each rule with the number of its matches and of its actions."""
        return [
            {"rule": counted.rule.model_dump(exclude_defaults=True), "matched": counted.matched, "acted": counted.acted}
            for counted in self._rules
        ]

    def pick(self, path: str, prompt: str = "", model: str = "") -> FaultRule | None:
        """Return the rule that acts on this request, or None."""
        for counted in self._rules:
            if counted.rule.concerns(path, prompt, model) and counted.acts():
                return counted.rule
        return None


class _CountedRule:
    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.matched = 0
        self.acted = 0
        self._random = random.Random(rule.seed)  # noqa: S311 - a script must repeat, not surprise

    def acts(self) -> bool:
        """Count one match; return whether the rule acts on it."""
        self.matched += 1
        position = self.matched - self.rule.skip
        drawn = self._random.random() < self.rule.probability
        if position < 1 or position % self.rule.every or not drawn:
            return False
        if self.rule.first is not None and self.acted >= self.rule.first:
            return False
        self.acted += 1
        return True
