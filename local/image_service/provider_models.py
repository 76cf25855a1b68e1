"""The models that the provider serves, read from `provider_models.json`."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from local.image_service.api_errors import model_not_found


@cache
def provider_data() -> dict[str, Any]:
    """Return the content of `provider_models.json`."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("provider_models.json").read_text("utf-8"))
    return data


@dataclass(frozen=True)
class ImageModel:
    """The parameters and prices of one image model.

    `prices` are US$ per million tokens, None for a model with prices per picture. `created` is in seconds since 1970.
    """

    name: str
    created: int
    family: dict[str, Any]
    prices: dict[str, float] | None
    input_fidelity: tuple[str, ...]
    shutdown_date: str | None

    @property
    def qualities(self) -> tuple[str, ...]:
        """The values of `quality` that the model accepts."""
        return tuple(self.family["qualities"])

    @property
    def is_dall_e(self) -> bool:
        """Whether the model has the older API: other parameters, a price per picture, no edits."""
        return bool(self.family["api"] == "dall_e")

    def is_served(self, today: date) -> bool:
        """Return whether the model is served on that day."""
        return self.shutdown_date is None or today < date.fromisoformat(self.shutdown_date)


def _image_model(name: str, entry: dict[str, Any]) -> ImageModel:
    data = provider_data()
    return ImageModel(
        name=name,
        created=entry["created"],
        family=data["families"][entry["family"]],
        prices=data["usd_per_million"][entry["price"]] if "price" in entry else None,
        input_fidelity=tuple(entry.get("input_fidelity", ())),
        shutdown_date=entry.get("shutdown_date"),
    )


def served_image_models(now: float) -> list[ImageModel]:
    """Return the image models that are served at `now` (seconds since 1970)."""
    today = datetime.fromtimestamp(now, UTC).date()
    models = [_image_model(name, entry) for name, entry in provider_data()["image_models"].items()]
    return [model for model in models if model.is_served(today)]


def find_image_model(name: str, now: float) -> ImageModel:
    """Return a served image model; raises `ApiError` 404 for an unknown or retired one."""
    for model in served_image_models(now):
        if model.name == name:
            return model
    raise model_not_found(name)


def require_text_model(name: str) -> None:
    """Raise `ApiError` 404 unless `name` is a chat model of this provider."""
    data = provider_data()
    if name not in data["text_models"] and not name.startswith(tuple(data["text_model_prefixes"])):
        raise model_not_found(name)


def describe_models(now: float) -> list[dict[str, Any]]:
    """Return the entries of `GET /v1/models`, `shutdown_date` included; `now` is in seconds since 1970."""
    described = [
        {
            "id": model.name,
            "object": "model",
            "created": model.created,
            "owned_by": "system",
            "shutdown_date": model.shutdown_date,
        }
        for model in served_image_models(now)
    ]
    data = provider_data()
    other = [*data["text_models"], *data["moderation_models"]]
    entry = {"object": "model", "created": data["text_models_created"], "owned_by": "system", "shutdown_date": None}
    return described + [{"id": name, **entry} for name in other]
