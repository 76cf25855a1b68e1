"""The notices about models that are retired or retire soon."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from local.cli.model_notices import replacement_notice
from tests.local.cli.stories import story_file


@pytest.mark.parametrize(
    ("model", "notice"),
    [
        ("gpt-image-1", "gpt-image-1 was retired on 2026-10-23: gpt-image-2 draws instead."),
        ("gpt-image-1.5", "gpt-image-1.5 will be retired on 2026-12-01: gpt-image-2 draws instead."),
        ("gpt-image-2", None),
        (None, None),
    ],
)
def test_the_notice_of_a_replaced_model_has_its_retirement_date(
    tmp_path: Path, model: str | None, notice: str | None
) -> None:
    assert replacement_notice(story_file(tmp_path, model=model).plan, today=date(2026, 11, 24)) == notice
