"""`regard train KIND DATA… --model DIR`: files in, a model folder out."""

from collections.abc import Sequence

from regard.cli.flags import check_cli, parse
from regard.cli.main import INTERRUPTED
from regard.errors import OptionError, nearest
from regard.training.config import TranslateConfig

KINDS = ("translate", "label", "classify", "regress", "generate")
USAGE = """regard train translate DATA… --model DIR    a new text for a text, a sound, or whatever has vectors
regard train label DATA… --model DIR        a label, or a number, for every word, frame, step or node
regard train classify DATA… --model DIR     a class, or several, for the whole
regard train regress DATA… --model DIR      a number for the whole
regard train generate FILE… --model DIR     a text, or images, that go on with their own past

regard train KIND --help tells the flags of each."""


def run(words: Sequence[str]) -> int:
    """Trains, reports, says what to type next."""
    check_cli("train")
    if words and words[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if not words or words[0] not in KINDS:
        raise OptionError(
            "regard train: needs the kind of answer first",
            got=repr(words[0]) if words else "nothing",
            hint=f"{nearest(words[0] if words else '', KINDS)}; regard train translate --help",
        )
    if words[0] == "generate":
        from regard.cli import train_generate

        return train_generate.run(words[1:])
    if words[0] != "translate":
        from regard.cli import train_answers

        return train_answers.run(words[0], words[1:])
    about = "Trains a translator on pairs of texts, or on sounds and other items with texts."
    config = parse("train translate", TranslateConfig, words[1:], ["data"], about)
    return train(config)


def train(config: TranslateConfig) -> int:
    """Trains with a progress bar; Ctrl-C saves and says how to go on."""
    from regard.cli.report import final
    from regard.cli.sitting import watched
    from regard.cli.watch import Watch
    from regard.training.translate import train_translator

    watch = Watch()
    trained = watched(watch, config, lambda: train_translator(config, watch))
    if trained is None:
        return INTERRUPTED
    final(trained, watch.console)
    return 0
