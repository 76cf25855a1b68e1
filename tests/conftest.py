"""What holds for every suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("picturebook", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("picturebook")
