from __future__ import annotations

from decimal import Decimal

import pytest

from local.cli.amounts import by_kind, exact, exact_costs, max_amount, paid_amount
from picturebook.models.pictures import Costs


@pytest.mark.parametrize(
    ("amount", "at_most", "was_paid"),
    [
        (Decimal("0.03120001"), "$0.0313", "$0.0312"),
        (Decimal("0.0312"), "$0.0312", "$0.0312"),
        (Decimal("0.000001"), "$0.0001", "< $0.0001"),
        (Decimal(0), "$0", "$0"),
        (None, "unknown", "unknown"),
    ],
)
def test_an_estimate_is_rounded_up_and_an_unknown_amount_is_not_zero(
    amount: Decimal | None, at_most: str, was_paid: str
) -> None:
    assert (max_amount(amount), paid_amount(amount)) == (at_most, was_paid)


def test_scripts_get_every_digit() -> None:
    assert exact(Decimal("0.03120001")) == "0.03120001"
    assert exact_costs(None) == dict.fromkeys(("text_in", "image_in", "image_out", "chat"), "unknown")


def test_each_kind_is_named_with_its_amount() -> None:
    costs = Costs(text_in=Decimal("0.5"), image_in=Decimal(0), image_out=None, chat=Decimal("0.25"))
    assert by_kind(costs) == "text in $0.5000, image in $0, image out unknown, chat $0.2500"
