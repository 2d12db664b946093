"""Who may ask: the address that is bound, the names it may be called by, the token."""

import hmac
import socket
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from regard.data.files import cannot_open, quoted, shown
from regard.errors import OptionError
from regard.serve.assets import ASSETS
from regard.serve.frame import PATH as FRAME
from regard.serve.refusals import Refusal

OPEN = frozenset({"/health", FRAME, *ASSETS})
"""Paths that need no token."""
WRITING = frozenset({"/remember", "/forget"})
"""Paths that need a token of their own."""
SHORTEST_TOKEN = 16
LOCAL = ("localhost", "127.0.0.1", "::1")
MAKE = "python -c 'import secrets; print(secrets.token_urlsafe())' > token; chmod 600 token"
Headers = dict[bytes, bytes]


@dataclass(frozen=True)
class Access:
    """What a request must be.

    Attributes:
        hosts: the names it may be addressed to, None for any.
        token: what it must know, if anything.
        memory_token: what it must know to change a memory; it may do everything else, too.
    """

    hosts: frozenset[str] | None = None
    token: str | None = None
    memory_token: str | None = None

    def check(self, path: str, headers: Headers) -> None:
        """Raises Refusal: 421 for another host, 403 for a page of another, 401 without the token."""
        if self.hosts is not None:
            self._check_host(headers)
        given = headers.get(b"authorization", b"")
        if path in WRITING and self.memory_token is not None:
            self._check_token(given, [self.memory_token], "that memories are written with")
        elif self.token is not None and path not in OPEN:
            self._check_token(given, [self.token, self.memory_token], "of this server")

    def _check_host(self, headers: Headers) -> None:
        """Against a page elsewhere whose name has been bound to this address, and against forms that it sends here."""
        name = _host(f"//{headers.get(b'host', b'').decode('latin-1')}")
        if name not in (self.hosts or ()):
            hint = f"regard serve --host-name {name}, if it is a name of this server" if name else "send a Host header"
            raise Refusal(421, "request: Host must be a name of this server", got=quoted(name or ""), hint=hint)
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin and _host(origin) not in (self.hosts or ()):
            hint = "ask from a page of this server, or from no browser"
            raise Refusal(403, "request: pages of other origins may not ask", got=quoted(origin), hint=hint)

    @staticmethod
    def _check_token(given: bytes, known: Sequence[str | None], which: str) -> None:
        scheme, _, token = given.partition(b" ")
        same = [hmac.compare_digest(token.strip(), each.encode()) for each in known if each is not None]
        if scheme.lower() == b"bearer" and any(same):
            return
        got = "another token" if given else "no Authorization header"
        raise Refusal(401, f"request: needs the token {which}", got=got, hint="Authorization: Bearer TOKEN")


def _host(url: str) -> str | None:
    """The name in a URL, without its port."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def access_of(bound: socket.socket, names: Sequence[str], token_file: str, memory_token_file: str = "") -> Access:
    """The rules for what was bound. Raises OptionError for an address that others reach, without a token."""
    address = str(bound.getsockname()[0])
    local = ip_address(address.partition("%")[0]).is_loopback
    token = token_of(Path(token_file)) if token_file else None
    writing = token_of(Path(memory_token_file), "--memory-token-file") if memory_token_file else None
    if token is not None and token == writing:
        rule = "--memory-token-file: must hold another token than --token-file"
        raise OptionError(rule, got="the same word twice", hint=MAKE)
    if not local and token is None:
        rule = "regard serve: an address that others reach demands --token-file"
        raise OptionError(rule, got=f"--address {address}", hint=f"{MAKE}; --token-file token")
    hosts = frozenset(name.lower().strip("[]") for name in names)
    if local:
        return Access(hosts | {*LOCAL, address}, token, writing)
    return Access(hosts or None, token, writing)


def token_of(path: Path, flag: str = "--token-file") -> str:
    """The one line of the file. Raises OptionError unless it is a secret: nobody else's to read, and not short."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip() if stat.S_ISREG(mode) else ""
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise cannot_open(path, error) from error
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        got, hint = f"the mode {stat.S_IMODE(mode):o}", f"chmod 600 {shown(path)}"
        raise OptionError(f"{flag}: nobody else may read or write it", got=got, hint=hint)
    if len(text) < SHORTEST_TOKEN or not text.isprintable() or " " in text:
        got = f"{len(text)} characters" if text else "nothing that could be one"
        raise OptionError(f"{flag}: holds one word of {SHORTEST_TOKEN} ASCII letters or more", got=got, hint=MAKE)
    return text


def bound(address: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OptionError where it cannot."""
    if not 0 <= port < 1 << 16:
        raise OptionError("--port: is a number below 65,536", got=str(port), hint="8000, or 0 for any that is free")
    try:
        family, *_, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((place[0], port), family=family)
    except (OSError, UnicodeError) as error:
        got = f"{address}, port {port}: {error.strerror if isinstance(error, OSError) else error}"
        hint = "another --port, or 0 for any that is free"
        raise OptionError("regard serve: must be able to listen there", got=got, hint=hint) from error
