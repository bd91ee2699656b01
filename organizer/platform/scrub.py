"""Secrets out of what a site answers: what is kept in files or shown must not open anything."""

from __future__ import annotations

import re

SECRET_KEYS = frozenset(
    ("secret", "secret_key", "broker_url", "password", "token", "email", "contact_email", "whitelist_emails")
)
"""Keys of the site's answers that are left out: what opens something, and people's addresses."""
_SIGNED = re.compile(
    r"(https?://[^\s\"'<>?]+)\?[^\s\"'<>]*?(?:sig|signature|credential|accesskeyid|token)=[^\s\"'<>]*", re.I
)
_USER_INFO = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^/\s\"'<>]*:[^/\s\"'<>]*@", re.I)


def scrub(value: object) -> object:
    """The same JSON value without secret keys, signatures of addresses, and passwords in addresses."""
    if isinstance(value, dict):
        return {name: scrub(item) for name, item in value.items() if str(name).lower() not in SECRET_KEYS}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    return scrub_text(value) if isinstance(value, str) else value


def scrub_text(text: str) -> str:
    """Text without signatures and passwords in the addresses that it holds."""
    return _USER_INFO.sub(r"\1", _SIGNED.sub(r"\1", text))
