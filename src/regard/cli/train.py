"""`regard train translate …`: two files in, a model folder out."""

from collections.abc import Sequence
from pathlib import Path

from regard.cli.flags import check_cli, parse
from regard.errors import OptionError, nearest
from regard.training.config import TranslateConfig

KINDS = ("translate",)


def run(words: Sequence[str]) -> int:
    """Trains, reports, says what to type next."""
    check_cli("train")
    if words and words[0] in ("-h", "--help"):
        words = ["translate", "--help"]
    if not words or words[0] not in KINDS:
        raise OptionError(
            "regard train: needs the kind of answer first",
            got=repr(words[0]) if words else "nothing",
            hint=f"{nearest(words[0] if words else '', KINDS)}; regard train translate --help",
        )
    config = parse("train translate", TranslateConfig, words[1:], ["data"], "Trains a translator on pairs of texts.")
    return train(config)


def train(config: TranslateConfig) -> int:
    """Trains with a progress bar; Ctrl-C saves and says how to go on."""
    from rich.console import Console

    from regard.cli.report import final
    from regard.cli.watch import Watch
    from regard.training.translate import train_translator

    console = Console(stderr=True)
    watch = Watch(console)
    try:
        with watch:
            trained = train_translator(config, watch)
    except KeyboardInterrupt:
        there = (Path(config.model) / "state" / "position.json").is_file()
        saved = there and (watch.begun or not config.overwrite)  # before that, what is there is the old model
        command = "the same command without --overwrite" if config.overwrite else "the same command"
        kept = f"What was learned is saved in {config.model}; {command} goes on."
        told = f"\nInterrupted. {kept if saved else 'Nothing was learned yet.'}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
        return 130
    final(trained, console)
    return 0
