"""Secrets that must not be handed on: tokens by their form, passwords by their names, files by theirs.

Own patterns: detect-secrets, which was looked at, passes over every line on which the scanned code itself says
`pragma: allowlist secret`, and knows no token of the model hub that teams of this competition use. A pattern here
finds what is forgotten, not what is hidden on purpose. A value that was found is never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

LONGEST = 64 << 20
"""Bytes of a file that is looked through."""
_TOKENS: tuple[tuple[str, str], ...] = (
    ("private key", r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    ("token of the model hub", r"\b(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    ("token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})"),
    ("token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("AWS key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("key of a language model's service", r"\bsk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{24,}"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("package index token", r"\b(?:pypi-AgE[A-Za-z0-9_-]{50,}|npm_[A-Za-z0-9]{36})"),
    ("JSON web token", r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("password in an address", r"\b[a-z][a-z0-9+.-]{1,15}://[^/\s:@\"'<>{}$]{1,80}:[^/\s:@\"'<>{}$]{3,80}@[\w.-]+"),
)
# A name that says it is secret, and a value between quotes that is no placeholder. The tagger's `pad_token = "<pad>"`
# is none: `token` counts only behind a word that says whose.
_NAMED = (
    r"(?i)(?:password|passwd|secret(?:[_-]?(?:key|access[_-]?key))?|(?:api|access|auth)[_-]?(?:key|token)|"
    r"(?:wandb|hf|hub|github|openai|bearer)[_-]?(?:api[_-]?)?(?:key|token))[\"']?\s{0,4}[:=]\s{0,4}"
    r"[\"'](?!(?:none|null|true|false|changeme|your|xxx|<|\$|\{|%))[^\"'\s]{8,200}[\"']"
)
_ANY = re.compile("|".join(f"(?P<t{number}>{form})" for number, (_, form) in enumerate(_TOKENS)).encode())
_TEXT = re.compile(_NAMED.encode())
_FILES = frozenset(
    (
        ".env .netrc .npmrc .pypirc .git-credentials .htpasswd id_rsa id_dsa id_ecdsa id_ed25519 kaggle.json "
        "credentials credentials.json .dockercfg"
    ).split()
)
_FOLDERS = frozenset((".git", ".ssh", ".aws", ".gnupg"))
_ENDS = (".pem", ".p12", ".pfx", ".key", ".keystore", ".jks", ".kdbx")


@dataclass(frozen=True)
class Hit:
    """Something that looks like a secret: in which file, on which line (0 = the file as a whole), of which kind."""

    file: str
    line: int
    kind: str

    def place(self) -> str:
        """File and line in words."""
        return f"{self.file} line {self.line}" if self.line else self.file


def by_name(name: str) -> list[Hit]:
    """What a file's name alone gives away."""
    path = PurePosixPath(name.lower())
    if _FOLDERS & set(path.parts[:-1]):
        return [Hit(name, 0, "file of a folder that holds secrets")]
    if path.name in _FILES or path.name.startswith(".env.") or path.name.endswith(_ENDS):
        return [Hit(name, 0, "file that usually holds secrets")]
    return []


def by_content(name: str, data: bytes) -> list[Hit]:
    """What looks like a secret in a file's bytes; passwords by name only in text. One hit for each line and kind."""
    found = {(match.start(), _TOKENS[int(match.lastgroup[1:])][0]) for match in _ANY.finditer(data) if match.lastgroup}
    if b"\0" not in data[: 1 << 13]:
        found |= {(match.start(), "password or key by its name") for match in _TEXT.finditer(data)}
    lines = {(data.count(b"\n", 0, place) + 1, kind) for place, kind in found}
    return [Hit(name, line, kind) for line, kind in sorted(lines)]
