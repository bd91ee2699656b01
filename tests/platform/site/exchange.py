"""Exchanges with a site: taken down without secrets, and reduced to their shape for comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_SECRET = ("token", "password", "secret", "secret_key", "broker_url", "vhost")
REMOVED = "removed"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer.

    Attributes:
        step: its name in the tour.
        who: `organizer`, `alia`, `bogdan` or empty for an anonymous visitor.
        request: the body's JSON; None where there was none, or bytes.
        kind: the answer's content type without parameters.
        response: the answer's JSON; None where it is none.

    """

    step: str
    who: str
    method: str
    path: str
    request: Any
    status: int
    kind: str
    response: Any


class Scrubber:
    """Takes out what must not be kept: tokens, passwords, secrets, signatures, addresses, accounts' names, keys.

    Args:
        hosts: what replaces each address of the site and its storage.
        names: what replaces each account's name.

    """

    def __init__(self, hosts: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.hosts, self.names = hosts, names
        self._keys: dict[str, str] = {}

    def scrub(self, value: Any, name: str = "") -> Any:
        """A JSON value without secrets."""
        if isinstance(value, Mapping):
            return {self.text(key): self.scrub(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.scrub(item, name) for item in value]
        if isinstance(value, str):
            if name == "email":
                return "somebody@example.org"
            return REMOVED if name in _SECRET else self.text(value)
        return value

    def text(self, value: str) -> str:
        """A text: keys numbered, signatures cut off, hosts and accounts by their part."""
        for address, part in self.hosts.items():
            value = value.replace(address, part)
        value = re.sub(r"(https?://[^\s?\"]+)\?[^\s\"]*Signature=[^\s\"]*", r"\1?signed", value)
        value = _UUID.sub(lambda match: self._key(match.group()), value)
        for name, part in self.names.items():
            value = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", part, value)
        return value

    def _key(self, key: str) -> str:
        number = len(self._keys) + 1
        return self._keys.setdefault(key, f"00000000-0000-4000-8000-{number:012d}")


def shape(value: Any) -> Any:
    """Keys and types: what two sites' answers must have in common, whatever they hold."""
    if isinstance(value, Mapping):
        # Some keys hold the number of a phase, a task or a submission.
        return {re.sub(r"(?<=\()\d+(?=\))|(?<=-)\d+$", "N", key): shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [merged([shape(item) for item in value])] if value else []
    if isinstance(value, str):
        return _text_shape(value)
    return "null" if value is None else type(value).__name__


def _text_shape(value: str) -> str:
    for kind, pattern in (("key", _UUID), ("time", _TIME), ("decimal", _DECIMAL)):
        if pattern.fullmatch(value):
            return kind
    return "address" if value.startswith(("http://", "https://")) else "text"


def merged(shapes: list[Any]) -> Any:
    """The shape of a list's items; several kinds side by side where they differ."""
    if all(isinstance(item, dict) for item in shapes):
        keys = {key: None for item in shapes for key in item}
        return {key: merged([item[key] for item in shapes if key in item]) for key in keys}
    if all(isinstance(item, list) for item in shapes):
        inner = [item[0] for item in shapes if item]
        return [merged(inner)] if inner else []
    kinds = sorted({kind for item in shapes for kind in str(item).split("|")})
    return kinds[0] if len(kinds) == 1 else "|".join(kinds)


def differences(real: Any, emulated: Any, where: str = "", some: bool = False) -> list[str]:
    """Where two shapes differ; an empty list says nothing of its items, so it fits every list.

    With `some` the emulation need not show every kind that the platform showed, such as a null here and there.
    """
    if isinstance(real, dict) and isinstance(emulated, dict):
        found = [f"{where}.{key}: only on the platform" for key in real if key not in emulated]
        found += [f"{where}.{key}: only in the emulation" for key in emulated if key not in real]
        for key in real:
            if key in emulated:
                found += differences(real[key], emulated[key], f"{where}.{key}", some)
        return found
    if isinstance(real, list) and isinstance(emulated, list):
        return differences(real[0], emulated[0], f"{where}[]", some) if real and emulated else []
    if real == emulated or (some and set(str(emulated).split("|")) <= set(str(real).split("|"))):
        return []
    return [f"{where}: {real} on the platform, {emulated} in the emulation"]
