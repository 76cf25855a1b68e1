"""From a story to its pictures: which there are, what each one asks for, what all may cost. Pure."""

from picturebook.planning.asking import prompt_of, request_hash, worst_cost
from picturebook.planning.budget import check_budget
from picturebook.planning.estimate import Estimate, estimate_plan
from picturebook.planning.options import DEFAULT_QUALITY, DrawingOptions, drawing_options
from picturebook.planning.pictures import plan_pictures
from picturebook.planning.plan import StoryPlan, total_usd
from picturebook.planning.sheets import Sheet, references_of, sheets_on, sheets_there_are
from picturebook.planning.words import KnownWords, PlannedWords, words_given_by, words_of_the_story

__all__ = [
    "DEFAULT_QUALITY",
    "DrawingOptions",
    "Estimate",
    "KnownWords",
    "PlannedWords",
    "Sheet",
    "StoryPlan",
    "check_budget",
    "drawing_options",
    "estimate_plan",
    "plan_pictures",
    "prompt_of",
    "references_of",
    "request_hash",
    "sheets_on",
    "sheets_there_are",
    "total_usd",
    "words_given_by",
    "words_of_the_story",
    "worst_cost",
]
