"""Somebody in front of the site: anonymous, a participant or an organizer, with what the site's pages do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import requests

from tests.platform.site.server import Site


class Visitor:
    """A session of one account; a context manager.

    Attributes:
        site: where.
        user: None for an anonymous visitor.

    """

    def __init__(self, site: Site, name: str = "") -> None:
        self.site, self.user = site, site.user(name) if name else None
        self.session = requests.Session()
        self.session.trust_env = False
        if self.user is not None:
            self.session.headers["Authorization"] = f"Token {self.user.token}"

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def ask(self, method: str, path: str, **values: Any) -> requests.Response:
        """Any request of the site; `json=`, `params=` and the like as in requests."""
        return self.session.request(method, self.site.base + path, timeout=30, **values)

    def get(self, path: str, **query: object) -> Any:
        """The JSON of a GET that must go well."""
        return _good(self.ask("GET", path, params=query))

    def post(self, path: str, **data: object) -> Any:
        """The JSON of a POST that must go well."""
        return _good(self.ask("POST", path, json=data))

    def upload(self, kind: str, content: bytes, name: str = "file.zip") -> Mapping[str, Any]:
        """Announce, put and complete a data set; what completing it answers."""
        made = self.post("/api/datasets/", type=kind, request_sassy_file_name=name, file_size=len(content))
        put = requests.put(made["sassy_url"], content, headers={"Content-Type": "application/zip"}, timeout=30)
        assert put.status_code == 200, put.text
        done: Mapping[str, Any] = _good(self.ask("PUT", f"/api/datasets/completed/{made['key']}/", json={}))
        return done

    def create(self, bundle: bytes) -> int:
        """Upload a bundle; the competition's number."""
        status = self.upload("competition_bundle", bundle, "competition.zip")["status_id"]
        self.site.settle()
        found = self.get(f"/api/competitions/{status}/creation_status/")
        assert found["status"] == "Finished", found["details"]
        return int(found["resulting_competition"])

    def submit(self, phase: int, archive: bytes, **more: object) -> int:
        """Upload a zip and submit it; the submission's number."""
        key = self.upload("submission", archive, "submission.zip")["key"]
        return int(self.post("/api/submissions/", data=key, phase=phase, **more)["id"])

    def fetch(self, address: str) -> bytes:
        """The bytes of a signed address, asked for without the account's token."""
        found = requests.get(address, timeout=30)
        assert found.status_code == 200, found.text
        return found.content


def _good(response: requests.Response) -> Any:
    assert response.status_code < 300, f"{response.status_code} {response.text}"
    return response.json() if response.content else None


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
