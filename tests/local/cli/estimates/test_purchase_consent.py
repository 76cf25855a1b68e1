from __future__ import annotations

from pathlib import Path

import pytest

from local.cli.amounts import max_amount
from local.cli.estimates.estimate_sentences import further_takes, sum_sentence
from local.cli.estimates.purchase_consent import consented_key
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.planning import Estimate
from tests.local.cli.stories import story_file, unpriced

KEY = "sk-test"


class Person:
    """A person at a terminal with a fixed answer; records the questions and the printed lines."""

    def __init__(self, *, answer: bool = False) -> None:
        self._answer = answer
        self.asked: list[str] = []
        self.printed: list[str] = []

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self._answer

    def consent(self, estimate: Estimate, *, key: str | None = KEY, yes: bool = False, can_ask: bool = True) -> str:
        return consented_key(estimate, key, yes=yes, can_ask=can_ask, ask=self.ask, print_line=self.printed.append)


@pytest.fixture
def estimate(tmp_path: Path) -> Estimate:
    return story_file(tmp_path).estimate


def test_the_answer_yes_returns_the_key_after_the_estimate_was_printed(estimate: Estimate) -> None:
    person = Person(answer=True)
    assert person.consent(estimate) == KEY
    assert person.printed == [sum_sentence(estimate), *further_takes(estimate)]
    assert len(person.asked) == 1


def test_the_answer_no_buys_nothing(estimate: Estimate) -> None:
    with pytest.raises(CommandFailedError, match="Nothing was bought"):
        Person(answer=False).consent(estimate)


def test_with_yes_the_estimate_is_printed_and_no_question_asked(estimate: Estimate) -> None:
    person = Person()
    assert person.consent(estimate, yes=True, can_ask=False) == KEY
    assert person.asked == []
    assert person.printed == [sum_sentence(estimate), *further_takes(estimate)]


def test_without_a_terminal_nothing_is_bought(estimate: Estimate) -> None:
    person = Person(answer=True)
    with pytest.raises(BadInputError, match="--yes"):
        person.consent(estimate, can_ask=False)
    assert person.asked == []


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_variable_is_named(estimate: Estimate, key: str | None) -> None:
    with pytest.raises(BadInputError, match="OPENAI_API_KEY"):
        Person(answer=True).consent(estimate, key=key, yes=True)


def test_the_estimate_is_the_worst_case_with_the_words(tmp_path: Path) -> None:
    estimate = story_file(tmp_path, max_cost_usd=5).estimate
    (sentence, again) = (sum_sentence(estimate), *further_takes(estimate))
    assert f"at most US{max_amount(estimate.plan.worst_cost_usd)}" in sentence
    assert "never more than US$5" in sentence
    assert "3 pictures by gpt-image-2, 1024x1024, medium quality, words by gpt-5.4-mini" in sentence
    assert again.startswith("A picture that fails its checks is drawn once more if the maximum allows it")


def test_without_a_maximum_the_price_of_all_further_takes_is_printed(estimate: Estimate) -> None:
    (again,) = further_takes(estimate)
    assert again.endswith(f"at most US${estimate.further_takes_usd} more.")


def test_an_unknown_price_is_called_unknown_before_the_question(estimate: Estimate) -> None:
    sentence = [sum_sentence(unpriced(estimate)), *further_takes(unpriced(estimate))]
    assert [sentence.endswith("he price is unknown.") for sentence in sentence] == [True, True]
    assert "None" not in " ".join(sentence)
