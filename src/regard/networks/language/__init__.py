"""Networks that tell the next token from those before it."""

from regard.networks.language.base import Language
from regard.networks.language.catalogue import LANGUAGES, build_language, check_language

__all__ = ["LANGUAGES", "Language", "build_language", "check_language"]
