"""Makes smaller copies of an original, with provenance metadata; the original is not changed.

`derivatives` makes them, `provenance_metadata` writes their metadata, `colours` converts any picture to sRGB,
`references` makes the copy that an image model gets as a reference. Pure: knows no stores, stories or services.
"""

from picturebook.picture_finishing.derivatives import Finish, FinishedPicture, finish_picture
from picturebook.picture_finishing.provenance_metadata import ProvenanceMetadata
from picturebook.picture_finishing.references import reference_of

__all__ = ["Finish", "FinishedPicture", "ProvenanceMetadata", "finish_picture", "reference_of"]
