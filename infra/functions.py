"""The Lambda functions by name: one folder `functions/<name>/`, one asset `<name>.zip`, one resource each.

Both the bundle and the stack read this list, so that neither can know a function the other does not.
"""

FUNCTIONS = (
    "plan_story",
    "draw_character",
    "draw_page",
    "control_story",
    "reconcile_mappings",
    "sweep_stories",
    "check_models",
)

LAYER_ASSET = "layer.zip"


def function_asset(name: str) -> str:
    """The asset's name for a function, as the template's `S3Key` and the bundle's zip have it."""
    return f"{name}.zip"
