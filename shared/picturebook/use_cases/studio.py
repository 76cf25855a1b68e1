"""Everything that drawing needs, in one place; made once per cold start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.services import Services
from picturebook.catalogue import Catalogue
from picturebook.picture_finishing import finish_picture
from picturebook.ports.meter import Meter
from picturebook.use_cases.finish_original import Finish

# How long a person is asked what becomes of a lost call.
HOLD_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that drawing needs.

    `provider` names the image service in circuit and pace. `image_moderation` is how strict the service is asked to be
    with prompts, None leaves that to it.
    """

    services: Services
    services: Services
    catalogue: Catalogue
    default_model: str
    provider: str
    meter: Meter
    services: Services
    finish: Finish = finish_picture
    hold_for: timedelta = HOLD_FOR
    image_moderation: str | None = None
