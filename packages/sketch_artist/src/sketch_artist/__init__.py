"""Draws picture-book scenes from the words of a prompt and from reference pictures, without a model.

    from sketch_artist import Encoding, SketchRequest, draw_picture

    png = draw_picture(SketchRequest(prompt="A fox in a snowy forest", width=1024, height=640))

These names are the whole public API; the submodules may change. The package needs Pillow and nothing else: no fonts, no
network, no files. It knows nothing of the programs that use it.
"""

from sketch_artist.colours import COLOUR_WORDS
from sketch_artist.encoding import Encoding
from sketch_artist.render import SketchRequest, draw_picture

__all__ = ["COLOUR_WORDS", "Encoding", "SketchRequest", "draw_picture"]
