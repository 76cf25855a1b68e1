"""How every picture of a run is drawn: the story's options, with the defaults filled in and checked."""

from __future__ import annotations

from datetime import date, timedelta

from picturebook.catalogue import REPLACE_WITHIN, Catalogue, ModelSpec
from picturebook.models.messages import DrawMessage
from picturebook.models.story import OnUnknown, Story
from picturebook.models.strict_model import StrictModel

DEFAULT_QUALITY = "medium"


class DrawingOptions(StrictModel):
    """How every picture of a run is drawn: the story's options with the defaults filled in."""

    model: str
    size: str
    quality: str
    on_unknown: OnUnknown


def drawing_options(
    given: Story | DrawMessage,
    catalogue: Catalogue,
    *,
    default_model: str,
    today: date,
    replace_within: timedelta = REPLACE_WITHIN,
) -> tuple[DrawingOptions, ModelSpec]:
    """Fill in the defaults and check them; raises InputRefusedError naming `model`, `size` or `quality`."""
    spec = catalogue.choose(given.model or default_model, today=today, replace_within=replace_within).spec
    options = DrawingOptions(
        model=spec.name,
        size=given.size or spec.default_size,
        quality=given.quality or DEFAULT_QUALITY,
        on_unknown=given.on_unknown,
    )
    spec.check(size=options.size, quality=options.quality)
    return options, spec
