"""The model catalogue as `picturebook models --json` prints it. Pure."""

from __future__ import annotations

from datetime import date

from picturebook.catalogue import Catalogue, ModelSpec

# A page's prompt has about 1,500 characters, and a page shows about two characters.
_PROMPT_BYTES, _REFERENCES = 1500, 2


def models_document(catalogue: Catalogue, *, today: date) -> dict[str, object]:
    """Return the whole catalogue for scripts; `worst_cost_usd` is the most that one picture of default size costs."""
    return {
        "models": [_model(spec, today) for spec in catalogue.specs.values()],
        "chat_models": [spec.model_dump(mode="json") for spec in catalogue.chats.values()],
        "moderation_models": [spec.model_dump(mode="json") for spec in catalogue.moderations],
    }


def _model(spec: ModelSpec, today: date) -> dict[str, object]:
    return {
        **spec.model_dump(mode="json"),
        "is_gone": spec.is_gone(today),
        "worst_cost_usd": max_costs(spec),
    }


def max_costs(spec: ModelSpec) -> dict[str, str]:
    """Return the most that a picture of the default size costs, in US$ by quality; "unknown" without a price."""
    references = min(_REFERENCES, spec.most_references)
    costs = {
        quality: spec.max_cost(
            size=spec.default_size, quality=quality, prompt_bytes=_PROMPT_BYTES, references=references
        )
        for quality in spec.qualities
    }
    return {quality: "unknown" if usd is None else str(usd) for quality, usd in costs.items()}
