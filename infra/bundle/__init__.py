"""The bundle: the layer and the functions, from the project's own lock, without Docker.

AWS runs `make_bundle(lambda_target(), root)`, the local stack `make_bundle(local_target(), root)`. Both are made by the
same recipe; only platform and Python version differ. Nothing here imports CDK.
"""

from infra.bundle.installer import Installer, UvInstaller, find_uv
from infra.bundle.make import make_bundle
from infra.bundle.record import Bundle, BundleError, load_bundle
from infra.bundle.target import Target, lambda_target, local_target

__all__ = [
    "Bundle",
    "BundleError",
    "Installer",
    "Target",
    "UvInstaller",
    "find_uv",
    "lambda_target",
    "load_bundle",
    "local_target",
    "make_bundle",
]
