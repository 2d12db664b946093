"""Graphs at the command line: labels of one are passed on along its edges, folds of many train and test."""

from pathlib import Path

from command_line import Run

SHORT = ("--epochs", 2, "--device", "cpu", "--width", 8)


def one_graph(folder: Path) -> list[Path]:
    """A ring of thirty nodes, of two halves, each with the word of its half."""
    parts = ("train", "valid", "test")
    nodes = [f"n{i}\t{'ab'[i // 15]}\t{parts[i % 3]}\t{i // 15},{2 + i}" for i in range(30)]
    (folder / "nodes.tsv").write_text("\n".join(["id\tlabel\tsplit\twords", *nodes]) + "\n", encoding="utf-8")
    edges = [f"n{i}\tn{(i + 1) % 30}" for i in range(30)]
    (folder / "edges.tsv").write_text("\n".join(["source\ttarget", *edges]) + "\n", encoding="utf-8")
    return [folder / "nodes.tsv", folder / "edges.tsv"]


def test_labels_of_one_graph_are_passed_on(run: Run, tmp_path: Path) -> None:
    data, model = one_graph(tmp_path), tmp_path / "model"
    trained = run("train", "label", *data, "--input", "graph", "--model", model, *SHORT)
    assert trained.code == 0, trained.err
    assert "0 layers, dropout 0.6, along the edges, labels passed on 10 times along the edges;" in trained.err
    first = run("predict", model, *data).out
    assert len(first.split()) == 30 and set(first.split()) <= {"a", "b"}
    assert run("evaluate", model, *data).out.splitlines()[1].startswith("accuracy")
    asked = run("train", "label", *data, "--input", "graph", "--model", tmp_path / "other", *SHORT, "--heads", 2)
    assert asked.code == 0 and "1 layer," in asked.err and "2 heads" in asked.err, asked.err


def test_a_fold_is_tested_on_and_never_trained_on(run: Run, tmp_path: Path) -> None:
    graphs = [f"3 {i % 2}\n{i % 2} 1 1\n0 2 0 2\n0 1 1" for i in range(14)]
    (tmp_path / "set.txt").write_text("\n".join(["14", *graphs]) + "\n", encoding="utf-8")
    (tmp_path / "test_idx-1.txt").write_text("0\n3\n", encoding="utf-8")
    fold = ("--input", "graph", "--folds", tmp_path, "--fold", 1)
    model = tmp_path / "model"
    trained = run("train", "classify", tmp_path / "set.txt", "--model", model, *fold, *SHORT)
    assert trained.code == 0 and "Test, 2 items:" in trained.err and "10 items" in trained.err, trained.err
    assert run("evaluate", model, tmp_path / "set.txt", *fold).out.startswith("2 items of ")
    assert len(run("predict", model, tmp_path / "set.txt", *fold).out.splitlines()) == 2
