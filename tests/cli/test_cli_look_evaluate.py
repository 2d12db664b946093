"""`regard evaluate` prints what sacrebleu prints; `regard look` shows one sentence on the terminal and as a picture."""

import re
from pathlib import Path

import pytest
from command_line import Data, Run
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@pytest.mark.parametrize("words", [[], ["--beam", "1"], ["--tokenize", "char"]], ids=" ".join)
def test_scores_are_sacrebleus_of_what_predict_writes(
    words: list[str], each_model: Path, run: Run, data: Data, tmp_path: Path
) -> None:
    source, target = (tmp_path / name for name in ("some.de", "some.en"))
    for path, whole in ((source, data.source), (target, data.target)):
        path.write_text("".join(whole.read_text(encoding="utf-8").splitlines(keepends=True)[:60]), encoding="utf-8")
    predicted = run("predict", each_model, source, *[word for word in words if word not in ("--tokenize", "char")])
    references = target.read_text(encoding="utf-8").splitlines()
    answer = run("evaluate", each_model, source, target, *words)
    assert (answer.code, answer.err) == (0, "")
    head, bleu, chrf, exact = answer.out.splitlines()
    assert head == f"60 pairs, beam {1 if '--beam' in words else 5}, length penalty 1"
    for line, metric in ((bleu, BLEU(tokenize="char" if "char" in words else "13a")), (chrf, CHRF())):
        wanted = metric.corpus_score(predicted.out.splitlines(), [references]).score
        assert line.split()[1] == f"{wanted:.1f}" and line.endswith(str(metric.get_signature()))
    right = sum(map(str.__eq__, predicted.out.splitlines(), references))
    assert re.search(r"\d+\.\d", exact[len("exact match") :])[0] == f"{100 * right / 60:.1f}"  # type: ignore[index]


def test_every_form_of_the_data_gives_the_same_scores(model: Path, run: Run, data: Data) -> None:
    expected = run("evaluate", model, data.tsv).out
    assert "BLEU" in expected and run("evaluate", model, data.jsonl).out == expected
    assert run("evaluate", model, "--source", data.source, "--target", data.target).out == expected
    assert run("evaluate", model, "--data", data.tsv).out == expected


def test_look_prints_the_translation_and_its_weights(reader: Path, run: Run) -> None:
    answer = run("look", reader, "der Hund ist rot", "--numbers")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == run("look", reader, "der Hund ist rot").out.splitlines()[0]
    rows = [line for line in lines if re.match(r" *(▁\w+|</s>) .*\d", line)]
    assert [row.split()[0] for row in rows] == [*(f"▁{word}" for word in lines[0].split()), "</s>"]
    assert all(row.split()[-1] in ("1.00", "0.99", "1.01") for row in rows)
    assert "Weights do not by themselves show why the model answered as it did." in answer.out


def test_look_at_a_target_given_by_hand(reader: Path, run: Run) -> None:
    lines = run("look", reader, "der Hund ist rot", "--target", "the cat is big").out.splitlines()
    assert lines[0] == "the cat is big"
    labels = [line.split()[0] for line in lines if re.match(r" *(▁|</s>)\S* ", line)]
    assert labels[-5:] == ["▁the", "▁cat", "▁is", "▁big", "</s>"]


def test_look_draws_png_and_svg(reader: Path, run: Run, tmp_path: Path) -> None:
    png, svg = tmp_path / "picture.png", tmp_path / "picture.SVG"
    answer = run("look", reader, "der Hund ist schön", "--png", png, "--svg", svg, "--numbers")
    assert answer.code == 0
    assert f"saved {png}\n" in answer.out and f"saved {svg}\n" in answer.out
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    assert "schön" in svg.read_text(encoding="utf-8")


def test_look_takes_any_sentence(reader: Path, run: Run) -> None:
    for sentence in ("[bold]rot[/bold] :smile:", "\u0627\u0644\u0643\u0644\u0628", "-1", "\x1b[31m", "null"):
        answer = run("look", reader, sentence, "--beam", "1")
        assert answer.code == 0 and answer.err == "" and "\x1b" not in answer.out
    assert run("look", reader, "--", "--rot").code == 0
    assert run("look", reader, "rot", "--target=[bold]--red").out.startswith("[bold]--red\n")


def test_look_at_a_model_without_attention_is_refused(trained: object, run: Run) -> None:
    text = run("look", trained("none"), "ein Kind").refused  # type: ignore[operator]
    assert "the model must have attention" in text and "train with --attention additive" in text


def test_a_picture_in_a_folder_that_is_not_there_is_refused(model: Path, run: Run, tmp_path: Path) -> None:
    text = run("look", model, "ein Kind", "--png", tmp_path / "absent" / "picture.png").said_and_refused
    assert "the folder of the picture must exist" in text
