"""What a user can mistype is refused in three lines that name the way out, exit code 2, before anything is done."""

from pathlib import Path

import pytest
from command_line import Data, Run


def words_of(parameter: object) -> str:
    """The name of a case: what is typed."""
    return " ".join(parameter) if isinstance(parameter, list) else ""


FLAGS = [
    (["--modle", "x"], "no such flag", "--model"),
    (["--batch_token", "9"], "no such flag", "--batch-tokens"),
    (["-b", "3"], "no such flag", "regard train translate --help"),
    (["--epochs"], "--epochs needs a value", "--epochs VALUE"),
    (["--valid"], "--valid needs a value", "nothing after it"),
    (["--config", "--epochs", "3"], "--config needs a value", "--epochs after it"),
    (["--epochs", "many"], "--epochs takes a whole number", "got  'many'"),
    (["--epochs", "1.5"], "--epochs takes a whole number", "got  '1.5'"),
    (["--steps", "true"], "--steps takes a whole number", "got  'True'"),
    (["--dropout", "nan"], "--dropout takes a number", "got  'nan'"),
    (["--joint=perhaps"], "--joint takes true or false", "got  'perhaps'"),
    (["--overwrite="], "--overwrite takes true or false", "got  ''"),
]
NAMES = [
    ("network", "recurent", "'recurrent'? or one of transformer, recurrent"),
    ("attention", "aditive", "'additive'? or one of"),
    ("cell", "gruu", "'gru'? or one of"),
    ("order", "lung", "'luong'? or one of bahdanau, luong, late"),
    ("norm", "before", "one of pre, post"),
    ("positions", "learnt", "'learned'? or one of"),
    ("size", "tiny", "one of small, medium, large"),
    ("tokens", "words", "'word'? or one of"),
    ("too-long", "cut", "one of error, skip, truncate"),
    ("blank", "drop", "one of error, skip"),
    ("metric", "blue", "'bleu'? or one of"),
    ("schedule", "cosin", "'cosine'? or one of"),
    ("precision", "fp16", "one of auto, fp32, bf16"),
    ("device", "tpu", "one of auto, cpu, cuda, mps"),
    ("encoding", "utf8000", "'utf-8'? or one of"),
]
NUMBERS = [
    *((name, value) for name in ("epochs", "accumulate", "batch-tokens", "validate-epochs") for value in ("0", "-1")),
    *((name, "0") for name in ("width", "layers", "heads", "feed-forward", "members", "longest", "vocabulary")),
    *((name, "-1") for name in ("steps", "warmup", "average", "patience", "max-minutes", "checkpoint-minutes", "clip")),
    *(("learning-rate", value) for value in ("0", "-0.1", ".nan", ".inf")),
    *(("label-smoothing", value) for value in ("1.5", "-0.1", ".nan")),
    *((name, value) for name in ("dropout", "attention-dropout") for value in ("1", "-0.1", ".nan")),
    *(("seed", value) for value in ("-1", "4294967296", "9" * 30)),
    *((name, ".nan") for name in ("max-minutes", "clip", "checkpoint-minutes", "short-first")),
]
COMBINATIONS = [
    (["--attention", "none"], "a transformer without attention", "--network recurrent --attention none"),
    (["--width", "30", "--heads", "4"], "width must be a multiple of 4", "got  width 30"),
    (["--network", "recurrent", "--width", "15"], "width must be a multiple of 2", "got  width 15"),
    (["--source-tokenizer", "a.json", "--tokens", "bpe"], "leaves nothing to choose", "drop one or the other"),
    (
        ["--target-tokenizer", "a.json", "--joint", "false"],
        "leaves nothing to choose",
        "--target-tokenizer with --joint",
    ),
    (["--network", "recurrent", "--attention", "none", "--normalizer", "relu"], "only attention has weights", "drop"),
    (["--network", "recurrent", "--packing", "true"], "keep the texts of a row apart", "drop --packing"),
    (["--pattern", "longformer", "--packing", "true"], "what begins with each text", "drop --packing"),
    (["--network", "conformer"], "a conformer reads items", "--network transformer or recurrent"),
    (["--pattern", "linformer"], "a mixture of all positions knows those to come", "local, longformer or strided"),
    (["--tokens", "byte", "--vocabulary", "300"], "there are 256 bytes", "got  --vocabulary 300"),
    (["--vocabulary", "6", "--protected", "<x>", "<y>"], "must have room", "7 at the very least"),
]
IDLE = {
    "transformer": [("cell", "gru"), ("cell", "lstm"), ("order", "luong"), ("two-way", "true"), ("two-way", "false")],
    "recurrent": [
        *(("heads", "2"), ("feed-forward", "64"), ("attention-dropout", "0"), ("attention-dropout", "0.1")),
        *(("key-heads", "1"), ("positions", "rotary"), ("norm", "pre"), ("norm", "post"), ("positions", "learned")),
    ],
}


@pytest.mark.parametrize(("words", "rule", "way_out"), FLAGS, ids=words_of)
def test_flags_that_do_not_fit(words: list[str], rule: str, way_out: str, run: Run, data: Data, tmp_path: Path) -> None:
    text = run("train", "translate", data.tsv, "--model", tmp_path / "model", *words).refused
    assert text.startswith("regard train translate: ") and rule in text and way_out in text
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(("name", "value", "way_out"), NAMES)
def test_names_that_do_not_exist(name: str, value: str, way_out: str, run: Run, data: Data, tmp_path: Path) -> None:
    text = run("train", "translate", data.tsv, "--model", tmp_path / "model", f"--{name}", value).refused
    assert text.startswith(f"{name.replace('-', '_')}: ") and repr(value) in text and way_out in text


@pytest.mark.parametrize(("name", "value"), NUMBERS)
def test_numbers_that_make_no_sense(name: str, value: str, run: Run, data: Data, tmp_path: Path) -> None:
    text = run("train", "translate", data.tsv, "--model", tmp_path / "model", f"--{name}", value).refused
    assert text.startswith(f"{name.replace('-', '_')}: must ") and f"got  {value.removeprefix('.')}" in text
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(("words", "rule", "way_out"), COMBINATIONS, ids=words_of)
def test_choices_that_contradict(
    words: list[str], rule: str, way_out: str, run: Run, data: Data, tmp_path: Path
) -> None:
    text = run("train", "translate", data.tsv, "--model", tmp_path / "model", *words).refused
    assert rule in text and way_out in text


@pytest.mark.parametrize(("network", "name", "value"), [(n, *idle) for n in IDLE for idle in IDLE[n]])
def test_choices_that_the_network_does_not_know_are_refused_even_where_they_say_the_default(
    network: str, name: str, value: str, run: Run, data: Data, tmp_path: Path
) -> None:
    (other,) = IDLE.keys() - {network}
    words = ["--network", network, f"--{name}", value]
    first, got, hint = run("train", "translate", data.tsv, "--model", tmp_path / "m", *words).refused.splitlines()
    assert first == f"{name.replace('-', '_')}: only a {other} network has it"
    assert got.startswith(f"  got  --{name} {value}") and got.endswith(f" with --network {network}")
    assert hint == f"  try  drop --{name}, or --network {other}"


@pytest.mark.parametrize(
    ("words", "rule", "way_out"),
    [
        (["trian"], "regard: no such verb", "'train'? or one of demo, make, check, train"),
        (["--verbose"], "regard: no such verb", "one of demo, make, check, train"),
        (["train"], "needs the kind of answer first", "regard train translate --help"),
        (["train", "translat"], "got  'translat'", "'translate'? or"),
        (["train", "translate", "a.tsv"], "needs a folder for the model", "--model DIR"),
        (["train", "translate", "--model", "model"], "there must be something to read", "two parallel files"),
        (["predict"], "regard predict: needs MODEL", "regard predict --help"),
        (["predict", "absent"], "absent: a model folder holds model.json", "no such folder"),
        (["predict", "a", "b", "c", "d"], "a: a model folder holds model.json", "no such folder"),
        (["predict", "--beam=1", "a", "b", "c", "d"], "takes at most 2 words", "also c d"),
        (["look", "absent"], "regard look: needs ITEM", "regard look --help"),
        (["evaluate", "absent", "a.tsv"], "absent: a model folder holds model.json", "regard train"),
        (["info", "a", "b"], "takes one folder or nothing", "regard info MODEL"),
        (["info", "--all"], "takes one folder or nothing", "regard info MODEL"),
    ],
    ids=words_of,
)
def test_verbs_and_places(
    words: list[str], rule: str, way_out: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = run(*words).refused
    assert rule in text and way_out in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "place", "way_out"),
    [
        ("epoch: 3\n", "choices.yaml:1: no such key", "try  epochs"),
        ("epochs: 3\nbatch-token: 9\n", "choices.yaml:2: no such key", "try  batch_tokens"),
        ("batch_tokens: 3\nbatch-tokens: 4\n", "choices.yaml:2: a key comes once", "got  'batch_tokens'"),
        ("batch-tokens: many\n", "regard train translate: --batch-tokens takes a whole number", "got  'many'"),
        ("colour: red\n", "choices.yaml:1: no such key", "regard train translate --help"),
        ("epochs: 3\nepochs: 4\n", "choices.yaml:2: a key comes once", "drop one"),
        ("epochs: [1\n", "choices.yaml:2: must be YAML", "name: value"),
        ("epochs: @\n", "choices.yaml:1: must be YAML", "name: value"),
        ("- epochs\n", "choices.yaml:1: must be a flat list of keys", "got  a list"),
        ("just words\n", "choices.yaml:1: must be a flat list of keys", "got  a value without a key"),
        ("network:\n  width: 3\n", "choices.yaml:2: must be a flat list of keys", "got  keys within keys"),
        ("valid: [[a]]\n", "choices.yaml:1: must be a flat list of keys", "got  a list"),
        ("epochs: " + "[" * 50_000, "choices.yaml:1: must be a flat list of keys", "got  a list"),
        ("valid: &a [x]\ntest: *a\n", "choices.yaml:2: must be a flat list of keys", "got  an alias"),
        ("", "choices.yaml: must hold keys", "got  none"),
        ("epochs: many\n", "regard train translate: --epochs takes a whole number", "got  'many'"),
        ("data: train.tsv\n", "regard train translate: --data takes texts", "got  'train.tsv'"),
        ("epochs: !!python/object/apply:os.getcwd []\n", "regard train translate: the flags must fit", "constructor"),
        ("epochs: !!python/name:os.getcwd ''\n", "regard train translate: the flags must fit", "constructor"),
        (b"\xff\xfee\0", "choices.yaml: must be UTF-8", "save it as UTF-8"),
        (None, "choices.yaml: there is no such file", "choices.yml"),
    ],
)
def test_yaml_that_does_not_fit(
    content: str | bytes | None, place: str, way_out: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "choices.yml" if content is None else "choices.yaml"
    Path(name).write_bytes(content if isinstance(content, bytes) else (content or "").encode())
    text = run("train", "translate", "train.tsv", "--model", "model", "--config", "choices.yaml").refused
    assert text.startswith(place) and way_out in text


def test_yaml_and_flags_hold_the_same_names_and_the_later_wins(run: Run, data: Data, tmp_path: Path) -> None:
    choices = tmp_path / "choices.yaml"
    valid = f"valid: [{data.tsv}, another.tsv]"
    choices.write_text(f"data: [{data.tsv}]\nmodel: {tmp_path / 'model'}\nlongest: 2\n{valid}\n", encoding="utf-8")
    read_alone = run("train", "translate", "--config", choices).said_and_refused
    assert "data: a table holds both sides" in read_alone and "another.tsv" in read_alone
    text = run("train", "translate", "--config", choices, "--valid", data.tsv, "--longest", "3").said_and_refused
    assert "train.tsv:1: the source may have at most 3 tokens" in text


@pytest.mark.parametrize("key", ["too-long", "too_long", "'too-long'"])
def test_yaml_keys_are_written_with_hyphens_or_underscores(key: str, run: Run, data: Data, tmp_path: Path) -> None:
    choices = tmp_path / "choices.yaml"
    choices.write_text(f"# a-b\nmodel: {tmp_path / 'a-b'}\nmax-minutes: 1\n{key}: cut-off\n", encoding="utf-8")
    text = run("train", "translate", data.tsv, "--config", choices).refused
    assert text.startswith("too_long: no such choice\n  got  'cut-off'\n")
    told = run("train", "translate", data.tsv, "--config", choices, "--print-config").out.splitlines()
    assert {f"model: {tmp_path / 'a-b'}", "max_minutes: 1.0", "too_long: cut-off"} <= {*told}


@pytest.mark.parametrize(
    ("words", "rule", "way_out"),
    [
        (["--valid", "absent.tsv"], "absent.tsv: there is no such file", "folder"),
        (["--test", "absent.tsv"], "absent.tsv: there is no such file", "folder"),
        (["--valid-source", "a.de"], "source, target: both are needed", "--target FILE"),
        (["--x", "de", "--y", "en"], "train.tsv:1: the header lacks a column", "got  column 'de'"),
    ],
    ids=words_of,
)
def test_data_that_do_not_fit(
    words: list[str], rule: str, way_out: str, run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = run("train", "translate", data.tsv, "--model", "model", *words).refused
    assert rule in text and way_out in text


@pytest.mark.parametrize(
    ("words", "rule", "way_out"),
    [
        (["--longest", "2"], "the source may have at most 2 tokens", "--too-long skip or truncate, or --longest"),
        (["--source-tokenizer", "absent.json"], "absent.json: must be a tokenizer.json", "No such file"),
        (["--source-tokenizer", "damaged.json"], "damaged.json: must be a tokenizer.json", "tokenizer.save"),
        (["--target-tokenizer", "empty.json"], "empty.json: must be a tokenizer.json", "tokenizer.save"),
        (["--protected", "<s>"], "none of <pad> <unk> <s> </s>", "write it differently"),
        (["--model", "file/model"], "model: the folder must be one that can be written to", "got  Not a directory"),
    ],
    ids=words_of,
)
def test_what_shows_only_once_the_data_are_read(
    words: list[str], rule: str, way_out: str, run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("damaged.json").write_text('{"model": {"type": "BPE", "vocab": 3}}', encoding="utf-8")
    Path("empty.json").write_text("{}", encoding="utf-8")
    Path("file").write_text("a file", encoding="utf-8")
    text = run("train", "translate", data.tsv, "--model", "model", *words).said_and_refused
    assert rule in text and way_out in text


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["predict", "--beam", "0"], "n-best must be between 1 and the beam"),
        (["predict", "--format", "jsonl", "--n-best", "6"], "n-best must be between 1 and the beam"),
        (["predict", "--n-best", "2"], "do not fit into one line of text"),
        (["predict", "--alignment", "json"], "do not fit into one line of text"),
        (["predict", "--alignment", "pharao"], "--alignment: no such choice"),
        (["predict", "--format", "csv"], "--format: no such choice"),
        (["predict", "--length-penalty", ".nan"], "search: the length penalty is a number"),
        (["predict", "--longest", "-1"], "--longest is at least 0"),
        (["predict", "--window", "0"], "--window is at least 1"),
        (["predict", "--batch-tokens", "0"], "--batch-tokens is at least 1"),
        (["predict", "--encoding", "utf8000"], "encoding: must be one"),
        (["predict", "absent.txt"], "absent.txt: there is no such file"),
        (["evaluate", "--beam", "0"], "search: the beam"),
        (["evaluate", "--length-penalty", ".inf"], "search: the length penalty is a number"),
        (["evaluate", "--tokenize", "13"], "--tokenize: no such choice"),
        (["evaluate"], "data: there must be something to read"),
        (["look", "ein Kind", "--beam", "0"], "search: the beam"),
        (["look", " \u3000"], "look: needs a sentence"),
        (["look", "ein Kind", "--png", "picture.jpg"], "--png names a .png file"),
        (["look", "ein Kind", "--png", "picture.svg"], "--png names a .png file"),
        (["look", "ein Kind", "--svg", "picture"], "--svg names a .svg file"),
        (["look", "ein Kind", "--device", "gpu"], "device: no such name"),
        (["evaluate", "--device", "gpu"], "device: no such name"),
        (["predict", "--device", "gpu"], "device: no such name\n  got  'gpu'\n  try  one of auto, cpu, cuda, mps\n"),
    ],
    ids=words_of,
)
def test_choices_of_the_other_verbs(words: list[str], rule: str, run: Run, model: Path) -> None:
    verb, *rest = words
    assert rule in run(verb, model, *rest).refused
