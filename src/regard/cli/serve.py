"""`regard serve DIR…`: models over HTTP."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module

from regard.cli.flags import check_cli, parse
from regard.errors import OptionError, missing
from regard.serve.limits import Limits
from regard.training.devices import device

LIBRARIES = {"fastapi": "fastapi", "uvicorn": "uvicorn", "python_multipart": "python-multipart"}


@dataclass(kw_only=True)
class ServeConfig:
    """The flags of `regard serve`."""

    models: list[str] = field(default_factory=list)
    """folders of models; each is asked for by its folder's name"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""
    precision: str = "fp32"
    """of the matrices while translators write: fp32, bf16 or int8 (docs/decoding.md)"""
    address: str = "127.0.0.1"
    """to listen at; any that others reach demands --token-file"""
    port: int = 8000
    """to listen at; 0 is any that is free"""
    token_file: str = ""
    """file with the word that requests must know, which nobody else may read"""
    memory: list[str] = field(default_factory=list)
    """what was remembered and is read beside: a folder, a file .db or a URL; with several models NAME=WHERE"""
    memory_token_file: str = ""
    """file with the word that requests must know to change a memory; without it nobody may"""
    host_name: list[str] = field(default_factory=list)
    """other names that requests may be addressed to, such as that of a proxy"""
    body: int = Limits.body
    """most bytes of a request"""
    items: int = Limits.items
    """most items of a request"""
    length: int = Limits.length
    """most tokens or vectors of an item, and tokens of an answer"""
    total: int = Limits.total
    """most tokens or vectors of all items of a request"""
    numbers: int = Limits.numbers
    """most numbers in an answer of /encode or /attend"""
    waiting: int = Limits.waiting
    """most items that wait, of all requests; beyond, they are told to come again"""
    streams: int = Limits.streams
    """most texts that are told token by token at once"""
    together: int = Limits.together
    """most items that are computed together, across requests; the answers do not depend on it"""
    connections: int = Limits.connections
    """most open connections"""
    timeout: float = Limits.timeout
    """seconds that a request may take to come, and its answer from then on"""
    drain: float = Limits.drain
    """seconds that accepted requests are given when the server is told to end"""
    quiet: bool = False
    """write no line for each request"""


def run(words: Sequence[str]) -> int:
    """Opens the models, serves until it is told to end: 0, or 1 where requests had to be cut off then."""
    check_cli("serve")
    about = "Serves models over HTTP: a page at /; POST /predict, /encode, /attend, /generate. Ctrl-C ends."
    config = parse("serve", ServeConfig, words, ["models"], about)
    if not config.models:
        raise OptionError("regard serve: needs a model", got="none", hint="regard serve DIR …")
    for module, library in LIBRARIES.items():
        try:
            import_module(module)
        except ImportError as error:
            raise missing("regard serve", library, "serve") from error
    from regard.serve.access import access_of, bound
    from regard.serve.opening import opened, remember_beside
    from regard.serve.server import Server

    limits = limits_of(config)
    where = device(config.device)
    with bound(config.address, config.port) as listening:
        access = access_of(listening, config.host_name, config.token_file, config.memory_token_file)
        models = opened(config.models, limits, where, config.precision)
        remember_beside(models, config.models, config.memory, writing=access.memory_token is not None)
        _log(quiet=config.quiet)
        host, port = listening.getsockname()[:2]
        told = ", ".join(f"{name} ({model.kind})" for name, model in models.items())
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        cut = Server(models, limits, access).run(listening, lambda: print(f"{url} serves {told}", flush=True))
    if cut:
        print(f"cut off before they were answered: {cut:,} requests (--drain)", file=sys.stderr)
    return 1 if cut else 0


def limits_of(config: ServeConfig) -> Limits:
    """The limits among the flags. Raises OptionError for one that makes no sense."""
    names = Limits.__dataclass_fields__
    return Limits(**{name: getattr(config, name) for name in names})


def _log(*, quiet: bool) -> None:
    """A line for each request, to standard error; faults in any case."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("regard.serve", "uvicorn"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.WARNING if quiet or name == "uvicorn" else logging.INFO)
