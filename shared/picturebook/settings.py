"""The deployment's settings, read once from an environment that the caller passes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from picturebook.errors import ImageValidationError

PREFIX = "PICTUREBOOK_"
DEFAULT_SERVICE_NAME = "picturebook"
# What to do with a story whose text the image service's moderation flags.
ModerationRule = Literal["refuse", "mark", "off"]
# How long a lost call is held for a person to resolve.
HOLD_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """The settings of drawing.

    `default_model` draws when a message names none. A lost call is held for a person for `hold_for`. `image_moderation`
    is the strictness that the image service is asked to apply to prompts; None sends none.
    """

    default_model: str
    hold_for: timedelta = HOLD_FOR
    image_moderation: str | None = None


@dataclass(frozen=True, slots=True)
class PlanningSettings:
    """The settings of accepting stories.

    `moderation` says what to do with a flagged story. A model that is retired within `replace_within` is replaced.
    """

    default_model: str
    replace_within: timedelta
    moderation: ModerationRule = "off"


def service_name(environment: Mapping[str, str]) -> str:
    """Return the deployment's name in logs and metrics, from the variable that Powertools reads too."""
    return environment.get("POWERTOOLS_SERVICE_NAME") or DEFAULT_SERVICE_NAME


class _FromEnvironment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    service_name: str = DEFAULT_SERVICE_NAME

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read `PICTUREBOOK_…` variables and the service name; raises ImageValidationError that names the variable."""
        values = {
            name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)
        }
        values["service_name"] = service_name(environment)
        if not values.get("images_per_minute", "").strip():
            values.pop("images_per_minute", None)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            variable = PREFIX + str(first["loc"][0]).upper()
            raise ImageValidationError(
                f"{variable}: {first['msg']}", validation_type="settings", issue=variable
            ) from error


class ModelSettings(_FromEnvironment):
    """The image service, the default model, and how long before its retirement a model is replaced."""

    default_model: Annotated[str, Field(min_length=1)]
    image_api_url: Annotated[str, Field(pattern=r"^https?://")] = "https://api.openai.com/v1"
    # Equal to the catalogue's REPLACE_WITHIN; a test checks that.
    replace_retiring_days: Annotated[int, Field(ge=0, le=3650)] = 30

    @property
    def replace_within(self) -> timedelta:
        """How long before a model's retirement its replacement draws."""
        return timedelta(days=self.replace_retiring_days)

    @property
    def provider(self) -> str:
        """The image service's name in routes (`provider/model`): its host."""
        return urlsplit(self.image_api_url).hostname or "unknown"


class Settings(ModelSettings):
    """What `infra/` passes to every function: names and addresses, never secrets."""

    circuit_table: Annotated[str, Field(min_length=3)]
    bucket: Annotated[str, Field(min_length=3)]
    ledger_table: Annotated[str, Field(min_length=3)]
    event_bus: Annotated[str, Field(min_length=1)]
    character_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    page_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    # For queue functions: half of the queue's maximum receive count. The default is safe for any queue.
    fresh_after_receives: Annotated[int, Field(ge=2)] = 2
    refused_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    api_key_secret: str | None = None
    # 0: the limit that the image service states in its answers.
    images_per_minute: Annotated[int, Field(ge=0)] = 0
    # How strictly the image service moderates prompts, for models that take the parameter.
    image_moderation: Literal["auto", "low"] = "auto"
    # Describes characters and writes alt texts. Empty: no chat model is called, and the story's own text is used.
    chat_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]*$")] = ""
    # What happens to a story whose text the service's moderation flags.
    moderation: ModerationRule = "off"
    # How long a picture whose paid call was lost is held for a person; ledger records live at least 90 days.
    hold_for_hours: Annotated[float, Field(gt=0, le=90 * 24)] = 72

    def drawing(self) -> DrawingSettings:
        """Return the settings of drawing."""
        return DrawingSettings(self.default_model, timedelta(hours=self.hold_for_hours), self.image_moderation)

    def planning(self) -> PlanningSettings:
        """Return the settings of accepting stories."""
        return PlanningSettings(self.default_model, self.replace_within, self.moderation)


class ReconcilingSettings(Settings):
    """What `infra/` passes to reconcile_mappings too: the ids of the image queues' mappings, and their concurrency."""

    character_mapping: Annotated[str, Field(min_length=1)]
    page_mapping: Annotated[str, Field(min_length=1)]
    image_concurrency: Annotated[int, Field(ge=2, le=1000)]
