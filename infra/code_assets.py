"""The source of the functions' code: the zips of a finished bundle, or only their names for the kept template."""

from typing import Protocol

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bundle import Bundle

# The bucket that the kept template names; a deployment has its own asset bucket in its place.
NAMED_ASSETS_BUCKET = "picturebook-assets"


class CodeAssets(Protocol):
    """Returns an asset's code by name ("layer.zip"); `scope` is where it may create a construct."""

    def code(self, scope: Construct, asset: str, /) -> lambda_.Code:
        """The code of `asset`."""


class BundledAssets:
    """The zips of a bundle. Asset hashes are digests of the sources, so unchanged sources are never uploaded again."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def code(self, _scope: Construct, asset: str, /) -> lambda_.Code:
        """The bundle's zip."""
        path, digest = self._bundle.zips[asset], self._bundle.digests[asset]
        return lambda_.Code.from_asset(str(path), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM)


class NamedAssets:
    """Keys such as `layer.zip` instead of hashes: no bundle is needed, and a code change does not show."""

    def code(self, scope: Construct, asset: str, /) -> lambda_.Code:
        """A reference to the name, in the bucket that the kept template names."""
        bucket = s3.Bucket.from_bucket_name(scope, "NamedAssets", NAMED_ASSETS_BUCKET)
        return lambda_.Code.from_bucket(bucket, asset)
