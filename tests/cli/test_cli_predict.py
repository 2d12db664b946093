"""`regard predict`: one line out for one line in, whatever the line, the batch and the window."""

import io
import json
from pathlib import Path

import pytest
from command_line import Data, Run

from regard.folder.model import load_translator

LINES = [
    "der Hund ist rot und alt",
    "",
    " \t\u3000 ",
    "ein Kind ist schön",
    "unerhört 未知 \U0001f642",
    "<s> der Hund </s> <pad>",
    "der \u2028 Hund \x85 ist \x0b rot",
    "  die Katze   ist neu  ",
    "\u0627\u0644\u0643\u0644\u0628",
    "das Haus ist " + "groß und " * 200 + "alt",
]


def written(path: Path, lines: list[str], end: str = "\n", last: bool = True, mark: bytes = b"") -> Path:
    text = end.join(lines) + (end if last else "")
    path.write_bytes(mark + text.encode())
    return path


def scored(out: str) -> list[tuple[float, str]]:
    """Score and text of every line."""
    return [(float(score), text) for score, text in (line.split("\t") for line in out.splitlines())]


def test_every_line_has_its_line(each_model: Path, run: Run, tmp_path: Path) -> None:
    answer = run("predict", each_model, written(tmp_path / "in", LINES), "--longest", "30")
    lines = answer.out.split("\n")
    assert answer.code == 0 and lines.pop() == "" and len(lines) == len(LINES)
    assert [i for i, line in enumerate(lines) if not line] == [1, 2]
    alone = [run("predict", each_model, written(tmp_path / "one", [line]), "--longest", "30").out for line in LINES]
    assert "".join(alone) == answer.out


@pytest.mark.parametrize(
    ("end", "last", "mark"),
    [("\r\n", True, b""), ("\n", False, b""), ("\r\n", False, b"\xef\xbb\xbf"), ("\n", True, b"\xef\xbb\xbf")],
)
def test_line_ends_and_byte_order_marks_change_nothing(
    end: str, last: bool, mark: bytes, model: Path, run: Run, tmp_path: Path
) -> None:
    lines = ["der Hund ist rot", "", "ein Kind ist neu und alt"]
    plain = run("predict", model, written(tmp_path / "plain", lines)).out
    assert plain.count("\n") == 3
    assert run("predict", model, written(tmp_path / "other", lines, end, last, mark)).out == plain


def test_a_thousand_lines_keep_their_order(model: Path, run: Run, data: Data, tmp_path: Path) -> None:
    unseen = data.unseen.read_text(encoding="utf-8").splitlines()
    answers = dict(zip(unseen, run("predict", model, data.unseen, "--beam", "1").out.splitlines(), strict=True))
    many = [unseen[(7 * i) % len(unseen)] for i in range(1000)]
    out = run("predict", model, written(tmp_path / "many", many), "--beam", "1", "--window", "300").out
    assert out.splitlines() == [answers[line] for line in many]


def test_answers_depend_neither_on_batches_nor_on_the_window(
    each_model: Path, run: Run, data: Data, tmp_path: Path
) -> None:
    lines = data.unseen.read_text(encoding="utf-8").splitlines()
    mixed = written(tmp_path / "mixed", [*lines, *(line.replace(" ist", " und das Haus ist") for line in lines)][:64])
    longest = 1 + max(len(line.split()) for line in mixed.read_text(encoding="utf-8").splitlines())
    expected = scored(run("predict", each_model, mixed, "--scores").out)
    for way in (
        *(("--batch-tokens", 1), ("--batch-tokens", 7 * longest), ("--batch-tokens", 64 * longest)),
        *(("--window", 1), ("--window", 7), ("--window", 63)),
    ):
        found = scored(run("predict", each_model, mixed, "--scores", *way).out)
        assert [text for _, text in found] == [text for _, text in expected], way
        assert [score for score, _ in found] == pytest.approx([score for score, _ in expected], abs=2e-4), way


def test_the_model_has_learned_what_the_lines_say(reader: Path, run: Run, data: Data) -> None:
    assert run("predict", reader, data.unseen).out.splitlines()[0].startswith(("the ", "a "))
    found = run("predict", reader, data.source).out.splitlines()
    wanted = data.target.read_text(encoding="utf-8").splitlines()
    assert sum(map(str.__eq__, found, wanted)) > 0.9 * len(wanted)


def test_json_lines_pass_unknown_fields_through(model: Path, run: Run, tmp_path: Path) -> None:
    items = [{"id": 7, "source": "der Hund ist rot", "tags": ["x", {"ü": None}]}, {"source": "", "line": "\u2028"}]
    path = written(tmp_path / "in.jsonl", [json.dumps(item, ensure_ascii=False) for item in items])
    answer = run("predict", model, path, "--format", "jsonl")
    found = [json.loads(line) for line in answer.out.split("\n")[:-1]]
    plain = run("predict", model, written(tmp_path / "in", [str(item["source"]) for item in items]), "--scores").out
    for item, one, line in zip(items, found, plain.split("\n"), strict=False):
        assert {name: one[name] for name in item} == item
        score, _, target = line.partition("\t")
        assert one["prediction"] == target and one["score"] == pytest.approx(float(score), abs=1e-4)
        assert one["ended"] is True
    assert [*found[0]] == ["id", "source", "tags", "prediction", "score", "ended"]


def test_json_lines_take_plain_lines_and_other_keys(model: Path, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in", ["der Hund ist rot", '{"text": "der Hund ist rot"}'])
    answer = run("predict", model, path, "--format", "jsonl", "--x", "text")
    first, second = map(json.loads, answer.out.splitlines())
    assert first == second and first["text"] == "der Hund ist rot"


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ('{"text": "a"}', "got  the keys 'text'"),
        ('{"source": 3}', "got  the keys 'source'"),
        ('{"source": "a"', "got  Expecting"),
        ('{"source": ' + "[" * 50_000, "nested|recursion"),
    ],
)
def test_a_json_line_without_a_text_is_refused_by_its_number(
    line: str, got: str, model: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(Path("in.jsonl"), ["{}".replace("{}", '{"source": "a"}'), "", line])
    answer = run("predict", model, "in.jsonl", "--format", "jsonl", "--window", "2")
    assert answer.code == 2 and answer.err.startswith("in.jsonl:3: a JSON line must be an object with a text")
    assert len(answer.err.splitlines()) == 3 and any(each in answer.err for each in got.split("|"))
    assert answer.out.count("\n") == 2


def test_a_terminal_as_standard_input_does_not_slow_a_file_down(
    model: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    written(Path("in.jsonl"), ['{"source": "a"}', '{"source": "b"}', "{"])
    answer = run("predict", model, "in.jsonl", "--format", "jsonl")
    assert answer.refused.startswith("in.jsonl:3: ")  # in one window: nothing was written before


def test_who_types_is_told_how_and_gets_each_answer_at_once(
    model: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b'{"source": "der Hund"}\n{'), encoding="utf-8")
    monkeypatch.setattr(typed, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", typed)
    answer = run("predict", model, "--format", "jsonl")
    assert answer.err.startswith("Type a line and Enter; Ctrl-D ends.\nstandard input:2: a JSON line must be")
    assert answer.out.count("\n") == 1


def test_several_targets_come_sorted_and_the_best_is_the_plain_answer(each_model: Path, run: Run, data: Data) -> None:
    plain = run("predict", each_model, data.unseen, "--scores", "--beam", "4").out.splitlines()
    several = run("predict", each_model, data.unseen, "--format", "jsonl", "--n-best", "4", "--beam", "4").out
    for line, best in zip(several.splitlines(), plain, strict=True):
        candidates = json.loads(line)["candidates"]
        scores = [each["score"] for each in candidates if each["ended"]]
        assert len(candidates) == 4 and scores == sorted(scores, reverse=True)
        assert sorted(candidates, key=lambda each: not each["ended"]) == candidates
        score, target = best.split("\t")
        assert candidates[0]["prediction"] == target
        assert candidates[0]["score"] == pytest.approx(float(score), abs=1e-4)


def test_targets_that_did_not_end_come_last_and_are_counted(model: Path, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in", ["der Hund ist rot und alt", "", "ein Kind ist neu"])
    answer = run("predict", model, path, "--longest", "2", "--beam", "1")
    assert answer.err == "stopped at the longest length, before their end: 2 of 3 (--longest)\n"
    assert [len(line.split()) for line in answer.out.splitlines()] == [2, 0, 2]
    assert run("predict", model, path).err == ""
    found = run("predict", model, path, "--longest", "6", "--format", "jsonl", "--n-best", "5").out.splitlines()
    ended = [each["ended"] for each in json.loads(found[2])["candidates"]]
    assert ended[0] and ended == sorted(ended, reverse=True)


@pytest.mark.parametrize("form", ["lines", "jsonl"])
def test_alignments_stay_within_source_and_target(form: str, reader: Path, run: Run, data: Data) -> None:
    model, _ = load_translator(reader)
    answer = run("predict", reader, data.unseen, "--alignment", "pharaoh", "--format", form)
    sources = data.unseen.read_text(encoding="utf-8").splitlines()
    for source, line in zip(sources, answer.out.splitlines(), strict=True):
        target, pairs = (
            line.split("\t") if form == "lines" else (lambda it: (it["prediction"], it["alignment"]))(json.loads(line))
        )
        links = [tuple(map(int, link.split("-"))) for link in pairs.split()]
        assert [to for _, to in links] == list(range(len(model.target.encode(target))))
        assert all(0 <= start < len(model.source.encode(source)) for start, _ in links)


def test_weights_come_as_json_and_sum_to_one(reader: Path, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in", ["der Hund ist rot", ""])
    first, blank = run("predict", reader, path, "--alignment", "json", "--format", "jsonl").out.splitlines()
    reading = json.loads(first)["reading"]
    assert reading["source"] == ["▁der", "▁Hund", "▁ist", "▁rot", "</s>"] and reading["target"][-1] == "</s>"
    assert len(reading["weights"]) == len(reading["target"])
    assert all(len(row) == 5 and sum(row) == pytest.approx(1, abs=1e-4) for row in reading["weights"])
    assert "reading" not in json.loads(blank)


def test_an_alignment_of_a_model_without_attention_is_refused_at_once(trained: object, run: Run, data: Data) -> None:
    text = run("predict", trained("none"), data.unseen, "--alignment", "pharaoh").refused  # type: ignore[operator]
    assert text.startswith("regard predict: an alignment needs a model with attention")
    assert "train with --attention additive" in text


def test_flags_may_stand_anywhere_between_the_places(model: Path, run: Run, data: Data) -> None:
    expected = run("predict", model, data.unseen, "--beam", "1", "--scores").out
    assert run("predict", "--scores", model, "--beam=1", data.unseen).out == expected
    assert run("predict", "--scores", "--beam", "1", "--", model, data.unseen).out == expected
    assert run("predict", "--model", model, "--scores", "--input", data.unseen, "--beam", "1").out == expected


def test_a_field_of_the_users_is_never_overwritten(each_model: Path, run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"source": "der Hund", "score": 3})]
    answer = run("predict", each_model, written(tmp_path / "clash.jsonl", lines), "--format", "jsonl")
    assert answer.code == 2
    assert answer.err.splitlines()[1:] == ["  got  score", "  try  rename it in the input"]
