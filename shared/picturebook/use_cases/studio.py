"""Everything that drawing needs, in one place; made once per cold start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from picturebook.catalogue import Catalogue
from picturebook.ports.meter import Meter
from picturebook.use_cases.buy_picture import Shop
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.text_desk import TextDesk

# How long a person is asked what becomes of a lost call.
HOLD_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that drawing needs.

    `provider` names the image service in circuit and pace. `image_moderation` is how strict the service is asked to be
    with prompts, None leaves that to it.
    """

    shop: Shop
    desk: Desk
    catalogue: Catalogue
    default_model: str
    provider: str
    meter: Meter
    text: TextDesk
    hold_for: timedelta = HOLD_FOR
    image_moderation: str | None = None
