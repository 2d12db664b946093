"""A translator exported to CTranslate2 translates as it did, in a process without torch."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from exported import answers, lines_of
from translation_cases import case

from regard.cli.main import main
from regard.folder.model import save_translator
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions

pytest.importorskip("ctranslate2")

SAVED = Path(__file__).parent.parent / "folder" / "saved" / "format-1"


@pytest.fixture(scope="module")
def folder(translator: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translator, exported."""
    made = tmp_path_factory.mktemp("exported") / "folder"
    assert main(["export", str(translator), str(made), "--to", "ctranslate2"]) == 0
    return made


@pytest.mark.parametrize("words", [["--beam", "1"], ["--length-penalty", "0.6"]], ids=["greedy", "beam"])
def test_translations_are_those_of_the_model(
    words: list[str], translator: Path, folder: Path, asked: Path, run: Run
) -> None:
    expected = run("predict", translator, asked, *words).out.splitlines()
    assert lines_of(folder / "translate.py", asked, *words) == expected
    assert len(set(expected)) > 10


def test_so_are_several_and_their_scores(translator: Path, folder: Path, asked: Path, run: Run) -> None:
    words = [asked, "--format", "jsonl", "--n-best", "3"]
    expected = [json.loads(line) for line in run("predict", translator, *words).out.splitlines()]
    found = [json.loads(line) for line in lines_of(folder / "translate.py", *words)]
    assert [line["source"] for line in found] == [line["source"] for line in expected]
    for ours, theirs in zip(expected, found, strict=True):
        assert [each["prediction"] for each in theirs["candidates"]] == [
            each["prediction"] for each in ours["candidates"]
        ]
        scores = [each["score"] for each in ours["candidates"]]
        assert [each["score"] for each in theirs["candidates"]] == pytest.approx(scores, abs=1e-4)


def test_a_target_that_is_stopped_is_counted(translator: Path, folder: Path, run: Run) -> None:
    done = answers(folder / "translate.py", "--beam", 1, "--longest", 2, "--scores", given="die Katze ist rot\n")
    assert done.stderr == "stopped at the longest length, before their end: 1 of 1 (--longest)\n"
    assert len(done.stdout.split("\t")) == 2


def test_what_is_too_long_is_refused_by_line(folder: Path) -> None:
    done = answers(folder / "translate.py", given=f"ist\n{'ist rot ' * 2000}\n")
    room = json.loads((folder / "export.json").read_text("utf-8"))["room"]
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"standard input:2: the source may have at most {room - 1:,} tokens")


def test_a_model_of_an_old_format_is_exported_in_eight_bits(tmp_path: Path, run: Run) -> None:
    made = tmp_path / "made"
    assert run("export", SAVED / "translate", made, "--to", "ctranslate2", "--quantization", "int8").code == 0
    expected = (SAVED / "translate" / "answers.txt").read_text(encoding="utf-8").splitlines()
    assert lines_of(made / "translate.py", given="der Hund schläft 3\ndie Katze läuft 7\n") == expected


def test_an_export_takes_the_place_of_an_earlier_one_and_of_nothing_else(tmp_path: Path, run: Run) -> None:
    made, model = tmp_path / "made", SAVED / "translate"
    assert run("export", model, made, "--to", "ctranslate2").code == 0
    (made / "mine.txt").write_text("mine", encoding="utf-8")
    refused = run("export", model, made, "--to", "ctranslate2").refused
    assert refused == (
        f"regard export: {made} must be empty or not there\n  got  an export\n  try  another folder, or --overwrite\n"
    )
    (made / "regard" / "errors.py").write_text("raise SystemExit('old')", encoding="utf-8")
    assert run("export", model, made, "--to", "ctranslate2", "--overwrite").code == 0
    assert lines_of(made / "translate.py", given="\n") == [""]
    assert (made / "mine.txt").read_text(encoding="utf-8") == "mine"
    other = tmp_path / "other"
    shutil.copytree(model, other)
    assert "got  other files" in run("export", model, other, "--to", "ctranslate2", "--overwrite").refused
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "other"]


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ({"network": "recurrent", "attention": "additive"}, "--network recurrent, --attention additive"),
        ({"positions": "rotary", "normalizer": "sparsemax"}, "--normalizer sparsemax, --positions rotary"),
        ({"members": 2, "heads": 4, "key_heads": 2}, "--members 2, --key-heads 2"),
    ],
)
def test_what_has_no_layers_there_is_refused_by_its_choice(
    choices: dict[str, Any], named: str, tmp_path: Path, run: Run
) -> None:
    text = Text.learn(["ein Hund", "a dog"], kind="word")
    small = {"width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "dropout": 0.0, **choices}
    save_translator(Translator(text, text, translating(text, text, NetworkOptions(**small), None)), tmp_path / "m", {})
    refused = run("export", tmp_path / "m", tmp_path / "made", "--to", "ctranslate2").refused
    assert refused == (
        "regard export: CTranslate2 has layers for the plain transformer from text to text alone\n"
        f"  got  a model of {named}\n"
        "  try  --to onnx, which takes more\n"
    )


def test_a_model_that_reads_sounds_is_refused(tmp_path: Path, run: Run) -> None:
    save_translator(case("sound", "transformer").model, tmp_path / "m", {})
    assert (
        "a model of --input sound\n" in run("export", tmp_path / "m", tmp_path / "made", "--to", "ctranslate2").refused
    )


@pytest.mark.parametrize("kind", ["classify", "label", "regress", "generate"])
def test_other_kinds_of_models_are_refused(kind: str, tmp_path: Path, run: Run) -> None:
    refused = run("export", SAVED / kind, tmp_path / "made", "--to", "ctranslate2").refused
    assert refused.startswith("regard export: CTranslate2 translates\n") and "--to onnx" in refused


def test_choices_that_do_not_exist_are_refused(tmp_path: Path, run: Run) -> None:
    model, made = SAVED / "translate", tmp_path / "made"
    assert "one of onnx, ctranslate2" in run("export", model, made, "--to", "tflite").refused
    words = ("export", model, made, "--to", "ctranslate2")
    assert "'int8'? or one of float32" in run(*words, "--quantization", "int9").refused
    assert "--longest is at least 2" in run(*words, "--longest", 1).refused
    assert [*tmp_path.iterdir()] == []
