"""The program `regard`: one verb a file. Users' mistakes end in three lines and exit code 2."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from regard import __version__
from regard.errors import OptionError, RegardError, nearest

VERBS = {
    "demo": "learn to read dates, offline, in three minutes: see what attention is for",
    "make": "data with exact answers: copy, reverse, sort, recall, listops",
    "check": "look at data before a training does: what is broken, odd, or there",
    "train": "train a model on your files",
    "compare": "several networks on the same data, in a table and curves",
    "predict": "one line out for one line in",
    "evaluate": "score a model on files that hold the answers",
    "encode": "the new representation of items, for use anywhere else",
    "look": "show what a model read, and what each part was worth",
    "explain": "show where each number comes from, step by step",
    "tour": "twelve short chapters on attention, whose numbers are computed",
    "remember": "teach a trained model without training it",
    "recall": "which remembered examples an answer read, and how strongly",
    "forget": "delete what was remembered, by where it came from",
    "serve": "answer over HTTP: one process, several models",
    "export": "a folder that answers without torch: ONNX, CTranslate2",
    "info": "versions, device, kernels, threads; or what a model folder holds",
}
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; the exit code: 0 done, 2 a mistake of the user's, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else "backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except RegardError as error:
        print(error, file=sys.stderr)
        return 2
    except SystemExit as done:  # --help
        return int(done.code or 0)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        rule = f"regard {words[0]}: the system must give what is asked of it"
        hint = "check the name, the rights on it, and the space that is left"
        print(RegardError(rule, got=" ".join(str(error).split()), hint=hint), file=sys.stderr)
        return 2


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if words[0] == "--version":
        print(f"regard {__version__}")
        return 0
    if words[0] not in VERBS:
        raise OptionError("regard: no such verb", got=repr(words[0]), hint=nearest(words[0], VERBS))
    verb = import_module(f"regard.cli.{words[0]}")
    code: int = verb.run(words[1:])
    return code


def usage() -> str:
    """What `regard` alone prints."""
    verbs = "\n".join(f"  {verb:9} {what}" for verb, what in VERBS.items())
    about = "learns from sets of vectors, with any attention, and shows what it read"
    return f"regard {__version__}: {about}\n\n{verbs}\n\nregard VERB --help tells more."


if __name__ == "__main__":
    sys.exit(main())
