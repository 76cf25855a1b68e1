"""Where the stack takes code from: the finished bundle to deploy, or mere names for the kept template."""

from typing import Protocol

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bundle import Bundle

# Stands in the kept template where a deployment has its own asset bucket.
NAMED_ASSETS_BUCKET = "picturebook-assets"


class CodeAssets(Protocol):
    """Gives an asset's code by name ("layer.zip"); `scope` is where a construct may be made for it."""

    def code(self, scope: Construct, asset: str, /) -> lambda_.Code:
        """The code of `asset`."""


class BundledAssets:
    """The zips of a bundle. Their digests are of the sources, so that the same sources are never uploaded again."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def code(self, _scope: Construct, asset: str, /) -> lambda_.Code:
        """The bundle's zip."""
        path, digest = self._bundle.zips[asset], self._bundle.digests[asset]
        return lambda_.Code.from_asset(str(path), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM)


class NamedAssets:
    """Keys such as `layer.zip` instead of hashes: no bundle is needed, and a code change does not show."""

    def code(self, scope: Construct, asset: str, /) -> lambda_.Code:
        """Nothing but the name."""
        bucket = s3.Bucket.from_bucket_name(scope, "NamedAssets", NAMED_ASSETS_BUCKET)
        return lambda_.Code.from_bucket(bucket, asset)
