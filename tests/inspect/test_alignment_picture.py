"""The heat map as PNG and SVG: the files are opened and their text, sizes and colours looked at."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager, rc_context, rcParams
from PIL import Image

from regard.errors import DataError, MissingError, OptionError
from regard.inspect.alignment import Alignment, save
from regard.inspect.fonts import cover, to_install

SMALL = Alignment(["das", "Haus"], ["the", "house"], [[0.9, 0.1], [0.25, 0.75]])
CHINESE = Alignment(["2026", "年"], ["year", "of"], [[0.2, 0.8], [0.5, 0.5]])
DARKEST = (5, 25, 66)


@pytest.fixture
def only_base_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing is installed beside the font that matplotlib brings along."""
    base = [entry for entry in font_manager.fontManager.ttflist if entry.name == "DejaVu Sans"]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", base)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)


def texts(path: Path) -> list[str]:
    """Every text of an SVG, parsed as XML."""
    root = ElementTree.parse(path).getroot()
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def pixels(path: Path) -> np.ndarray:
    """The PNG as rows of red, green and blue."""
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB")).astype(int)


def dark(path: Path) -> tuple[float, float]:
    """The middle of the darkest cell in a PNG, from left and top, without the colour bar at the right."""
    picture = pixels(path)[:, : -round(0.75 * 150)]
    rows, columns = np.nonzero((abs(picture - DARKEST) < 3).all(-1))
    assert len(rows) > 400
    return float(columns.mean()), float(rows.mean())


def one_hot(row: int, column: int) -> Alignment:
    weights = np.zeros((3, 4))
    weights[row, column] = 1
    return Alignment(list("abcd"), list("xyz"), weights)


def test_target_words_run_down_and_source_words_across(tmp_path: Path) -> None:
    corner = dark(save(one_hot(0, 0), tmp_path / "a.png"))
    right = dark(save(one_hot(0, 3), tmp_path / "b.png"))
    below = dark(save(one_hot(2, 0), tmp_path / "c.png"))
    assert right == pytest.approx((corner[0] + 3 * 0.22 * 150, corner[1]), abs=1.5)
    assert below == pytest.approx((corner[0], corner[1] + 2 * 0.22 * 150), abs=1.5)


def test_an_svg_keeps_text_as_text(tmp_path: Path) -> None:
    path = save(SMALL, tmp_path / "a.svg", numbers=True, title="das Haus, layer 2")
    assert {"das", "Haus", "the", "house", "sum", "1.00", "das Haus, layer 2", "0.0", "0.5", "1.0"} <= {*texts(path)}


def test_the_same_alignment_gives_the_same_svg(tmp_path: Path) -> None:
    assert save(SMALL, tmp_path / "a.svg").read_bytes() == save(SMALL, tmp_path / "b.svg").read_bytes()


def test_hostile_tokens_are_harmless_in_an_svg(tmp_path: Path) -> None:
    tokens = [
        "</text><script>alert(1)</script>",
        "&lt;",
        "\x00\x1b[31m",
        "\ud800\ufffe",
        "$\\frac{1}{$",
        "]]>",
        "a\nb",
        "-->",
    ]
    weights = np.full((8, 8), 1 / 8)
    path = save(Alignment(tokens, tokens, weights), tmp_path / "a.svg", title="</title><script>$x_")
    found = texts(path)
    assert {"&lt;", r"\x00\x1b[31m", r"\ud800\ufffe", "$\\frac{1}{$", "]]>", r"a\nb", "-->"} <= {*found}
    assert "</text><script>alert(1)</scri…" in found
    assert "</title><script>$x_" in " ".join(found)
    assert "<script" not in path.read_text(encoding="utf-8")


def test_hostile_tokens_are_harmless_in_a_png(tmp_path: Path) -> None:
    tokens = ["$\\frac{1}{$", "\x1b[31m", "שלום", "مرحبا", "\u202eexe", "a" * 2000, "", "a" + "\u0301" * 50]
    with rc_context({"text.usetex": True, "axes.labelsize": 50}):
        path = save(Alignment(tokens, tokens, np.eye(8)), tmp_path / "a.png", title="$x_{")
    assert max(pixels(path).shape) < 1500


@pytest.mark.slow
def test_a_picture_grows_with_the_tokens_up_to_a_limit(tmp_path: Path) -> None:
    def side(tokens: int) -> float:
        names = [str(place % 10) for place in range(tokens)]
        path = save(Alignment(names, names[:2], np.zeros((2, tokens))), tmp_path / "a.png")
        return pixels(path).shape[1] / 150

    assert side(50) - side(10) == pytest.approx(40 * 0.22, abs=0.02)
    assert side(300) - side(200) == pytest.approx(0, abs=0.1)
    assert 24 < side(300) < 26


def test_labels_lie_inside_the_picture_and_beside_one_another(tmp_path: Path) -> None:
    source = ["ein", "Rindfleischetikettierungsgesetz", "."] + ["Wort"] * 9
    path = save(Alignment(source, ["gatekeeping"] * 3, np.eye(3, 12)), tmp_path / "a.png", title="long " * 40)
    picture = pixels(path)
    assert picture[:, :10].min() == picture[:, -10:].min() == 255
    assert picture[:10].min() == picture[-10:].min() == 255


def test_numbers_beyond_the_scale_and_nan_are_drawn(tmp_path: Path) -> None:
    weights = np.array([[np.nan, 3.0], [-1.0, np.inf]])
    path = save(Alignment(["a", "b"], ["x", "y"], weights), tmp_path / "a.png", numbers=True)
    picture = pixels(path)
    assert (picture == (150, 150, 150)).all(-1).sum() > 400
    assert (picture == DARKEST).all(-1).sum() > 400


@pytest.mark.usefixtures("only_base_font")
def test_without_a_font_a_png_names_what_to_install_and_the_svg_is_written(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        save(CHINESE, tmp_path / "look.png", title="年")
    assert str(caught.value).splitlines() == [
        "save: a PNG needs a font with every character, and none of the installed has 年 (U+5E74)",
        f"  got  {tmp_path}/look.png; instead {tmp_path}/look.svg was written, which keeps text as text",
        "  try  open the SVG, or install a font and save again: apt install fonts-noto-cjk (Debian, Ubuntu), "
        "brew install --cask font-noto-sans-cjk (macOS), the optional feature Chinese Supplemental Fonts or "
        "Microsoft YaHei (Windows)",
    ]
    assert not (tmp_path / "look.png").exists()
    assert {"2026", "年"} <= {*texts(tmp_path / "look.svg")}


@pytest.mark.usefixtures("only_base_font")
def test_a_font_installed_since_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cover("year 年") == (["DejaVu Sans"], "年")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(small_font(tmp_path, "年"))])
    assert cover("year 年") == (["DejaVu Sans", "Small Han"], "")
    assert cover("年") == (["DejaVu Sans", "Small Han"], "")
    assert pixels(save(Alignment(["年"], ["年"], [[1.0]]), tmp_path / "year.png", numbers=True)).min() < 50
    assert pixels(save(CHINESE, tmp_path / "look.png")).min() < 50


@pytest.mark.usefixtures("only_base_font")
def test_a_damaged_font_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "damaged.ttf"
    damaged.write_bytes(b"\x00\x01\x00\x00 no font at all")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(damaged)])
    assert cover("年").lacking == "年"


def test_each_script_names_its_fonts() -> None:
    assert "fonts-noto-cjk" in to_install("年") and to_install("年月한カ") == to_install("年")
    assert "fonts-noto-core" in to_install("न") and "fonts-symbola" in to_install("\U0001f9ff")
    assert to_install("年न").count("apt install") == 2


def small_font(folder: Path, characters: str) -> Path:
    """A font in which every one of the characters is a box."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    font.setupCharacterMap({ord(character): "box" for character in characters})
    font.setupGlyf({".notdef": pen.glyph(), "box": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (1000, 0), "box": (1000, 100)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Small Han", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.save(folder / "small.ttf")
    return folder / "small.ttf"


def test_pictures_that_cannot_be_made_are_errors(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"is a .png or an .svg\n  got  look.jpg\n  try  look.png, or look.svg"):
        save(SMALL, "look.jpg")
    with pytest.raises(OptionError, match=r"folder of the picture must exist\n  got  .*absent/a.png\n  try  mkdir -p"):
        save(SMALL, tmp_path / "absent" / "a.png")
    many = Alignment(["a"] * 301, ["b"], np.zeros((1, 301)))
    with pytest.raises(OptionError, match=r"at most 300 tokens.*\n  got  301 source tokens, 1 target.*\n  try  draw"):
        save(many, tmp_path / "a.png")
    with pytest.raises(DataError, match=r"got  weights \(2, 2\), target 1, source 2"):
        save(Alignment(["a", "b"], ["x"], np.eye(2)), tmp_path / "a.png")


def test_without_matplotlib_the_error_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingError, match=r"needs the library matplotlib.*\n.*\n.*pip install '\.\[plot\]'"):
        save(SMALL, tmp_path / "a.png")


def test_saving_leaves_matplotlibs_settings_alone(tmp_path: Path) -> None:
    with rc_context({"svg.fonttype": "path", "font.family": ["serif"]}):
        save(SMALL, tmp_path / "a.svg")
        assert rcParams["svg.fonttype"] == "path" and rcParams["font.family"] == ["serif"]
    assert "das" in texts(tmp_path / "a.svg")
