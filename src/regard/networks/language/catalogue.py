"""Names of language models, and what each may be combined with."""

from regard.errors import OptionError
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import check
from regard.networks.language.base import Language
from regard.networks.language.recurrent import LanguageRecurrent
from regard.networks.language.transformer import LanguageTransformer

LANGUAGES: dict[str, type[Language]] = {"transformer": LanguageTransformer, "recurrent": LanguageRecurrent}


def build_language(options: NetworkOptions, words: int) -> Language:
    """The language model of these choices over so many tokens, with fresh weights."""
    check_language(options)
    return LANGUAGES[options.network](options, words)


def check_language(options: NetworkOptions) -> None:
    """An error unless every name exists, every number can be, and the combination makes sense."""
    check(options, [*LANGUAGES])
    if options.longest < 2:
        raise OptionError("network: the window holds at least 2 tokens", got=str(options.longest), hint="256")
    if options.network == "recurrent" and options.attention != "none":
        raise OptionError(
            "network: a recurrent language model has no attention",
            got=f"network recurrent, attention {options.attention}",
            hint="leave --attention out, or --network transformer",
        )
