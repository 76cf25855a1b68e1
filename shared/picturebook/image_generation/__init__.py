"""The public Python API: draws pictures with the caller's AsyncOpenAI client, without AWS.

    images = await generate_character_images(client, "Mira", ["small girl", "red coat"], model="gpt-image-2")
    pages = await generate_story_page_images(client, story, "Mira", ["small girl", "red coat"], references=images)

Names, order of parameters and defaults are those of the project's first specification; everything that
came later is keyword-only. Addresses are the provider's URLs if it sends any, else addresses in
`store` if one is given, else `data:` URIs. Surviving a crash without paying twice needs the Lambda functions.
"""

from picturebook.errors import (
    ErrorContext,
    ErrorSeverity,
    ImageGenerationError,
    ImageProcessingError,
    ImageValidationError,
)
from picturebook.image_generation.character_images import generate_character_images
from picturebook.image_generation.circuit_decorator import openai_circuit_breaker
from picturebook.image_generation.image_call import call_openai_image_api
from picturebook.image_generation.incomplete_error import PicturesIncompleteError
from picturebook.image_generation.prompt_enhancement import enhance_image_prompt
from picturebook.image_generation.retry_decorator import with_retry
from picturebook.image_generation.story_page_images import PageImage, generate_story_page_images
from picturebook.image_generation.warning_categories import (
    ModelReplacedWarning,
    ParameterReplacedWarning,
    PromptNotEnhancedWarning,
)

__all__ = [
    "ErrorContext",
    "ErrorSeverity",
    "ImageGenerationError",
    "ImageProcessingError",
    "ImageValidationError",
    "ModelReplacedWarning",
    "PageImage",
    "ParameterReplacedWarning",
    "PicturesIncompleteError",
    "PromptNotEnhancedWarning",
    "call_openai_image_api",
    "enhance_image_prompt",
    "generate_character_images",
    "generate_story_page_images",
    "openai_circuit_breaker",
    "with_retry",
]
