"""The deployment's settings, read once, from a mapping that the caller hands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from picturebook.errors import ImageValidationError

PREFIX = "PICTUREBOOK_"


class Settings(BaseModel):
    """What `infra/` passes to a function: names and addresses, never secrets."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bucket: Annotated[str, Field(min_length=3)]
    ledger_table: Annotated[str, Field(min_length=3)]
    circuit_table: Annotated[str, Field(min_length=3)]
    event_bus: Annotated[str, Field(min_length=1)]
    default_model: Annotated[str, Field(min_length=1)]
    character_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    page_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    fresh_after_receives: Annotated[int, Field(ge=2)]
    refused_queue_url: Annotated[str, Field(pattern=r"^https?://")]
    image_api_url: Annotated[str, Field(pattern=r"^https?://")] = "https://api.openai.com/v1"
    api_key_secret: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read `PICTUREBOOK_…` variables; raises ImageValidationError that names the variable."""
        values = {
            name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)
        }
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            variable = PREFIX + str(first["loc"][0]).upper()
            raise ImageValidationError(f"{variable}: {first['msg']}", "settings", variable) from error
