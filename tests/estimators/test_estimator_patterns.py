"""A pattern goes from an estimator into its folder and back, and what it cannot be is refused before training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import regard
from regard.data.items import Graph
from regard.errors import OptionError

SERIES = [np.sin(np.arange(8 + i % 5)[:, None] * (0.3 + i % 2)) for i in range(24)]
CLASSES = ["slow", "fast"] * 12
TINY: dict[str, Any] = {"width": 16, "heads": 2, "steps": 6, "random_state": 1}


@pytest.mark.parametrize(
    "choices",
    [
        {"pattern": "local:2 global"},
        {"pattern": "strided:2 top-k:3"},
        {"pattern": "linformer:4 longformer:2:1"},
        {"network": "conformer", "pattern": "local:3"},
        {"network": "recurrent", "attention": "dot", "pattern": "local:2"},
    ],
    ids=str,
)
def test_a_classifier_keeps_its_pattern(choices: dict[str, Any], tmp_path: Path) -> None:
    model = regard.AttentionClassifier(**TINY, layers=2, **choices).fit(SERIES, CLASSES)
    model.save(tmp_path / "m")
    again = regard.AttentionClassifier.load(tmp_path / "m")
    assert again.get_params()["pattern"] == again.model_.network.options.pattern == choices["pattern"]
    np.testing.assert_allclose(again.predict_proba(SERIES), model.predict_proba(SERIES), atol=1e-6)
    if "linformer" in choices["pattern"]:
        with pytest.raises(OptionError, match="what is read here are mixtures of all of them"):
            model.look(SERIES[0])
    else:
        seen = model.look(SERIES[0], evidence=False)
        assert any("Window" in each.mask or "TopK" in each.normalizer for each in seen.record.calls)


def test_a_generator_writes_on_with_windows(tmp_path: Path) -> None:
    text = "one two three four five\n" * 40
    model = regard.AttentionGenerator(**TINY, layers=2, window=32, pattern="local:4").fit(text)
    model.save(tmp_path / "m")
    again = regard.AttentionGenerator.load(tmp_path / "m")
    assert again.predict(["one two"]) == model.predict(["one two"])
    assert again.model_.network.options.pattern == "local:4"


def test_a_translator_reads_its_target_in_windows() -> None:
    model = regard.AttentionTranslator(**TINY, tokens="word", layers=2, pattern="local:1 global", validation=0)
    found = model.fit(["eins zwei", "zwei drei", "drei eins"] * 8, ["one two", "two three", "three one"] * 8)
    assert len(found.predict(["zwei drei"])) == 1
    for pattern, rule in (("linformer", "knows those to come"), ("local:x", "local is written")):
        with pytest.raises(OptionError, match=rule):
            regard.AttentionTranslator(**TINY, layers=2, pattern=pattern).fit(["a b"] * 3, ["c d"] * 3)


def test_nodes_of_a_graph_have_no_pattern() -> None:
    ring = Graph(np.eye(3), np.array([0, 1, 2]), np.array([1, 2, 0]))
    for reach in ("edges", "all"):
        with pytest.raises(OptionError, match="the nodes of a graph stand in no order"):
            made = regard.AttentionClassifier(**TINY, layers=1, input="graph", reach=reach, pattern="local")
            made.fit([ring] * 4, ["a", "b"] * 2)
