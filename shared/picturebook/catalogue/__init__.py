"""The known models, as data: what each accepts, and what it costs. To add a model, add an entry to models.json."""

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
