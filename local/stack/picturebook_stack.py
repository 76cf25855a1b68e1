"""The whole stack on one machine: image service, cloud, deployment, API key and warm functions.

`picturebook illustrate` and `picturebook serve` run on it. Functions learn the image service's address and key as in a
deployment: the address from a stack parameter, the key from the secret that the template creates.
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
_READY_WITHIN_S = 180.0


@dataclass(frozen=True)
class ImageApi:
    """The address of the image service, and the API key."""

    url: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class EmbeddedImageService:
    """The image service of `local/image_service`, started with the stack and with a key that is valid nowhere else."""

    delay_s: float = 0.0
    """Seconds that each request takes."""
    prerendered: bool = False
    ledger: Path | None = None
    """The file in which it records what it billed; None: it keeps no record."""
    arguments: tuple[str, ...] = ()
    """Further arguments of `python -m local.image_service`."""


@dataclass(frozen=True)
class StackSettings:
    """Settings of one run of the stack."""

    images: ImageApi | EmbeddedImageService = EmbeddedImageService()
    default_model: str | None = None
    port: int | None = None
    """The port of the cloud; None: a free one."""
    processes: Mapping[str, int] = field(default_factory=dict)
    """Processes to start beforehand, by function name; for other functions, as many as the mapping uses."""
    template: Path = _ROOT / "infra" / "template" / "picturebook.json"
    state_dir: Path = _ROOT / ".local" / "stack"


@dataclass(frozen=True)
class PicturebookStack:
    """The running stack."""

    cloud: LocalCloud
    image_api: ImageApi
    parts: tuple[Part, ...]

    def check(self) -> None:
        """Raise PartEndedError when one of its processes has ended, because no picture would come any more."""
        for part in self.parts:
            part.check()


@contextmanager
def running_stack(
    bundle: Bundle, settings: StackSettings, *, report: Report = lambda _: None
) -> Iterator[PicturebookStack]:
    """Run the whole stack, ready for stories, until the block is left.

    bundle is made for this machine (`make_bundle(local_target(), root)`). Raises LocalStackError with one message
    that names the part that did not start and shows its log, or names the function that fails on an empty event.
    """
    packages = packages_of(bundle)
    with ExitStack() as ends:
        service = _start_images(settings, ends)
        ministack = ends.enter_context(
            starting(packages, state_dir=settings.state_dir, port=settings.port, report=report)
        )
        images, parts = (service, ()) if isinstance(service, ImageApi) else (_wait_until_ready(*service), service[:1])
        deployment = Deployment(settings.template, packages, _parameters(settings, images))
        cloud = deploy(ministack, deployment, report=report)
        cloud.client("secretsmanager").put_secret_value(
            SecretId=cloud.outputs["ApiKeySecretArn"], SecretString=images.key
        )
        report("Warming the functions up")
        prewarm(cloud, at_most=settings.processes)
        yield PicturebookStack(cloud, images, (ministack, *parts))


def packages_of(bundle: Bundle) -> dict[str, Package]:
    """Return the bundle's packages by the names that the template gives them."""
    folders = {function_asset(name): folder for name, folder in bundle.functions.items()}
    folders[LAYER_ASSET] = bundle.layer
    return {asset: Package(zipped, folders[asset]) for asset, zipped in bundle.zips.items()}


def _parameters(settings: StackSettings, images: ImageApi) -> dict[str, str]:
    model = {"DefaultModel": settings.default_model} if settings.default_model else {}
    return {"ImageApiUrl": images.url, **model}


def _start_images(settings: StackSettings, ends: ExitStack) -> ImageApi | tuple[Part, str]:
    """Start the embedded service, if the settings ask for it, without waiting: MiniStack starts meanwhile."""
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


def _wait_until_ready(service: Part, key: str) -> ImageApi:
    return ImageApi(str(service.announcement(within_s=_READY_WITHIN_S)["base_url"]), key)
