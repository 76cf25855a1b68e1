import pytest
from pydantic import ValidationError

from local.image_service.fault_rules import FaultRule, FaultScript


def acted(rule: FaultRule, times: int, prompt: str = "a fox") -> list[bool]:
    script = FaultScript([rule])
    return [script.pick("/v1/images/generations", prompt, "gpt-image-2") is not None for _ in range(times)]


def test_first_limits_how_often_a_rule_acts() -> None:
    assert acted(FaultRule(action="status", first=2), 4) == [True, True, False, False]


def test_skip_lets_the_first_pass_and_every_picks_each_nth() -> None:
    assert acted(FaultRule(action="status", skip=1, every=2), 6) == [False, False, True, False, True, False]


def test_only_matching_requests_count() -> None:
    script = FaultScript([FaultRule(action="drop", path="/v1/images/edits", prompt_contains="Fox", model="m", first=1)])
    assert script.pick("/v1/images/generations", "fox", "m") is None
    assert script.pick("/v1/images/edits", "bear", "m") is None
    assert script.pick("/v1/images/edits", "fox", "other") is None
    assert script.pick("/v1/images/edits", "a FOX", "m") is not None
    assert script.describe()[0]["matched"] == 1


def test_probability_repeats_with_its_seed() -> None:
    rule = FaultRule(action="status", probability=0.5, seed=3)
    first = acted(rule, 40)
    assert first == acted(rule, 40)
    assert 8 < sum(first) < 32


def test_the_first_acting_rule_wins() -> None:
    script = FaultScript([FaultRule(action="refuse", first=1), FaultRule(action="drop")])
    picked = [script.pick("/v1/images/edits") for _ in range(2)]
    assert [rule.action for rule in picked if rule] == ["refuse", "drop"]


@pytest.mark.parametrize("wrong", [{"action": "explode"}, {"action": "drop", "probabilty": 1}, {}])
def test_a_rule_with_a_typo_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FaultRule.model_validate(wrong)


def test_unusable_answers_are_billed_unless_told_otherwise() -> None:
    assert FaultRule(action="empty_data").acts_after_billing
    assert not FaultRule(action="empty_data", billed=False).acts_after_billing
    assert FaultRule(action="drop", billed=True).acts_after_billing
