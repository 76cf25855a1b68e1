"""`python -m local.image_service`: serves until TERM or INT, after one line of JSON with its address."""

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType

from local.image_service.app import create_app
from local.image_service.config import REFUSED_WORDS, ServiceConfig
from local.image_service.server import LOOPBACK, listen, make_server
from local.image_service.service import ImageService

STANDARD_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Return the command's settings; exits with status 2 on a wrong one."""
    parser = argparse.ArgumentParser(prog="python -m local.image_service", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port")
    parser.add_argument("--api-key", required=True, help="the only key that the service accepts")
    parser.add_argument("--ledger", type=Path, help="file to append one JSON line per billed image to")
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="fake thinking time per request")
    parser.add_argument("--prerendered", action="store_true", help="hand out pictures drawn once per size")
    parser.add_argument("--images-per-minute", type=int, metavar="N", help="answer 429 above this")
    parser.add_argument("--threads", type=int, default=2, help="pictures drawn at once")
    parser.add_argument("--refuse-word", action="append", metavar="WORD", help="a word that moderation refuses")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Serve until a signal comes."""
    options = parse_arguments(arguments)
    config = ServiceConfig(
        api_key=options.api_key,
        ledger_path=options.ledger,
        delay_seconds=options.delay,
        images_per_minute=options.images_per_minute,
        prerendered=options.prerendered,
        drawing_threads=options.threads,
        refused_words=tuple(options.refuse_word or REFUSED_WORDS),
    )
    service = ImageService(config)
    if config.prerendered:
        for width, height in STANDARD_SIZES:
            service.drawing_pool.prepare(width, height)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _end)
    listener = listen(options.port)
    listener.listen()  # so that the address below accepts connections from now on
    port = listener.getsockname()[1]
    announcement = {"url": f"http://{LOOPBACK}:{port}", "base_url": f"http://{LOOPBACK}:{port}/v1"}
    sys.stdout.write(json.dumps(announcement) + "\n")
    sys.stdout.flush()
    make_server(create_app(config, service)).run(sockets=[listener])


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Exit with status 0: uvicorn takes the signal first, closes, then raises it again for this handler."""
    raise SystemExit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
