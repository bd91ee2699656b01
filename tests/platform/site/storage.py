"""The object storage behind the platform: signed addresses that expire, ranges, and S3's own refusals."""

from __future__ import annotations

import hashlib
import hmac
import re
import urllib.parse
import uuid
from pathlib import PurePosixPath

from tests.platform.site.message import Request, Response
from tests.platform.site.state import Clock

BUCKET = "private"
FIVE_DAYS = 60 * 60 * 24 * 5
"""How long the platform's signed addresses last."""
KINDS = {".zip": "application/zip", ".html": "text/html", ".txt": "text/plain"}
PLAIN = "application/octet-stream"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Storage:
    """Bytes by path.

    Attributes:
        blobs: bytes by path below the bucket.
        lifetime: seconds that an address lasts; tests shorten it.
        base: address of the storage's server; another port than the site's, as on the real platform.

    """

    def __init__(self, clock: Clock) -> None:
        self.clock, self.blobs, self.lifetime, self.base = clock, dict[str, bytes](), FIVE_DAYS, ""
        self._key = uuid.uuid4().bytes

    def put(self, folder: str, name: str, data: bytes = b"") -> str:
        """Keep bytes under a fresh path that ends in the name, cut as the platform cuts it."""
        stem = PurePosixPath(name)
        when = self.clock.now().strftime("%Y-%m-%d-%s")
        path = f"{folder}/{when}/{uuid.uuid4().hex[:12]}/{stem.stem[:35]}{stem.suffix}"
        self.blobs[path] = data
        return path

    def sign(self, path: str, method: str = "GET") -> str:
        """An address for one method."""
        expires = int(self.clock.now().timestamp() + self.lifetime)
        query = {"AWSAccessKeyId": "site", "Signature": self._signature(path, method, expires), "Expires": str(expires)}
        return f"{self.base}/{BUCKET}/{urllib.parse.quote(path)}?{urllib.parse.urlencode(query)}"

    def serve(self, request: Request) -> Response:
        """GET, HEAD or PUT of a signed address."""
        path = urllib.parse.unquote(request.path).removeprefix(f"/{BUCKET}/")
        if "authorization" in request.headers:
            return _refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        try:
            expires = int(request.query["Expires"])
            signature = request.query["Signature"]
        except (KeyError, ValueError):
            return _refusal(403, "AccessDenied", "Access Denied")
        if expires < self.clock.now().timestamp():
            return _refusal(403, "AccessDenied", "Request has expired")
        if not hmac.compare_digest(signature, self._signature(path, request.method, expires)):
            return _refusal(403, "SignatureDoesNotMatch", "The signature does not match")
        if request.method == "PUT":
            return self._store(path, request)
        if path not in self.blobs:
            return _refusal(404, "NoSuchKey", "The specified key does not exist.")
        return _part(self.blobs[path], request.headers.get("range", ""), KINDS.get(PurePosixPath(path).suffix, PLAIN))

    def _store(self, path: str, request: Request) -> Response:
        # The platform signs the type with the address.
        if request.headers.get("content-type") != "application/zip":
            return _refusal(403, "SignatureDoesNotMatch", "The signature does not match")
        self.blobs[path] = request.body
        return Response(200, b"", "application/xml", {"ETag": _tag(request.body)})

    def _signature(self, path: str, method: str, expires: int) -> str:
        return hmac.new(self._key, f"{method} {path} {expires}".encode(), hashlib.sha256).hexdigest()


def _part(data: bytes, wanted: str, kind: str) -> Response:
    headers = {"ETag": _tag(data), "Accept-Ranges": "bytes"}
    match = _RANGE.fullmatch(wanted)
    if match is None or match.groups() == ("", ""):
        return Response(200, data, kind, headers)
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last or len(data)), len(data) - 1)
    else:
        start, end = max(len(data) - int(last), 0), len(data) - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return Response(416, _xml("InvalidRange", "The requested range is not satisfiable"), "application/xml", headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(206, data[start : end + 1], kind, headers)


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _xml(code: str, text: str) -> bytes:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{declaration}\n<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode()


def _refusal(status: int, code: str, text: str) -> Response:
    return Response(status, _xml(code, text), "application/xml")
