"""A memory gives back what was written, nearest first, whichever engine keeps it."""

from pathlib import Path

import pytest
import torch
from memories import WIDTH, Opened, origins, vectors

from regard.errors import FolderError, OptionError, ShapeError
from regard.memory import Memory, Origin
from regard.memory.entries import as_ids, content_id


def test_the_nearest_are_those_of_all_differences(opened: Opened) -> None:
    keys, queries = vectors(300), vectors(20, seed=1)
    memory = opened()
    assert memory.write(keys, list(range(300)), origins(300)) == 300
    read = memory.read(queries, k=7, temperature=3.0)
    distances = (queries.double()[:, None] - keys.double()).square().sum(-1)
    wanted, order = distances.topk(7, largest=False)
    assert read.values == order.tolist()
    torch.testing.assert_close(read.distances, wanted.float(), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(read.weights, (-wanted.float() / 3).softmax(-1), rtol=1e-4, atol=1e-5)
    assert read.origins[0][0] == origins(300)[int(order[0, 0])]


def test_an_empty_memory_gives_nothing(opened: Opened) -> None:
    memory = opened()
    read = memory.read(vectors(3), k=4)
    assert (memory.count(), tuple(read.weights.shape), read.values, read.origins) == (0, (3, 0), [[]] * 3, [[]] * 3)
    assert memory.write(vectors(0), [], []) == 0
    assert memory.forget("lesson") == 0 and memory.damaged() == []
    memory.compact()
    assert memory.count() == 0


def test_more_than_there_are_gives_all_that_there_are(opened: Opened) -> None:
    memory = opened()
    memory.write(vectors(3), ["a", "b", "c"], origins(3))
    read = memory.read(vectors(2, seed=1), k=50)
    assert tuple(read.weights.shape) == (2, 3)
    assert [sorted(map(str, row)) for row in read.values] == [["a", "b", "c"]] * 2
    torch.testing.assert_close(read.weights.sum(1), torch.ones(2))


def test_one_key_may_have_many_values(opened: Opened) -> None:
    memory = opened()
    memory.write(torch.ones(20, WIDTH), list(range(20)), origins(20))
    memory.write(torch.zeros(1, WIDTH), ["far"], [Origin("other")])
    read = memory.read(torch.ones(1, WIDTH), k=21, temperature=1.0)
    assert sorted(read.values[0][:20], key=str) == sorted(range(20), key=str) and read.values[0][20] == "far"
    assert read.distances[0].tolist() == pytest.approx([0.0] * 20 + [float(WIDTH)])


def test_what_is_written_twice_is_there_once(opened: Opened) -> None:
    memory = opened()
    keys, values = vectors(5), ["a", "b", "c", "d", "e"]
    assert memory.write(keys, values, origins(5)) == 5
    assert memory.write(keys, values, origins(5)) == 0
    assert memory.write(keys.repeat(2, 1), [*values, "f", *values[1:]], origins(5) * 2) == 1
    assert memory.count() == 6
    ids = as_ids([content_id("x"), content_id("x"), content_id("y")])
    assert memory.write(vectors(3, seed=1), [1, 2, 3], origins(3), ids) == 2
    assert memory.has(as_ids([content_id("x"), content_id("z"), content_id("y")])).tolist() == [True, False, True]
    assert memory.has(ids[:0]).tolist() == []


def test_values_come_back_as_they_were(opened: Opened) -> None:
    memory = opened()
    values = [3, "3", True, 0.5, "ein Wort\n\t\"'", "", "文字"]
    memory.write(torch.arange(7.0)[:, None].expand(7, WIDTH), values, [Origin("a", text) for text in map(str, values)])
    read = memory.read(torch.arange(7.0)[:, None].expand(7, WIDTH), k=1)
    assert [(row[0], type(row[0])) for row in read.values] == [(each, type(each)) for each in values]
    assert [row[0].text for row in read.origins] == [str(each) for each in values]


def test_forgetting_a_name_forgets_its_lines_and_no_others(opened: Opened) -> None:
    memory = opened()
    names = ["a.tsv:1", "a.tsv:2", "a.tsv:12", "a.tsv", "b.tsv:1", "a.tsv2:1", "a_tsv:1"]
    memory.write(vectors(7), names, [Origin(name) for name in names])
    assert memory.forget("a.tsv:1") == 1
    assert memory.forget("a.tsv") == 3
    assert memory.forget("a.tsv") == 0
    left = memory.read(vectors(1), k=9).values[0]
    assert sorted(map(str, left)) == ["a.tsv2:1", "a_tsv:1", "b.tsv:1"] and memory.count() == 3
    assert memory.write(vectors(7), names, [Origin(name) for name in names]) == 4


def test_a_name_may_hold_any_character(opened: Opened) -> None:
    memory = opened()
    names = ['it\'s "here"', "a\\b", "文件.tsv", "line\nbreak", "a%"]
    memory.write(vectors(5), names, [Origin(f"{name}:1") for name in names])
    for count, name in enumerate(names, 1):
        assert memory.forget(name) == 1 and memory.count() == 5 - count


def test_a_memory_is_there_when_it_is_opened_again(opened: Opened) -> None:
    memory = opened()
    memory.write(vectors(9), list(range(9)), origins(9))
    memory.settle({"share": 0.25})
    memory.compact()
    memory.close()
    again = opened(writing=False, model=None, width=None)
    assert (again.count(), again.width, again.model, again.settings) == (9, WIDTH, "a", {"share": 0.25})
    assert again.read(vectors(9)[4:5], k=1).values == [[4]]
    for change in (lambda: again.write(vectors(1), [1], origins(1)), lambda: again.forget("lesson"), again.compact):
        with pytest.raises(OptionError) as caught:
            change()
        assert str(caught.value).splitlines() == [
            f"{again.where}: the memory must be open for writing",
            "  got  one that is open for reading",
            "  try  Memory.open(…, writing=True)",
        ]


def test_a_memory_of_another_model_or_width_is_refused(opened: Opened) -> None:
    memory = opened()
    memory.close()
    with pytest.raises(FolderError) as caught:
        opened(model="b")
    assert str(caught.value).splitlines() == [
        f"{memory.where}: the memory must be this model's own; another's states mean something else",
        "  got  one of the model a, not b",
        "  try  the model that it was written with, or a new memory for this one",
    ]
    with pytest.raises(FolderError) as caught:
        opened(width=7)
    assert str(caught.value).splitlines()[1] == f"  got  {WIDTH} and 7 numbers"
    opened().write(vectors(1), [1], origins(1))


def test_vectors_of_another_width_and_what_is_no_number_are_refused(opened: Opened) -> None:
    memory = opened()
    for call in (lambda x: memory.read(x), lambda x: memory.write(x, [1, 2], origins(2))):
        with pytest.raises(ShapeError, match=f"must have two axes, the last {WIDTH}\n  got  .* \\(2, 7\\)"):
            call(torch.zeros(2, 7))
        with pytest.raises(OptionError, match="must be finite\n  got  NaN or infinity"):
            call(torch.full((2, WIDTH), torch.nan))
    with pytest.raises(ShapeError, match="got  2 keys, 1 values, 2 origins"):
        memory.write(vectors(2), [1], origins(2))
    with pytest.raises(OptionError, match=r"got  k 0, temperature 1\.0"):
        memory.read(vectors(1), k=0)
    with pytest.raises(OptionError, match=r"got  k 8, temperature 0\.0"):
        memory.read(vectors(1), temperature=0.0)
    assert memory.count() == 0


def test_a_memory_that_is_not_there_is_not_made_by_reading(opened: Opened, where: Path) -> None:
    with pytest.raises(FolderError) as caught:
        opened(writing=False)
    assert "memory" in str(caught.value) and len(str(caught.value).splitlines()) == 3
    assert not where.exists()


def test_milvus_that_cannot_be_reached_is_told_in_three_lines() -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(ValueError) as caught:
        Memory.open("http://127.0.0.1:9", model="a", width=2, writing=True)
    rule, got, hint = str(caught.value).splitlines()
    assert rule == "http://127.0.0.1:9: Milvus must answer" and "127.0.0.1:9" in got and "address" in hint
