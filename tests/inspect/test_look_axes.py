"""What it takes to draw an item: each kind of input shows its own, where its vectors stand."""

import numpy as np
import pytest
from look_models import GRAPH, ITEMS, answerer, given_of

from regard.data.items import Graph, Sound
from regard.inputs.graph.layout import drawn_at
from regard.inspect.subjects.axes import axis_of, brief_item


def test_an_image_shows_its_pixels_and_where_patches_lie() -> None:
    axis = axis_of(given_of("image"), ITEMS["image"], 1)
    np.testing.assert_array_equal(axis.thing["pixels"][..., 0], ITEMS["image"])
    patches = axis.thing["patches"]
    assert axis.labels[3] == "row 2, column 1" and patches[3].tolist() == [2, 0, 4, 2]
    assert patches.min() == 0 and patches[:, 2].max() == 8 and patches[:, 3].max() == 6


def test_a_sound_is_thinned_and_its_spans_are_seconds() -> None:
    given = given_of("sound")
    thing = axis_of(given, ITEMS["sound"], 1).thing
    assert thing["rate"].tolist() == [8000] and len(thing["wave"]) == 1000 and np.abs(thing["wave"]).max() <= 1
    assert thing["spectrogram"].shape == (len(thing["spans"]), given.frames.mels)
    assert thing["spans"][1].tolist() == pytest.approx([0.01, 0.035]) and thing["spans"].max() == 0.125
    halved = axis_of(given, ITEMS["sound"], 2)
    assert len(halved.labels) == len(halved.thing["spans"]) == 6
    assert halved.thing["spans"][1].tolist() == [thing["spans"][2, 0], thing["spans"][3, 1]]
    low = Sound(ITEMS["sound"].samples, 4000)
    assert axis_of(given, low, 1).thing["rate"].tolist() == [4000]


def test_series_keep_their_gaps_and_vectors_their_numbers() -> None:
    thing = axis_of(given_of("series"), ITEMS["series"], 1).thing
    np.testing.assert_allclose(thing["values"], ITEMS["series"], rtol=1e-6)
    assert np.isnan(ITEMS["series"]).any() and thing["spans"][2].tolist() == [2, 3]
    np.testing.assert_allclose(axis_of(given_of("vectors"), ITEMS["vectors"], 1).thing["values"], ITEMS["vectors"])


def test_nodes_that_are_linked_stand_near_each_other_always_the_same() -> None:
    thing = axis_of(given_of("graph"), GRAPH, 1).thing
    places = thing["places"]
    assert places.min() >= 0 and places.max() <= 1
    assert {*zip(*thing["edges"].tolist(), strict=True)} == {(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)}
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    assert apart[0, 1] < apart[0, 2] and apart[0, 4] < apart[0, 3]
    np.testing.assert_array_equal(places, drawn_at(thing["edges"], 5))
    none = np.empty((2, 0), np.int64)
    assert drawn_at(none, 1).tolist() == [[0.5, 0.5]] and drawn_at(none, 0).shape == (0, 2)
    assert len(np.unique(drawn_at(none, 600), axis=0)) == 600


def test_an_item_in_a_line() -> None:
    assert brief_item(GRAPH, "graph") == "graph of 5" and brief_item(ITEMS["image"], "image") == "image (8, 6)"
    assert brief_item(ITEMS["sound"], "sound") == "sound (2000,)"


def test_a_node_that_is_removed_takes_its_edges_along() -> None:
    from regard.inspect.opening import look_at

    model = answerer("graph")
    found = look_at(model, GRAPH).record.evidence[0]
    assert found.notes["occlusion"].endswith("the node is left out with its edges")
    alone = Graph(np.eye(5, dtype=np.float32)[:1], np.empty(0, np.int64), np.empty(0, np.int64))
    single = look_at(model, alone).record.evidence[0]
    assert np.isfinite(single.columns["occlusion"]).all() and np.isnan(single.agreement["weight"])
