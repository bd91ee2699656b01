"""A port of the site: HTTP in, a request to a function, its answer out, with the trouble that a test has scripted."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.platform.site.message import Request, Response
from tests.platform.site.trouble import Trouble

Answering = Callable[[Request], Response]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, door: Door) -> None:
        self.door = door
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what some tests are about."""


class Door:
    """One port, chosen at random and kept.

    Attributes:
        base: its address.

    """

    def __init__(self, answering: Answering, trouble: Trouble, seen: list[str]) -> None:
        self.answering, self.trouble, self.seen = answering, trouble, seen
        self._server: _Server | None = _Server(0, self)
        self.port = self._server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Answer from now on."""
        if self._server is None:
            self._server = _Server(self.port, self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections, and end those that are open."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        for connection in list(server.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    # One packet per answer; small ones would wait for the client's acknowledgement otherwise.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        door = self.server.door
        request = self._read()
        door.seen.append(f"{request.method} {request.path}")
        effect = door.trouble.meet(request)
        try:
            if effect is None:
                self.send(door.answering(request))
            else:
                effect.play(self, lambda: door.answering(request))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _read(self) -> Request:
        url = urllib.parse.urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        return Request(self.command, url.path, query, headers, body, self.server.door.base)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def send(self, response: Response, length: int | None = None, pieces: int = 1) -> None:
        """Send an answer; `length` replaces the length that is declared."""
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.body or response.status != 204:
            self.send_header("Content-Type", response.kind)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body) if length is None else length))
        self.end_headers()
        if self.command == "HEAD":
            return
        size = -(-len(response.body) // pieces) or 1
        for start in range(0, len(response.body), size):
            self.wfile.write(response.body[start : start + size])
            self.wfile.flush()

    def drop(self) -> None:
        """Close the connection without another word: the client sees a reset."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test looks at `seen`."""
