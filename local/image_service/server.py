"""Serves the application on the loopback address, in this thread or in one of its own."""

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from local.image_service.app import create_app
from local.image_service.config import ServiceConfig
from local.image_service.service import ImageService

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 2
STARTING_SECONDS = 15.0


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 whose handlers can reach the transport, because a scripted fault closes the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own type
        """Put the transport into the state of every request on this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def listen(port: int) -> socket.socket:
    """Return a socket bound to the loopback address; port 0 chooses a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    return listener


def make_server(app: Starlette) -> uvicorn.Server:
    """Return a server that logs only errors and gives open requests two seconds to end."""
    config = uvicorn.Config(
        app,
        http=DroppableProtocol,
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
    )
    return uvicorn.Server(config)


class ImageServer:
    """A service in a thread of this process: `with ImageServer(config) as server: server.base_url`."""

    def __init__(self, config: ServiceConfig, port: int = 0) -> None:
        """Bind the port at once, so that the address is known before the start."""
        self._listener = listen(port)
        self.origin = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        self.base_url = f"{self.origin}/v1"
        self.service = ImageService(config)
        self._server = make_server(create_app(config, self.service))
        self._thread = threading.Thread(target=self._serve, name="image-service", daemon=True)

    def __enter__(self) -> Self:
        """Start and wait until the service answers."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(round(STARTING_SECONDS / 0.01)):
            if self._server.started:
                return self
            waited.wait(0.01)
        raise TimeoutError("the image service did not start")

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the server and its thread."""
        self._server.should_exit = True
        self._thread.join(STARTING_SECONDS)
        self._listener.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener])
