"""Wires who is asked for words and about words: for stories that are accepted, and for pictures."""

from __future__ import annotations

from openai import AsyncOpenAI

from picturebook.adapters.key_rotation import KeyRotationAwareChat, KeyRotationAwareModerator
from picturebook.adapters.openai_chat_model import OpenAIChatModel
from picturebook.adapters.openai_http_client import open_http_client
from picturebook.adapters.openai_moderator import OpenAIModerator
from picturebook.adapters.secrets_api_key import SecretsManagerApiKey
from picturebook.adapters.system_clock import SystemChance
from picturebook.bootstrap.planning import Office
from picturebook.errors import ImageValidationError
from picturebook.use_cases.buy_picture import Guard
from picturebook.use_cases.text_desk import TextDesk


def api_keys(office: Office) -> SecretsManagerApiKey:
    """Return where the image service's key comes from; raises ImageValidationError when nobody said where."""
    settings = office.settings
    if settings.api_key_secret is None:
        raise ImageValidationError("PICTUREBOOK_API_KEY_SECRET is missing", "settings", "PICTUREBOOK_API_KEY_SECRET")
    return SecretsManagerApiKey(office.clients.secrets, settings.api_key_secret, clock=office.desk.clock)


def open_client(office: Office, keys: SecretsManagerApiKey) -> AsyncOpenAI:
    """Return a client that asks for its key at every call, so that a rotated one is used without a new client."""
    return AsyncOpenAI(
        api_key=keys.current,
        base_url=office.settings.image_api_url,
        max_retries=0,
        http_client=open_http_client(),
    )


def open_text_desk(office: Office, client: AsyncOpenAI, keys: SecretsManagerApiKey, guard: Guard) -> TextDesk:
    """Wire the text desk; without a chat model in the settings nobody is asked for words."""
    settings, desk = office.settings, office.desk
    return TextDesk(
        chat=KeyRotationAwareChat(OpenAIChatModel(client), keys) if settings.chat_model else None,
        chat_model=settings.chat_model,
        prices=desk.catalogue.chat_or_unknown(settings.chat_model),
        moderator=KeyRotationAwareModerator(OpenAIModerator(client), keys) if settings.moderation != "off" else None,
        guard=guard,
        provider=settings.provider,
        store=desk.store,
        clock=desk.clock,
        chance=SystemChance(),
    )
