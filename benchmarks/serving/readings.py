"""How each kind of file is read, by the doors that users go through; what is read is looked at."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.serving.bodies import asked_form, asked_json

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.items import Sound
from regard.data.measured import NodeColumns, read_node_graph
from regard.data.readers import read_pairs
from regard.data.word_vectors import read_word_vectors
from regard.folder.record import checksum
from regard.inputs.image.pixels import read_pixels
from regard.inputs.sound.waves import read_wave
from regard.inputs.text import Text
from regard.serve.limits import Limits
from regard.serve.opening import opened

Reading = Callable[[Path], object]


def _file(folder: Path) -> Path:
    """The one that is there; of an empty folder one that is not."""
    return next(iter(sorted(folder.iterdir())), folder / "gone")


def _labelled(answer: str | None = "classify", **choices: Any) -> Reading:
    """By the one door to examples."""

    def read(folder: Path) -> None:
        found = read_examples([_file(folder)], answer=answer, choices=ReadingChoices(**choices))
        _looked(found.train)

    return read


def _looked(examples: Examples) -> None:
    """Every item, its answer and where it stands."""
    for index in range(len(examples)):
        examples.items[index], examples.where(index)
    if examples.answers is not None:
        assert len(list(examples.answers)) == len(examples)


def _sound(folder: Path) -> None:
    read_wave(_file(folder), "request, item 1")


def _image(folder: Path) -> None:
    read_pixels(_file(folder), "request, item 1")


def _idx(folder: Path) -> None:
    images, labels = sorted(folder.glob("*idx3*")), sorted(folder.glob("*idx1*"))
    files = [*(images or [folder / "t-idx3-ubyte"]), *labels]
    _looked(read_examples(files, answer="classify", choices=ReadingChoices(), needed=False).train)


def _pairs(folder: Path) -> None:
    read_pairs([folder / "a.de", folder / "a.en"])


def _table(folder: Path) -> None:
    """As pairs, and as labelled texts."""
    try:
        read_pairs(_file(folder), x="text", y="label")
    finally:
        _labelled()(folder)


def _tu(folder: Path) -> None:
    _looked(read_examples([folder], answer="classify", choices=ReadingChoices(input="graph")).train)


def _nodes(folder: Path) -> None:
    found = read_node_graph(folder / "nodes.tsv", folder / "edges.tsv", columns=NodeColumns(present="words"))
    _looked(found.examples)


def _manifest(folder: Path) -> None:
    choices = ReadingChoices(input="sound")
    found = read_examples([folder / "list.csv"], answer="classify", choices=choices).train
    for index in range(min(len(found), 4)):
        item = found.items[index]
        read_wave(item, "item") if isinstance(item, Sound | Path) else None


def _vectors(folder: Path) -> None:
    read_word_vectors(folder / "a.vec", ())


def _tokenizer(folder: Path) -> None:
    text = Text.from_file(folder / "a.json")
    text.decode(text.encode("a b"))


def _model(folder: Path) -> None:
    """The folder as it is; then as if its own record vouched for what the files hold now."""
    record = folder / "model.json"
    try:
        told = json.loads(record.read_bytes())
        sums = {name: checksum(folder / name) for name in told["checksums"] if (folder / name).is_file()}
        record.write_text(json.dumps({**told, "checksums": {**told["checksums"], **sums}}), encoding="utf-8")
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        pass
    model = opened([str(folder)], Limits())[folder.name]
    model.example()
    model.told()


READINGS: dict[str, Reading] = {
    **dict.fromkeys(("wav", "flac", "ogg"), _sound),
    **dict.fromkeys(("png", "jpeg"), _image),
    **dict.fromkeys(("csv", "tsv", "jsonl"), _table),
    **dict.fromkeys(("json", "fasttext"), _labelled()),
    **dict.fromkeys(("conll", "conllu"), _labelled("label")),
    **dict.fromkeys(("npy", "npz"), _labelled(None, input="vectors")),
    **dict.fromkeys(("ts",), _labelled()),
    **dict.fromkeys(("long", "parquet"), _labelled("classify", id="id", time="time", y="y")),
    "dgcnn": _labelled("classify", input="graph"),
    "idx": _idx,
    "pairs": _pairs,
    "tu": _tu,
    "nodes": _nodes,
    "manifest": _manifest,
    "vec": _vectors,
    "tokenizer": _tokenizer,
    "model": _model,
    "http-json": asked_json,
    "http-form": asked_form,
}
