"""A stand-in for the hub: its address of a repository's files at a revision, and the files themselves."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves one repository at one revision, and notes what it was asked for."""

    daemon_threads = True

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name, self.files = name, dict(files)
        self.asked: list[str] = []
        self.served: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def entries(self) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha256(data).hexdigest()[:40]}
            for name, data in self.files.items()
        ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(path)
        api, files = f"/api/models/{self.server.name}/", f"/{self.server.name}/resolve/{REVISION}/"
        if path == f"{api}revision/{REVISION}":
            siblings = [{"rfilename": name} for name in self.server.files]
            self._send(json.dumps({"id": self.server.name, "sha": REVISION, "siblings": siblings}).encode(), body)
        elif path.startswith(f"{api}tree/{REVISION}"):
            self._send(json.dumps(self.server.entries()).encode(), body)
        elif path.startswith(files) and path[len(files) :] in self.server.files:
            name = path[len(files) :]
            if body:
                self.server.served.append(name)
            data = self.server.files[name]
            digest = hashlib.sha256(data).hexdigest()
            self._send(data, body, {"ETag": f'"{digest}"', "X-Repo-Commit": REVISION})
        else:
            self._send(b"{}", body, {"X-Error-Code": "RevisionNotFound"}, 404)

    def _send(self, data: bytes, body: bool, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def hub(name: str, files: Mapping[str, bytes]) -> Iterator[Hub]:
    server = Hub(name, files)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
