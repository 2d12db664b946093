"""Small valid files of every kind that is read: what is damaged by mutations.py is one of these."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from benchmarks.serving.bodies import form
from benchmarks.serving.process import SAVED
from benchmarks.serving.small import RATE, items_of
from PIL import Image

Files = dict[str, bytes]
"""Names and contents of what lies in one folder."""
COLUMNS = "EU B-ORG\nrejects O\nGerman B-MISC\ncall O\n\nPeter B-PER\nBlackburn I-PER\n"
CONLLU = "# text = Sie geht\n1\tSie\tsie\tPRON\t_\t_\t2\tnsubj\t_\t_\n2\tgeht\tgehen\tVERB\t_\t_\t0\troot\t_\t_\n\n"
TS = "@problemName Walks\n@timeStamps false\n@missing true\n@dimensions 2\n@classLabel true left right\n@data\n"
TU = {
    "A": "1, 2\n2, 1\n5, 4\n4, 5\n4, 3\n3, 4\n",
    "graph_indicator": "1\n1\n2\n2\n2\n",
    "graph_labels": "-1\n1\n",
    "node_labels": "6\n8\n6\n7\n6\n",
    "node_attributes": "0.5, 1\n1, 2\n1.5, 3\n2, 4\n2.5, 5\n",
    "edge_labels": "0\n0\n1\n1\n2\n2\n",
}
TOKENIZER: dict[str, Any] = {
    "version": "1.0",
    "added_tokens": [
        {"id": place, "content": name, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False}
        for place, name in enumerate(("<unk>", "<pad>", "</s>", "<s>"))
    ],
    "pre_tokenizer": {"type": "Whitespace"},
    "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "<pad>": 1, "</s>": 2, "<s>": 3, "a": 4, "b": 5},
              "unk_token": "<unk>"},
}  # fmt: skip


def seeds() -> dict[str, list[Files]]:
    """A few of each."""
    return {**_recorded(), **_arrays(), **_texts(), **_measured(), **_folders(), **_bodies()}


def _recorded() -> dict[str, list[Files]]:
    pixels = np.random.default_rng(2).integers(0, 256, (12, 9, 3), np.uint8)
    images = [Image.fromarray(pixels), Image.fromarray(pixels[:, :, 0]), Image.fromarray(pixels).convert("P")]
    idx = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, *range(24)])
    labels = bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 6])
    return {
        "wav": [{"a.wav": sound("WAV", form)} for form in ("PCM_16", "FLOAT", "ULAW")],
        "flac": [{"a.flac": sound("FLAC", "PCM_16")}],
        "ogg": [{"a.ogg": sound("OGG", "VORBIS")}],
        "png": [{"a.png": image(each, "PNG")} for each in images],
        "jpeg": [{"a.jpg": image(each, "JPEG")} for each in images[:2]],
        "idx": [
            {"t-idx3-ubyte": idx, "t-idx1-ubyte": labels},
            {"t-idx3-ubyte.gz": gzip.compress(idx, mtime=0), "t-idx1-ubyte.gz": gzip.compress(labels, mtime=0)},
        ],
    }


def sound(form: str, coding: str) -> bytes:
    """A tenth of a second."""
    file = io.BytesIO()
    soundfile.write(file, np.sin(np.arange(RATE // 10) / 5), RATE, coding, format=form)
    return file.getvalue()


def image(given: Image.Image, form: str) -> bytes:
    """As a file."""
    file = io.BytesIO()
    given.save(file, form)
    return file.getvalue()


def _arrays() -> dict[str, list[Files]]:
    numbers = np.random.default_rng(3).normal(size=(3, 4, 2)).astype(np.float32)
    return {
        "npy": [{"a.npy": packed(np.save, numbers)}, {"a.npy": packed(np.save, numbers.astype(">i2"))}],
        "npz": [
            {"a.npz": packed(np.savez, x=numbers, y=np.array(["a", "b", "a"]))},
            {"a.npz": packed(np.savez_compressed, first=numbers[0], second=numbers[1, :2], y=np.array([1, 2]))},
            {"a.npz": packed(np.savez, x=numbers, lengths=np.array([1, 4, 2]))},
        ],
    }


def packed(save: Callable[..., None], *arrays: Any, **named: Any) -> bytes:
    """What a saver of numpy's writes."""
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def _texts() -> dict[str, list[Files]]:
    jsonl = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in (("a b", "x"), ("c ü", "y")))
    table = 'text,label\na good film,pos\n"a, so to say, ""poor"" film",neg\n'
    return {
        "csv": [{"a.csv": table.encode()}, {"a.csv.gz": gzip.compress(table.encode(), mtime=0)}],
        "tsv": [{"a.tsv": "text\tlabel\nein schöner Film\tpos\nkeiner\tneg\n".encode()}],
        "jsonl": [{"a.jsonl": jsonl.encode()}],
        "json": [{"a.json": json.dumps([{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]).encode()}],
        "conll": [{"a.conll": COLUMNS.encode()}],
        "conllu": [{"a.conllu": CONLLU.encode() * 2}],
        "fasttext": [{"a.txt": b"__label__x __label__y a text\n__label__x another\n"}],
        "pairs": [{"a.de": "eins\nzwei zwölf\n".encode(), "a.en": b"one\ntwo twelve\n"}],
        "vec": [{"a.vec": b"3 2\na 0.5 1\nb -1 2e-3\nc 0 1\n"}, {"a.vec": b"der 0.5 1 2\ndie -1 2 3\n"}],
        "tokenizer": [{"a.json": json.dumps(TOKENIZER).encode()}],
    }  # fmt: skip


def _measured() -> dict[str, list[Files]]:
    rows = "id,time,x,z,y\na,1,0.5,1,left\na,2,,2,left\nb,1,1,2,right\nb,7,3,4,right\n"
    return {
        "ts": [{"a.ts": (TS + "1,2,3:4,?,6:left\n7:-8e-1:right\n").encode()}],
        "long": [{"a.csv": rows.encode()}],
        "parquet": [{"a.parquet": parquet()}],
        "tu": [{f"SET_{name}.txt": text.encode() for name, text in TU.items()}],
        "dgcnn": [{"a.txt": b"2\n2 5\n0 1 1\n1 1 0\n3 -1\n4 1 2\n4 0\n7 1 0\n"}],
        "nodes": [
            {
                "nodes.tsv": b"id\tlabel\tsplit\twords\na\tx\ttrain\t0,2\nb\ty\tval\t1\nc\tx\ttest\t2\n",
                "edges.tsv": b"source\ttarget\na\tb\nc\tb\nb\tb\n",
            }
        ],
        "manifest": [
            {"list.csv": b"path,label,start,stop\na.wav,x,0,0.05\na.wav,y,0.05,0.1\n", "a.wav": sound("WAV", "PCM_16")}
        ],
    }


def parquet() -> bytes:
    """Two series."""
    import pyarrow
    from pyarrow import parquet as files

    table = pyarrow.table({"id": ["a", "a", "b"], "time": [1, 2, 1], "x": [0.5, None, 1.5], "y": ["l", "l", "r"]})
    file = io.BytesIO()
    files.write_table(table, file)
    return file.getvalue()


def _folders() -> dict[str, list[Files]]:
    """The saved models, each with its own files."""
    kinds = ("translate", "classify", "label", "generate")
    return {"model": [{path.name: path.read_bytes() for path in _kept(SAVED / kind)} for kind in kinds]}


def _bodies() -> dict[str, list[Files]]:
    """Requests for every verb and kind of item."""
    waves, pixels, graphs = (items_of(kind)[0] for kind in ("sound", "image", "graph"))
    ring = {name: getattr(graphs, name).tolist() for name in ("nodes", "source", "target", "edges")}
    asked: list[tuple[str, dict[str, Any]]] = [
        (
            "/predict",
            {"model": "translate", "items": ["der Hund 3"], "choices": {"beam": 2, "n_best": 2, "longest": 9}},
        ),
        (
            "/predict",
            {"model": "classify", "items": ["a good film", ["a", "film"], ""], "choices": {"unknown_below": 0.5}},
        ),
        ("/predict", {"model": "label", "items": ["New York", ["York"]]}),
        ("/predict", {"model": "generate", "items": ["ab"], "choices": {"longest": 5, "seed": 1, "temperature": 0.5}}),
        ("/predict", {"model": "of-sound", "items": [{"samples": waves.samples[:400].tolist(), "rate": RATE}]}),
        ("/predict", {"model": "of-image", "items": [pixels.tolist()]}),
        ("/predict", {"model": "of-graph", "items": [ring]}),
        ("/encode", {"model": "regress", "items": ["more and"], "each": True}),
        ("/attend", {"model": "translate", "items": ["die Katze"], "targets": ["the cat"], "top": 2}),
        ("/generate", {"model": "generate", "item": "ab", "choices": {"longest": 5, "top_k": 2, "top_p": 0.9}}),
    ]
    files = [
        ("of-sound", "a.wav", sound("WAV", "PCM_16")),
        ("of-image", "a.png", image(Image.fromarray(pixels), "PNG")),
    ]
    files.append(("classify", "a.txt", b"a film\na book\n"))
    return {
        "http-json": [{"_path": path.encode(), "body": json.dumps(fields).encode()} for path, fields in asked],
        "http-form": [
            {"_path": b"/predict", "body": form([(name, each), (name, each)], model=model, choices="{}")}
            for model, name, each in files
        ],
    }


def _kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".json", ".safetensors"))
