"""The image models on sale, as data: what each takes, and what it costs. Adding one is one entry in models.json."""

from picturebook.catalogue.catalogue import Catalogue, ModelSpec, load_catalogue

__all__ = ["Catalogue", "ModelSpec", "load_catalogue"]
