from __future__ import annotations

from pathlib import Path

import pytest

from local.cli.consent import consented_key, estimate
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.planning import StoryPlan
from tests.local.cli.stories import story_file, unpriced

KEY = "sk-test"


class Person:
    """Somebody at a terminal, or nobody."""

    def __init__(self, *, answer: bool = False) -> None:
        self._answer = answer
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self._answer

    def consent(self, plan: StoryPlan, *, key: str | None = KEY, yes: bool = False, can_ask: bool = True) -> str:
        return consented_key(plan, key, yes=yes, can_ask=can_ask, ask=self.ask, tell=self.told.append)


@pytest.fixture
def plan(tmp_path: Path) -> StoryPlan:
    return story_file(tmp_path).plan


def test_a_yes_gives_the_key_after_the_estimate_was_shown(plan: StoryPlan) -> None:
    person = Person(answer=True)
    assert person.consent(plan) == KEY
    assert person.told == [estimate(plan)]
    assert len(person.asked) == 1


def test_a_no_buys_nothing(plan: StoryPlan) -> None:
    with pytest.raises(CommandFailedError, match="Nothing was bought"):
        Person(answer=False).consent(plan)


def test_yes_beforehand_is_not_asked_but_told(plan: StoryPlan) -> None:
    person = Person()
    assert person.consent(plan, yes=True, can_ask=False) == KEY
    assert person.asked == []
    assert person.told == [estimate(plan)]


def test_where_nobody_can_be_asked_nothing_is_bought(plan: StoryPlan) -> None:
    person = Person(answer=True)
    with pytest.raises(BadInputError, match="--yes"):
        person.consent(plan, can_ask=False)
    assert person.asked == []


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_variable_is_named(plan: StoryPlan, key: str | None) -> None:
    with pytest.raises(BadInputError, match="OPENAI_API_KEY"):
        Person(answer=True).consent(plan, key=key, yes=True)


def test_the_estimate_is_the_worst_case_of_the_plan(tmp_path: Path) -> None:
    plan = story_file(tmp_path, max_cost_usd=5).plan
    assert f"at most US${plan.worst_cost_usd}" in estimate(plan)
    assert "never more than US$5" in estimate(plan)
    assert "3 pictures by gpt-image-2, 1024x1024, medium quality" in estimate(plan)


def test_an_unknown_price_is_said_to_be_unknown_before_anybody_is_asked(tmp_path: Path) -> None:
    plan = unpriced(story_file(tmp_path).plan)
    assert "at a price that is unknown" in estimate(plan)
    assert "None" not in estimate(plan)
