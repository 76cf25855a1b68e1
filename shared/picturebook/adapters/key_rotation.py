"""An image model that tells a key which was rotated while a call was on its way from one that is simply wrong.

Knows no service and no secret store: it stands between a model that refuses a key and the source of keys.
"""

from __future__ import annotations

import logging

from picturebook.errors import ErrorContext, KeyRotatedError, ProviderAccountError, StoreUnavailableError
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.ports.api_key import ApiKeySource
from picturebook.ports.image_model import ImageModel

_LOGGER = logging.getLogger(__name__)
_SOURCE = "key_rotation.draw"


class KeyRotationAware:
    """An ImageModel around one that takes its key, for each call, from the same source."""

    def __init__(self, model: ImageModel, keys: ApiKeySource) -> None:
        self._model = model
        self._keys = keys

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        """Draw once; raises KeyRotatedError in the place of ProviderAccountError when another key is there by now."""
        used = await self._keys.current()
        try:
            return await self._model.draw(request, timeout_seconds=timeout_seconds)
        except ProviderAccountError as refused:
            if refused.details.get("problem") != "key" or not await self._is_replaced(used):
                raise
            context = ErrorContext(_SOURCE, KeyRotatedError.default_severity)
            message = "The image service refused a key that has been replaced"
            raise KeyRotatedError(message, "api_call", context, refused.details) from refused

    async def _is_replaced(self, used: str) -> bool:
        try:
            return await self._keys.reload(used) != used
        except (ProviderAccountError, StoreUnavailableError) as error:
            # What the service said is the answer to the call; that nobody could look for another key is beside it.
            error.log_to(_LOGGER)
            return False
