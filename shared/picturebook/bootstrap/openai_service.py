"""The ports of OpenAI's image service, or of a service that speaks its API.

Importing this imports openai, which takes 1-2 s, and Pillow.
"""

from __future__ import annotations

from openai import AsyncOpenAI

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.key_rotation import KeyRotationAware, KeyRotationAwareChat, KeyRotationAwareModerator
from picturebook.adapters.openai_chat_model import OpenAIChatModel
from picturebook.adapters.openai_http_client import open_http_client
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.adapters.openai_moderator import OpenAIModerator
from picturebook.adapters.secrets_api_key import SecretsManagerApiKey
from picturebook.adapters.system_clock import SystemClock
from picturebook.bootstrap.image_service_ports import ImageServicePorts
from picturebook.errors import ImageValidationError
from picturebook.picture_finishing import finish_picture
from picturebook.ports.clock import Clock
from picturebook.settings import Settings


def open_image_service(settings: Settings, clients: AwsClients, *, clock: Clock | None = None) -> ImageServicePorts:
    """Make the adapters over one client, which asks for its key at every call: a rotated key needs no new client.

    `chat_model` is None if the settings name none, and `moderator` is None if moderation is `off`. Raises
    ImageValidationError when the settings do not name the secret of the API key.
    """
    if settings.api_key_secret is None:
        raise ImageValidationError(
            "PICTUREBOOK_API_KEY_SECRET is missing", validation_type="settings", issue="PICTUREBOOK_API_KEY_SECRET"
        )
    keys = SecretsManagerApiKey(clients.secrets, settings.api_key_secret, clock=clock or SystemClock())
    client = AsyncOpenAI(
        api_key=keys.current, base_url=settings.image_api_url, max_retries=0, http_client=open_http_client()
    )
    return ImageServicePorts(
        image_model=KeyRotationAware(OpenAIImageModel(client), keys),
        model_list=OpenAIModelList(client),
        finish=finish_picture,
        chat_model=KeyRotationAwareChat(OpenAIChatModel(client), keys) if settings.chat_model else None,
        moderator=KeyRotationAwareModerator(OpenAIModerator(client), keys) if settings.moderation != "off" else None,
        close=client.close,
    )
