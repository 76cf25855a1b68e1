"""From a story to its pictures: which there are, what each one asks for, what all may cost. Pure."""

from picturebook.planning.book_texts import BookTexts, KnownTexts, texts_given_by, texts_of_the_story
from picturebook.planning.budget import check_budget
from picturebook.planning.estimate import Estimate, estimate_plan
from picturebook.planning.options import DEFAULT_QUALITY, DrawingOptions, drawing_options
from picturebook.planning.picture_request import prompt_of, request_of
from picturebook.planning.pictures import plan_pictures
from picturebook.planning.plan import StoryPlan, total_usd
from picturebook.planning.sheets import Sheet, references_of, sheets_on, sheets_there_are

__all__ = [
    "DEFAULT_QUALITY",
    "BookTexts",
    "DrawingOptions",
    "Estimate",
    "KnownTexts",
    "Sheet",
    "StoryPlan",
    "check_budget",
    "drawing_options",
    "estimate_plan",
    "plan_pictures",
    "prompt_of",
    "references_of",
    "request_of",
    "sheets_on",
    "sheets_there_are",
    "texts_given_by",
    "texts_of_the_story",
    "total_usd",
]
