"""How every picture of a run is drawn: the story's wishes, with the defaults filled in and checked."""

from __future__ import annotations

from picturebook.catalogue import Catalogue, ModelSpec
from picturebook.models.messages import DrawMessage
from picturebook.models.story import OnUnknown, Story
from picturebook.models.strict_model import StrictModel

DEFAULT_QUALITY = "medium"


class DrawingOptions(StrictModel):
    """How every picture of a run is drawn: the story's wishes with the defaults filled in."""

    model: str
    size: str
    quality: str
    on_unknown: OnUnknown


def drawing_options(
    wishes: Story | DrawMessage, catalogue: Catalogue, *, default_model: str
) -> tuple[DrawingOptions, ModelSpec]:
    """Fill in the defaults and check them; raises InputRefusedError naming `model`, `size` or `quality`."""
    spec = catalogue.spec(wishes.model or default_model)
    options = DrawingOptions(
        model=spec.name,
        size=wishes.size or spec.default_size,
        quality=wishes.quality or DEFAULT_QUALITY,
        on_unknown=wishes.on_unknown,
    )
    spec.check(size=options.size, quality=options.quality)
    return options, spec
