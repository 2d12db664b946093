"""The frame that the page at `/` shows the inspector in: a document of its own, which may do less than the page.

The page hands it what `/look` answered, as a message; it becomes the document that it was handed. Its policy allows the
inspector's script and style alone, by their hashes, and puts it into a sandbox: nothing in it reaches the page's token.
"""

from base64 import b64encode
from hashlib import sha256
from importlib import import_module

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

PATH = "/page/frame"
SCRIPT = """addEventListener("message", ({ data, source }) => {
  if (source !== parent || typeof data !== "string") return;
  location.replace(URL.createObjectURL(new Blob([data], { type: "text/html;charset=utf-8" })));
});
"""
TEXT = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>regard</title>
<script>{SCRIPT}</script>
</html>
"""
SANDBOX = "sandbox allow-scripts allow-downloads allow-modals"
COMMON = {"referrer-policy": "no-referrer", "cross-origin-resource-policy": "same-origin"}


def add_frame(app: Starlette) -> None:
    """The route of the frame; it holds nothing of anybody's, and needs no token."""
    app.add_route(PATH, _send, include_in_schema=False)


def page_headers() -> dict[str, str]:
    """Of the inspector's page where it is the whole answer: as strict as the file, and in nobody's frame."""
    policy = f"{import_module('regard.inspect.page.writing').policy()}; frame-ancestors 'none'; {SANDBOX}"
    return {**COMMON, "cache-control": "no-store", "content-security-policy": policy}


async def _send(_: Request) -> Response:
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy: str = import_module("regard.inspect.page.writing").policy()
    policy = policy.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    headers = {**COMMON, "cache-control": "no-cache"}
    headers["content-security-policy"] = f"{policy}; frame-ancestors 'self'; {SANDBOX}"
    return Response(TEXT, headers=headers, media_type="text/html")
