"""Smaller pictures to show, made of an original that stays as it is, each with the marks of its making.

`derivatives` makes them, `marks` says what they carry, `colours` brings any picture into sRGB, `references` makes a
copy for the image model to follow. Pure: bytes in, bytes out; knows no stores, stories or services.
"""

from picturebook.picture_finishing.derivatives import Finish, FinishedPicture, finish_picture
from picturebook.picture_finishing.provenance_metadata import ProvenanceMetadata
from picturebook.picture_finishing.references import reference_of

__all__ = ["Finish", "FinishedPicture", "ProvenanceMetadata", "finish_picture", "reference_of"]
