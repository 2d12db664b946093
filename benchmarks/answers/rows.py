"""Which data, which command, and which published figure each row of docs/results.md stands for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers.prepare import digits, shakespeare
from benchmarks.answers.strings import digit_strings

Words = list[str]


@dataclass(frozen=True)
class Row:
    """One command of the command line: the data are all that is named, unless they need to be told apart.

    Attributes:
        kind: label, classify, regress, translate or generate.
        train: words after `regard train KIND`; {data} stands for the folder of data sets.
        test: words after `regard evaluate MODEL`.
        more: flags of both.
        metric: the line of `regard evaluate` that counts.
        asked: what issue or paper the figure is held against.
        prepare: makes what must lie in files first, in a folder that {made} stands for.
        folds: how often it is trained, for each {fold} from 1 on.
    """

    kind: str
    train: Words
    test: Words
    more: Words
    metric: str
    asked: str
    prepare: Callable[[Path, Path], None] | None = None
    folds: int = 1


SNIPS = "{data}/snips-slots"
EWT = "{data}/ud-english-ewt/en_ewt-ud"
CLINC = "{data}/clinc150/data_full.json.gz"
TREC = ["--format", "label-first", "--label-separator", ":", "--encoding", "latin-1"]
VOWELS = "{data}/uea-japanesevowels/JapaneseVowels"
MOTIONS = "{data}/uea-basicmotions/BasicMotions"
FASHION = "{data}/fashion-mnist"
MUTAG = "{data}/tu-mutag"
PROTEINS = "{data}/tu-proteins"
CORA = ["{data}/cora/nodes.tsv.gz", "{data}/cora/edges.tsv.gz"]


def pixels(attention: str) -> Row:
    """Fashion-MNIST at 14 × 14, pixel by pixel; so many images for every attention."""
    short = ["--steps", "1600", "--max-minutes", "0"]
    return Row(
        "generate",
        [f"{FASHION}/train-images-idx3-ubyte.gz", "--shrink", "2", "--attention", attention, *short],
        [f"{FASHION}/t10k-images-idx3-ubyte.gz"],
        [],
        "bits per dimension",
        "softmax against linear; on MNIST of 28 × 28 0.621 and 0.644 (Katharopoulos et al. 2020, table 1)",
    )


ROWS = {
    "trec": Row(
        "classify",
        ["{data}/trec-questions/TREC.train"],
        ["{data}/trec-questions/TREC.test"],
        TREC,
        "accuracy",
        "89 asked; CNN, random vectors 91.2 (Kim 2014, table 2)",
    ),
    "intents": Row(
        "classify",
        [f"{SNIPS}/train/seq.in", f"{SNIPS}/train/label", "--valid", f"{SNIPS}/valid/seq.in", f"{SNIPS}/valid/label"],
        [f"{SNIPS}/test/seq.in", f"{SNIPS}/test/label"],
        [],
        "accuracy",
        "97.5 asked; Slot-Gated 97.0, Stack-Propagation 98.0",
    ),
    "slots": Row(
        "label",
        [
            f"{SNIPS}/train/seq.in",
            f"{SNIPS}/train/seq.out",
            "--valid",
            f"{SNIPS}/valid/seq.in",
            f"{SNIPS}/valid/seq.out",
        ],
        [f"{SNIPS}/test/seq.in", f"{SNIPS}/test/seq.out"],
        ["--format", "lines"],
        "span F1",
        "92 asked; Slot-Gated 88.8, Stack-Propagation 94.2",
    ),
    "ewt": Row(
        "label",
        [f"{EWT}-train.conllu.gz", "--valid", f"{EWT}-dev.conllu.gz"],
        [f"{EWT}-test.conllu.gz"],
        [],
        "accuracy",
        "94.4 asked; UDPipe 1.2 94.4 (without outside vectors)",
    ),
    "clinc": Row(
        "classify",
        [CLINC, "--part", "train"],
        [CLINC, "--part", "test"],
        [],
        "accuracy",
        "91 in scope asked; CNN 91.2, MLP 93.5 (Larson et al. 2019, table 2)",
    ),
    "digits": Row(
        "classify",
        ["{made}/train"],
        ["{made}/test"],
        ["--name-pattern", "{label}_{group}_{}.wav"],
        "accuracy",
        "98.4 asked; BiLSTM 98.41 (four speakers)",
        digits,
    ),
    "fashion": Row(
        "classify",
        [f"{FASHION}/train-images-idx3-ubyte.gz", f"{FASHION}/train-labels-idx1-ubyte.gz"],
        [f"{FASHION}/t10k-images-idx3-ubyte.gz", f"{FASHION}/t10k-labels-idx1-ubyte.gz"],
        [],
        "accuracy",
        "92 asked; ViT of 210k parameters 92.3",
    ),
    "vowels": Row(
        "classify",
        [f"{VOWELS}_TRAIN.ts.gz"],
        [f"{VOWELS}_TEST.ts.gz"],
        [],
        "accuracy",
        "98 asked; kernels 98.1 to 98.6 (KSig)",
    ),
    "motions": Row(
        "classify",
        [f"{MOTIONS}_TRAIN.ts.gz"],
        [f"{MOTIONS}_TEST.ts.gz"],
        [],
        "accuracy",
        "97.5 asked; 100 by most",
    ),
    "cora": Row(
        "label",
        CORA,
        CORA,
        ["--input", "graph"],
        "accuracy",
        "82.0 asked; graph attention 83.0 (Velickovic et al. 2018, table 2)",
    ),
    "mutag": Row(
        "classify",
        [f"{MUTAG}/MUTAG.txt"],
        [f"{MUTAG}/MUTAG.txt"],
        ["--input", "graph", "--folds", f"{MUTAG}/10fold_idx", "--fold", "{fold}"],
        "accuracy",
        "85 asked; DGCNN 85.8, GIN 89.4",
        folds=10,
    ),
    "proteins": Row(
        "classify",
        [f"{PROTEINS}/PROTEINS.txt.gz"],
        [f"{PROTEINS}/PROTEINS.txt.gz"],
        ["--input", "graph", "--folds", f"{PROTEINS}/10fold_idx", "--fold", "{fold}"],
        "accuracy",
        "73 asked; GIN 73.3, DGCNN 72.9, without edges 75.8 (Errica et al. 2020)",
        folds=10,
    ),
    "shakespeare": Row(
        "generate",
        ["{made}/train.txt"],
        ["{made}/test.txt"],
        [],
        "nats per character",
        "1.60 asked; 4-gram table 1.777; nanoGPT 1.47 (A100), 1.88 (its setting for CPUs)",
        shakespeare,
    ),
    **{f"pixels-{name}": pixels(attention) for name, attention in (("softmax", "dot"), ("linear", "linear"))},
    "strings": Row(
        "translate",
        ["{made}/train.csv", "--valid", "{made}/valid.csv"],
        ["{made}/test.csv"],
        ["--input", "sound", "--x", "file", "--y", "text"],
        "WER",
        "digit error of 3 asked",
        digit_strings,
    ),
}
