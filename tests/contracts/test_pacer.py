from __future__ import annotations

import pytest

from picturebook.adapters.in_memory.pacer import UnpacedPacer
from picturebook.ports.pacer import Pacer


@pytest.fixture(params=[UnpacedPacer])
def pacer(request: pytest.FixtureRequest) -> Pacer:
    made: Pacer = request.param()
    return made


async def test_the_first_turn_on_a_route_is_now(pacer: Pacer) -> None:
    assert await pacer.seconds_until_turn("openai/gpt-image-2") == 0
