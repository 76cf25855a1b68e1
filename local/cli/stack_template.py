"""The CloudFormation template that the local stack deploys, and the default values of its parameters."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template" / "picturebook.json"


def default_parameters() -> dict[str, str]:
    """Return the template's parameters that have a default, by name."""
    template = json.loads(TEMPLATE.read_bytes())
    parameters = template["Parameters"].items()
    return {name: str(parameter["Default"]) for name, parameter in parameters if "Default" in parameter}
