"""The page at `/`: files of this package, read once under names that are fixed here; no request names a file."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

SCRIPTS = (
    *("main", "words", "dom", "ask", "told", "models", "choices", "given", "files", "samples"),
    *("answer", "stream", "inside", "without", "reading", "matrix", "map", "greatest", "remembered"),
)
STYLES = ("style", "form", "answer", "reading", "inside", "print")
NAMES = ("index.html", "icon.svg", *(f"{name}.css" for name in STYLES), *(f"{name}.js" for name in SCRIPTS))
ASSETS: Final = {"/" if name == "index.html" else f"/page/{name}": name for name in NAMES}
"""Path → file. They hold no secret, so they need no token: the page asks for it."""
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' blob:",
    "media-src blob:",
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
"""Scripts come from this server alone, none is written into the page, and none can make markup of a text."""
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "; ".join(POLICY),
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
}


def add_page(app: Starlette) -> None:
    """Routes of the page and of what it is made of, for GET and HEAD."""
    for path, name in ASSETS.items():
        app.add_route(path, _sending(name), include_in_schema=False)


def _sending(name: str) -> Callable[[Request], Awaitable[Response]]:
    """One file, as it is sent to everybody."""
    content = files("regard.serve").joinpath("page", name).read_bytes()
    kind = TYPES[name.rpartition(".")[2]]

    async def send(_: Request) -> Response:
        return Response(content, headers=HEADERS, media_type=kind)

    return send
