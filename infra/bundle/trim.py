"""Removes files that no function reads from installed dependencies: layers stay small and the same on every machine.

It keeps licences, METADATA and entry points (importlib.metadata reads them), and every module that may be imported.
"""

import shutil
from pathlib import Path

# botocore describes 443 services in 28 MB; these are the ones the layer may open a client for. A test compares them
# with the clients in the code.
AWS_SERVICES = frozenset({"cloudwatch", "dynamodb", "events", "lambda", "s3", "secretsmanager", "sqs", "sts"})

# Scripts contain this machine's paths; the other files describe an installation that trimming changes.
_INSTALLATION_RECORDS = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json")


def trim(site: Path) -> None:
    """Remove scripts, installation records, tests, type stubs and the descriptions of unused AWS services."""
    shutil.rmtree(site / "bin", ignore_errors=True)
    for name in _INSTALLATION_RECORDS:
        for record in site.glob(f"*.dist-info/{name}"):
            record.unlink()
    for leftover in [*site.glob("*/tests"), *site.glob("*/test"), site / "boto3/examples"]:
        shutil.rmtree(leftover, ignore_errors=True)
    for stub in site.rglob("*.pyi"):
        stub.unlink()
    for descriptions in (site / "botocore/data", site / "boto3/data"):
        _keep_services(descriptions)


def _keep_services(descriptions: Path) -> None:
    """It keeps files such as `endpoints.json`, which all services share."""
    if not descriptions.is_dir():
        return
    for service in descriptions.iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
