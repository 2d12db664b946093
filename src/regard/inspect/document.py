"""The frame of a page without scripts: one style, known to the policy by its hash, and nothing from anywhere else."""

import base64
import hashlib
from html import escape
from importlib.resources import files


def document(title: str, body: str, language: str = "en", pictures: bool = False) -> str:
    """An HTML document of markup that is escaped already; `pictures` are data in the page itself."""
    style = files("regard.inspect").joinpath("document.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'{'; img-src data:' * pictures}"
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""
