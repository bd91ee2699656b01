"""Who asks the platform: from the environment or the keyring, never from arguments, never into a file or a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from xtreme_tasks.faults import OrganizerFault

URL = "COMPETITION_URL"
TOKEN = "COMPETITION_TOKEN"  # noqa: S105 - the name of a variable
USER = "COMPETITION_USER"
PASSWORD = "COMPETITION_PASSWORD"  # noqa: S105 - the name of a variable
ALLOW_HTTP = "COMPETITION_ALLOW_HTTP"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Credentials:
    """An account on one site: a token, or a user with a password, or nobody.

    Attributes:
        url: `https://HOST` or `https://HOST/PATH`, without a slash at its end.

    """

    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def anonymous(self) -> bool:
        """Nobody in particular: what a visitor sees."""
        return not self.token and not self.password

    def nobody(self) -> Credentials:
        """The same site without an account."""
        return Credentials(self.url)


def read_credentials(environment: Mapping[str, str]) -> Credentials:
    """The account that the environment names; a password that it lacks is looked up in the keyring.

    Raises:
        OrganizerFault: E262 (nothing usable), E231 (an address that cannot be used).

    """
    url = check_url(environment.get(URL, ""), environment.get(ALLOW_HTTP, ""))
    token, user = environment.get(TOKEN, "").strip(), environment.get(USER, "").strip()
    if token:
        _check_plain(TOKEN, token)
        return Credentials(url, token=token, user=user)
    if not user:
        raise OrganizerFault("E262", detail=f"neither {TOKEN} nor {USER} is set")
    password = environment.get(PASSWORD, "") or _from_keyring(url, user)
    if not password:
        hint = f"Set {PASSWORD}, or store it once: keyring set {url} {user}"
        raise OrganizerFault("E262", USER, "no password in the environment and none in the keyring", hint)
    return Credentials(url, user=user, password=password)


def check_url(text: str, allow_http: str = "") -> str:
    """The site's address as it is used.

    Raises:
        OrganizerFault: E231 (no address, or one with a password in it), E262 (plain http to another machine).

    """
    text = text.strip().rstrip("/")
    if not text:
        raise OrganizerFault(
            "E231", URL, "it is not set", "Set it to the site's address, like https://www.codabench.org"
        )
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or not text.isascii():
        raise OrganizerFault("E231", URL, "not an address", "It looks like https://www.codabench.org")
    if parts.username is not None or parts.password is not None:
        raise OrganizerFault("E231", URL, "it holds a user or a password", f"Use {USER} and {PASSWORD}.")
    if parts.scheme == "http" and host not in _LOCAL and allow_http != "1":
        hint = f"Use https, or set {ALLOW_HTTP}=1 if the network between is yours."
        raise OrganizerFault("E262", URL, "plain http would send the token readably over the network", hint)
    return text


def _check_plain(name: str, value: str) -> None:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise OrganizerFault("E262", name, "it holds a character that no token has")


def _from_keyring(url: str, user: str) -> str:
    """The password; empty where there is none, no keyring, or none that can be opened."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(url, user) or ""
    except KeyringError:
        return ""
