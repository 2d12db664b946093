"""What `--help` and `info` say: flags with dashes, one sentence each, in at most 100 columns."""

import re
import sys
from dataclasses import fields

import pytest
from command_line import Data, Run

from regard.networks.base import NetworkOptions
from regard.training.config import TranslateConfig

VERBS = [
    ["train", "translate"],
    ["predict"],
    ["evaluate"],
    ["look"],
    ["explain"],
    ["tour"],
    ["make"],
    ["compare", "generate"],
    ["serve"],
    ["export"],
    ["remember"],
    ["recall"],
    ["forget"],
]
FLAG = re.compile(r"^  (?:-h, )?(--\S+)(.*)$", re.MULTILINE)


def test_the_program_alone_names_its_verbs(run: Run) -> None:
    assert run().out == run("--help").out == run("help").out
    assert all(f"\n  {verb}" in run().out for verb in ("demo", "train", "predict", "evaluate", "look", "serve", "info"))
    assert re.fullmatch(r"regard \d+\.\d+\.\d+\n", run("--version").out)


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_fits_the_terminal_and_a_hundred_columns(
    verb: list[str], columns: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    answer = run(*verb, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert max(map(len, answer.out.splitlines())) <= min(columns, 100)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_flags_are_written_with_dashes_and_each_has_one_sentence(
    verb: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    text = run(*verb, "-h").out
    assert "_" not in text and "null" not in text and "None" not in text and "type:" not in text
    for place, (flag, rest) in enumerate(blocks := FLAG.findall(text)):
        start = text.index(f"{flag}{rest}")
        end = text.index("".join(blocks[place + 1])) if place + 1 < len(blocks) else len(text)
        sentence = " ".join(text[start:end].split()[1:])
        assert len(sentence.split()) >= 3 and ". " not in sentence, flag


def test_every_choice_of_training_has_its_flag_and_says_what_holds_without_it(run: Run) -> None:
    text = " ".join(run("train", "translate", "--help").out.split())
    for field in fields(TranslateConfig):
        assert f"--{'from' if field.name == 'start' else field.name.replace('_', '-')} " in text
    assert "usage: regard train translate [DATA …] [flags]" in text
    assert "--width N of every state (follows the data)" in text
    assert "--norm NORM pre or post, in a transformer; else pre --" in text
    for name in ("attention_dropout", "norm", "positions", "cell", "two_way", "order"):
        default = str(getattr(NetworkOptions, name)).lower().removesuffix(".0")
        assert re.search(rf"--{name.replace('_', '-')} [^;]*(; [^;]*){{0,2}}; else {default} --", text), name
    kinds = "word, spaced (as the data are), character, byte, bpe or unigram"
    assert f"--tokens TOKENS {kinds}; else the data decide --" in text
    assert "--precision PRECISION auto, fp32 or bf16 (default: auto)" in text
    assert "--label-smoothing X share of the probability spread over all words (default: 0.1)" in text
    assert "--two-way true|false whether a recurrent encoder reads in both directions; else true --" in text
    assert "--overwrite delete the model in the folder, nothing else there, and train from the beginning" in text


def test_the_help_of_train_names_the_kinds_of_answers(run: Run) -> None:
    text = run("train", "--help").out
    assert text == run("train", "-h").out
    assert all(
        f"regard train {kind} DATA… --model DIR" in text for kind in ("translate", "label", "classify", "regress")
    )


def test_info_tells_versions_device_kernels_and_threads(run: Run) -> None:
    answer = run("info")
    assert (answer.code, answer.err) == (0, "")
    assert [line.split()[0] for line in answer.out.splitlines()[:6]] == [
        *("regard", "python", "torch", "device", "threads", "kernels")
    ]
    assert "regard info MODEL" in run("info", "--help").out


def hide(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports of the library fail, as where it is not installed."""
    for name in [library, *(each for each in sys.modules if each.startswith(f"{library}."))]:
        monkeypatch.setitem(sys.modules, name, None)


LIBRARIES = {"rich": "rich", "yaml": "PyYAML", "jsonargparse": "jsonargparse", "docstring_parser": "docstring-parser"}


@pytest.mark.parametrize("module", LIBRARIES)
@pytest.mark.parametrize("verb", ["train", "predict", "evaluate", "look"])
def test_the_command_line_without_its_libraries_says_what_to_install(
    verb: str, module: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(module, monkeypatch)
    text = run(verb, "translate", "model").refused
    assert text.startswith(f"regard {verb}: needs the library {LIBRARIES[module]}, which is optional")
    assert "try  in a clone of regard: pip install '.[cli]', or '.[all]' for everything\n" in text


def test_of_several_libraries_that_are_missing_the_main_one_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in LIBRARIES:
        hide(module, monkeypatch)
    assert run("train", "translate").refused.startswith("regard train: needs the library rich")


def test_info_needs_no_optional_library(run: Run, model: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("rich", "yaml", "jsonargparse", "tokenizers", "sacrebleu", "babel", "matplotlib", "sklearn"):
        hide(library, monkeypatch)
    assert run("info").code == run("info", model).code == 0


def test_scores_without_sacrebleu_are_refused(
    run: Run, model: object, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide("sacrebleu", monkeypatch)
    answer = run("evaluate", model, data.tsv)
    assert answer.code == 2
    assert answer.err.startswith("BLEU: needs the library sacrebleu") and "pip install '.[metrics]'" in answer.err


def test_training_without_sacrebleu_is_refused_before_the_first_step(
    run: Run, data: Data, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide("sacrebleu", monkeypatch)
    words = ["--model", f"{tmp_path}/model", "--tokens", "word", "--metric", "bleu"]
    answer = run("train", "translate", data.tsv, *words)
    assert answer.said_and_refused.startswith("BLEU: needs the library sacrebleu") and "epoch " not in answer.err


def test_subwords_without_their_library_are_refused(
    run: Run, data: Data, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide("tokenizers", monkeypatch)
    answer = run("train", "translate", data.tsv, "--model", f"{tmp_path}/model", "--tokens", "bpe")
    assert "needs the library tokenizers" in answer.said_and_refused and "pip install '.[text]'" in answer.err


@pytest.mark.parametrize("library", ["fastapi", "uvicorn", "python_multipart"])
def test_serving_without_its_libraries_is_refused(library: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hide(library, monkeypatch)
    text = run("serve", "model").refused
    assert f"needs the library {library.replace('_', '-')}, which is optional" in text and "'.[serve]'" in text


def test_pictures_without_matplotlib_are_refused(
    run: Run, model: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide("matplotlib", monkeypatch)
    answer = run("look", model, "ein Kind ist neu", "--svg", f"{tmp_path}/picture.svg")
    assert answer.said_and_refused.endswith("\n") and "needs the library matplotlib" in answer.err
