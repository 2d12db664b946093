"""Texts that look like markup, special tokens, line ends or nothing at all train, predict and show like any other."""

import json
from pathlib import Path

import pytest
from command_line import NETWORKS, TINY, Run

from regard.folder.model import load_translator

ODD = [
    ("<s> rot </s>", "<pad> red <unk>"),
    ("eins \U0001f642\U0001f3fd zwei", "one \U0001f468\u200d\U0001f469\u200d\U0001f467 two"),
    ("\u0627\u0644\u0643\u0644\u0628 \u0623\u062d\u0645\u0631", "the dog is red"),
    ("一二三", "\u0645\u0631\u062d\u0628\u0627"),
    ("a\u2028b\x85c\x0bd", "x\u2029y\x0cz"),
    ("cafe\u0301 \xa0 cafe\u0301", "caf\xe9  \u3000caf\xe9"),
    ("[bold]fett[/bold] :smile:", "{braces} %s %(name)s \\n"),
    ("\x1b[31mrot\x1b[0m", "\x07bell\x08"),
    ("\ufeff mitten \ufeff drin", "\u202eright to left\u202c"),
    ("null", "~"),
]


@pytest.mark.parametrize("kind", ["word", "spaced", "character", "byte", "bpe", "unigram"])
def test_odd_texts_train_and_come_back(kind: str, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "odd.tsv"
    table.write_bytes("".join(f"{source}\t{target}\n" for source, target in ODD * 12).encode())
    network = ["--joint", "true", "--tokens", kind, "--steps", "2", *NETWORKS["transformer"]]
    folder = tmp_path / "model"
    answer = run("train", "translate", table, "--model", folder, "--valid", table, *TINY, *network)
    assert answer.code == 0 and "\x1b[31m" not in answer.err
    model, _ = load_translator(folder)
    for side in (0, 1):
        for pair in ODD:
            line = " ".join(pair[side].split())
            known = model.source.decode(model.source.encode(line))
            assert known == model.source.decode(model.source.encode(known)) and "⁇" not in known
    sources = tmp_path / "sources"
    sources.write_bytes("".join(source + "\n" for source, _ in ODD).encode())
    out = run("predict", folder, sources, "--longest", "9", "--alignment", "pharaoh").out
    assert out.count("\n") == len(ODD) == len(out.splitlines())
    items = run("predict", folder, sources, "--longest", "9", "--format", "jsonl", "--alignment", "json").out
    assert [json.loads(line)["source"] for line in items.split("\n")[:-1]] == [source for source, _ in ODD]
    for source, _ in ODD:
        assert run("look", folder, source, "--beam", "1", "--target", "x y").code == 0


def test_a_tokenizer_of_ones_own_is_taken_as_it_is(run: Run, tmp_path: Path) -> None:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    own = Tokenizer(models.BPE(unk_token="[UNK]"))
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Replace(Regex("^.*"), "one\u2028two\n\x0cthree")])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["[UNK]"], initial_alphabet=alphabet, show_progress=False
    )
    own.train_from_iterator([side for pair in ODD for side in pair], trainer)
    own.save(str(tmp_path / "own.json"))
    table = tmp_path / "odd.tsv"
    table.write_bytes("".join(f"{source}\t{target}\n" for source, target in ODD * 12).encode())
    words = [str(word) for word in TINY if word not in ("--tokens", "word")]
    both = [f"--{side}-tokenizer={tmp_path / 'own.json'}" for side in ("source", "target")]
    answer = run(
        "train", "translate", table, "--model", tmp_path / "model", "--valid", table, *words, *both, "--steps=2"
    )
    assert answer.code == 0 and "shared by both sides" in answer.err
    sources = tmp_path / "sources"
    sources.write_bytes("".join(source + "\n" for source, _ in ODD).encode())
    out = run("predict", tmp_path / "model", sources, "--longest", "12", "--beam", "2").out
    assert out.splitlines() == ["one two  three"] * len(ODD)
