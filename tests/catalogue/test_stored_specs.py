"""A run's plan stores its model's spec: a spec of an earlier version must still be readable."""

from __future__ import annotations

from decimal import Decimal

import pytest

from picturebook.catalogue import ModelSpec, load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.models.pictures import Usage

# As version 0.1.0 stored it, in November 2026.
STORED_BY_0_1_0 = """{
  "name": "gpt-image-2.5-flare",
  "size_rule": {
    "multiple_of": 16, "most_ratio": 3, "longest": 3840, "least_pixels": 655360, "most_pixels": 8294400
  },
  "default_size": "1024x1024",
  "output_tokens": { "low": 272, "medium": 1056, "high": 4160, "xhigh": 6240, "max": 8320, "auto": 8320 },
  "most_prompt_characters": 32000,
  "most_references": 16,
  "prices": { "text_in": "5", "image_in": "8", "image_out": "30" }
}"""


def test_a_spec_stored_by_an_earlier_version_means_the_same() -> None:
    spec = ModelSpec.model_validate_json(STORED_BY_0_1_0)
    assert spec.qualities == ("low", "medium", "high", "xhigh", "max", "auto")
    spec.check(size="3840x2160", quality="max")
    with pytest.raises(InputRefusedError):
        spec.check(size="640x640", quality="max")
    assert spec.cost(Usage(text_in=1000, image_in=500, image_out=2000)) == Decimal("0.069")
    # 1,500 x US$5 + 2 x 1,613 x US$8 + 1,057 x US$30 per million, as it was computed then
    assert spec.max_cost(size="1024x1024", quality="medium", prompt_bytes=1500, references=2) == Decimal("0.0651")
    assert spec.best_input_fidelity is None
    assert (spec.retires_on, spec.replaced_by) == (None, None)


def test_an_old_spec_can_be_stored_and_read_again() -> None:
    spec = ModelSpec.model_validate_json(STORED_BY_0_1_0)
    assert ModelSpec.model_validate_json(spec.model_dump_json(exclude_none=True)) == spec


@pytest.mark.parametrize("name", list(load_catalogue().specs))
def test_every_spec_of_the_catalogue_can_be_stored_and_read(name: str) -> None:
    spec = load_catalogue().specs[name]
    assert ModelSpec.model_validate_json(spec.model_dump_json(exclude_none=True)) == spec
