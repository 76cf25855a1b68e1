"""The deployment that moto plays, as the functions' own tests have it."""

from __future__ import annotations

from tests.functions.conftest import clients, deployment

__all__ = ["clients", "deployment"]
