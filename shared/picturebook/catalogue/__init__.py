"""The models on sale, as data: what each takes, and what it costs. Adding one is one entry in models.json."""

from picturebook.catalogue.catalogue import Catalogue, load_catalogue
from picturebook.catalogue.chat_spec import ChatSpec
from picturebook.catalogue.model_spec import ModelSpec
from picturebook.catalogue.retirement import NOTICE, REPLACE_WITHIN, ModelChoice
from picturebook.models.retirement import Retirement

__all__ = [
    "NOTICE",
    "REPLACE_WITHIN",
    "Catalogue",
    "ChatSpec",
    "ModelChoice",
    "ModelSpec",
    "Retirement",
    "load_catalogue",
]
