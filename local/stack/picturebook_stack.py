"""The same stack on one machine: image service, cloud, deployment, API key and warm functions, composed here alone.

`picturebook illustrate` and `picturebook serve` both run on this. Address and key of the image service travel as in
a deployment: one as a stack parameter, the other in the secret that the template makes.
"""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.bundle import Bundle
from infra.functions import LAYER_ASSET, function_asset
from local.stack.cloud import LocalCloud, Report, deploy, starting
from local.stack.deployment import Deployment, Package
from local.stack.environment import scrubbed
from local.stack.part import Part, running
from local.stack.prewarm import prewarm

_ROOT = Path(__file__).resolve().parents[2]
_READY_WITHIN_S = 60.0


@dataclass(frozen=True)
class ImageApi:
    """Where pictures are bought, and the key that pays."""

    url: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class EmbeddedImageService:
    """The image service of `local/image_service`, started with the stack and with a key that buys nothing elsewhere."""

    delay_s: float = 0.0
    """How long it pretends to think about each request."""
    prerendered: bool = False
    ledger: Path | None = None
    """File of what it billed; nowhere when None."""
    arguments: tuple[str, ...] = ()
    """Further arguments of `python -m local.image_service`."""


@dataclass(frozen=True)
class StackSettings:
    """What one run of the stack is told."""

    images: ImageApi | EmbeddedImageService = EmbeddedImageService()
    default_model: str | None = None
    port: int | None = None
    """Of the cloud; a free one when None."""
    processes: Mapping[str, int] = field(default_factory=dict)
    """Processes to start beforehand by function name; as many as its mapping uses when a function is not named."""
    template: Path = _ROOT / "infra" / "template" / "picturebook.json"
    state_dir: Path = _ROOT / ".local" / "stack"


@dataclass(frozen=True)
class PicturebookStack:
    """The running stack."""

    cloud: LocalCloud
    image_api: ImageApi
    parts: tuple[Part, ...]

    def check(self) -> None:
        """Raise PartEndedError when one of its processes has ended: waiting for pictures would be in vain."""
        for part in self.parts:
            part.check()


@contextmanager
def running_stack(
    bundle: Bundle, settings: StackSettings, *, report: Report = lambda _: None
) -> Iterator[PicturebookStack]:
    """Run the whole stack, ready for stories, until the block is left.

    bundle is made for this machine (`make_bundle(local_target(), root)`). Raises LocalStackError with one message
    that names the part which did not start and shows its log, or the function that fails on an empty event.
    """
    packages = packages_of(bundle)
    with ExitStack() as ends:
        service = _start_images(settings, ends)
        ministack = ends.enter_context(
            starting(packages, state_dir=settings.state_dir, port=settings.port, report=report)
        )
        images, parts = (service, ()) if isinstance(service, ImageApi) else (_answering(*service), service[:1])
        deployment = Deployment(settings.template, packages, _parameters(settings, images))
        cloud = deploy(ministack, deployment, report=report)
        cloud.client("secretsmanager").put_secret_value(
            SecretId=cloud.outputs["ApiKeySecretArn"], SecretString=images.key
        )
        report("Warming the functions up")
        prewarm(cloud, at_most=settings.processes)
        yield PicturebookStack(cloud, images, (ministack, *parts))


def packages_of(bundle: Bundle) -> dict[str, Package]:
    """Return the bundle's packages by the names under which the template looks for them."""
    folders = {function_asset(name): folder for name, folder in bundle.functions.items()}
    folders[LAYER_ASSET] = bundle.layer
    return {asset: Package(zipped, folders[asset]) for asset, zipped in bundle.zips.items()}


def _parameters(settings: StackSettings, images: ImageApi) -> dict[str, str]:
    model = {"DefaultModel": settings.default_model} if settings.default_model else {}
    return {"ImageApiUrl": images.url, **model}


def _start_images(settings: StackSettings, ends: ExitStack) -> ImageApi | tuple[Part, str]:
    """Start the embedded service, if it is wanted, without waiting: MiniStack starts meanwhile."""
    if isinstance(settings.images, ImageApi):
        return settings.images
    key = f"local-{secrets.token_hex(16)}"
    wanted = settings.images
    command = [sys.executable, "-m", "local.image_service", "--port", "0", "--api-key", key]
    command += ["--delay", str(wanted.delay_s), *wanted.arguments]
    command += ["--prerendered"] if wanted.prerendered else []
    command += ["--ledger", str(wanted.ledger.absolute())] if wanted.ledger else []
    part = running("The image service", command, environment=scrubbed(), directory_in=settings.state_dir)
    return ends.enter_context(part), key


def _answering(service: Part, key: str) -> ImageApi:
    return ImageApi(str(service.announcement(within_s=_READY_WITHIN_S)["base_url"]), key)
