"""A look of a model, as a page and in a notebook."""

from pathlib import Path

import pytest
from look_models import ITEMS, answerer, generator, translator

from regard.inspect.looks import Look, save_several
from regard.inspect.opening import look_at
from regard.inspect.record import CAVEAT

pytest.importorskip("regard.inspect.page")


def looks() -> list[Look]:
    """One of each kind of record: several axes, things, steps."""
    return [
        look_at(answerer("image"), ITEMS["image"]),
        look_at(answerer("sound"), ITEMS["sound"]),
        look_at(translator(), "a red house"),
        look_at(generator(), "the old", " dog", evidence=False),
    ]


def test_every_record_becomes_a_page(tmp_path: Path) -> None:
    for number, look in enumerate(looks()):
        text = look.save(tmp_path / f"{number}.html").read_text(encoding="utf-8")
        assert CAVEAT.split(".")[0] in text and look.record.provenance["model"] in text
        assert "srcdoc" in look._repr_html_()


def test_several_looks_become_one_page(tmp_path: Path) -> None:
    records = [look_at(answerer("vectors"), ITEMS["vectors"], seed=seed).record for seed in (1, 2)]
    for kind in ("compare", "film"):
        path = save_several(records, tmp_path / f"{kind}.html", kind, "zh")
        assert 'lang="zh' in path.read_text(encoding="utf-8")
