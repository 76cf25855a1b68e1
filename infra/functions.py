"""The Lambda functions by name: one folder `functions/<name>/`, one asset `<name>.zip`, one resource each.

Both the bundle and the stack read this list, so that both always have the same functions.
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
    """The name of a function's asset: the template's `S3Key`, and the file name of the bundle's zip."""
    return f"{name}.zip"
