"""The public Python API: pictures for whoever holds an AsyncOpenAI client, with no AWS at all.

    images = await generate_character_images(client, "Mira", ["small girl", "red coat"], model="gpt-image-2")
    pages = await generate_story_page_images(client, story, "Mira", ["small girl", "red coat"], references=images)

Names, order of parameters and defaults are those of the project's first specification; everything that
came later is keyword-only. Addresses are the provider's URLs where it sends any, `data:` URIs
otherwise, and addresses in `store` when one is given. Promises across crashes need the Lambda functions.
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
