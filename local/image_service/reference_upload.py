"""Reads the multipart form of an edit: its fields and its reference images."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from local.image_service.api_errors import ApiError, invalid_value, missing_parameter
from local.image_service.provider_models import provider_data

IMAGE_FIELDS = ("image", "image[]")
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 50_000_000


@dataclass(frozen=True)
class Reference:
    """One uploaded picture: its file's bytes and its size in pixels."""

    content: bytes
    size: tuple[int, int]


async def read_edit_form(request: Request) -> tuple[dict[str, Any], tuple[Reference, ...]]:
    """Return the form's plain fields and its references in the order given; raises `ApiError` 400."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        message = "Expected a request with 'Content-Type: multipart/form-data'."
        raise ApiError(400, message, kind="invalid_request_error", code="invalid_content_type")
    fields: dict[str, Any] = {}
    uploads: list[tuple[str, bytes]] = []
    limits = provider_data()["limits"]
    async with request.form(max_files=limits["references"] + 4, max_part_size=limits["reference_bytes"]) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads.append((name, await value.read()))
            else:
                fields[name] = value
    return fields, _references(uploads, limits)


def _references(uploads: list[tuple[str, bytes]], limits: dict[str, int]) -> tuple[Reference, ...]:
    images = [content for name, content in uploads if name in IMAGE_FIELDS]
    if not images:
        raise missing_parameter("image")
    if len(images) > limits["references"]:
        message = f"Invalid 'image': at most {limits['references']} images are supported, got {len(images)}."
        raise invalid_value("image", message)
    return tuple(_reference(content, limits["reference_bytes"]) for content in images)


def _reference(content: bytes, most_bytes: int) -> Reference:
    if len(content) >= most_bytes:
        raise invalid_value("image", f"Invalid image file: it must be smaller than {most_bytes} bytes.")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            size = picture.size
            if size[0] * size[1] > MAX_PIXELS:
                raise _invalid_file()
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _invalid_file() from error
    return Reference(content, size)


def _invalid_file() -> ApiError:
    message = "Invalid image file or mode for image 1, please check your image file. Supported: png, webp, jpg."
    return invalid_value("image", message, code="invalid_image_file")
