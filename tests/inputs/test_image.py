"""Images as an input: patches that hold every pixel, the same for the same image in any form."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from error_form import three_lines
from PIL import Image, PngImagePlugin

from regard.errors import DataError, OptionError
from regard.inputs.image import ImageInput, ImageOptions, read_pixels
from regard.inputs.image.patches import unpatched

RANDOM = np.random.default_rng(7)


def picture(*shape: int) -> Any:
    return RANDOM.integers(0, 256, shape).astype(np.uint8)


GREY = [picture(28, 28) for _ in range(4)]
LEARNED = ImageInput.learn(GREY, ImageOptions(patch=4))


def values(item: Any, given: ImageInput = LEARNED) -> Any:
    return given.encode(item, "here").values


def together(given: ImageInput, item: Any) -> Any:
    """The image that the patches of an item make, each put into its cell, on the scale of its pixels."""
    encoded = given.encode(item, "here")
    assert encoded.cells is not None
    side, channels = given.patch, given.channels
    whole = np.full((*(encoded.cells[-1] + 1) * side, channels), np.nan)
    for (row, column), patch in zip(encoded.cells, encoded.values, strict=True):
        whole[row * side :, column * side :][:side, :side] = patch.reshape(side, side, channels)
    return whole / given.scaling.factor + given.scaling.mean


@pytest.mark.parametrize("shape", [(28, 28), (7, 30), (1, 1), (40, 13, 3), (90, 3, 3)])
@pytest.mark.parametrize("patch", [None, 1, 5])
def test_patches_put_back_together_give_the_image_and_the_mean_beyond_it(
    shape: tuple[int, ...], patch: int | None
) -> None:
    image = picture(*shape)
    given = ImageInput.learn([image, picture(*shape)], ImageOptions(patch=patch))
    whole = together(given, image)
    rows, columns = shape[:2]
    np.testing.assert_allclose(whole[:rows, :columns], image.reshape(rows, columns, -1) / 255, atol=1e-5)
    beyond = np.ones(whole.shape[:2], bool)
    beyond[:rows, :columns] = False
    np.testing.assert_allclose(whole[beyond], np.broadcast_to(given.scaling.mean, whole[beyond].shape), atol=1e-6)


def test_defaults_follow_the_data() -> None:
    assert (LEARNED.patch, LEARNED.channels, LEARNED.features) == (4, 1, 16)
    assert ImageInput.learn([picture(60, 20, 3), picture(9, 9)]).features == 8 * 8 * 3
    sides = (12, 13, 24, 28, 40, 41, 100, 101)
    assert [ImageInput.learn([picture(side, 9)]).patch for side in sides] == [2, 4, 4, 8, 8, 8, 8, 16]
    linear = [ImageInput.learn([picture(side, 9)], ImageOptions(stem="linear")).patch for side in sides]
    assert linear == [4, 4, 4, 4, 4, 8, 8, 16]
    stems = [ImageInput.learn(GREY, ImageOptions(patch=patch)).options.stem for patch in (1, 2, 7, 12)]
    assert stems == ["linear", "convolutional", "linear", "convolutional"]
    everything = np.concatenate([values(item) for item in GREY])
    assert everything.shape == (4 * 49, 16) and everything.dtype == np.float32
    assert abs(everything.mean()) < 1e-5 and abs(everything.std() - 1) < 1e-5
    assert LEARNED.names(GREY[0])[8] == "row 2, column 2" and len(LEARNED.names(GREY[0])) == 49


def test_an_encoding_does_not_depend_on_other_images_nor_on_the_array_it_stands_in() -> None:
    many = np.stack(GREY)
    for image, alone in zip(many, GREY, strict=True):
        np.testing.assert_array_equal(values(image), values(alone.copy()))
    np.testing.assert_array_equal(values(GREY[0].astype(np.uint16) * 257), values(GREY[0]))
    np.testing.assert_allclose(values(GREY[0] / 255), values(GREY[0]), atol=1e-5)


def test_grey_and_colour_meet() -> None:
    colour = ImageInput.learn([picture(8, 8, 3)])
    grey = picture(8, 8)
    np.testing.assert_array_equal(values(grey, colour), values(np.stack([grey] * 3, 2), colour))
    np.testing.assert_allclose(values(np.stack([grey] * 3, 2)), values(grey), atol=1e-5)


@pytest.mark.parametrize("suffix", ["png", "PNG"])
def test_files_hold_the_same_pixels(tmp_path: Path, suffix: str) -> None:
    grey, colour = picture(9, 8), picture(9, 8, 3)
    deep = RANDOM.integers(0, 65536, (9, 8)).astype(np.uint16)
    for image in (grey, colour, deep, grey > 99):
        Image.fromarray(image).save(tmp_path / f"a.{suffix}")
        read = read_pixels(tmp_path / f"a.{suffix}", "here").values
        np.testing.assert_array_equal(read, read_pixels(image, "here").values)
    np.testing.assert_array_equal(read_pixels(Image.fromarray(colour), "here").values, colour / np.float32(255))


def test_palettes_become_colours_and_transparency_white(tmp_path: Path) -> None:
    picked = Image.fromarray(picture(4, 4, 3)).quantize(16)
    picked.save(tmp_path / "a.png")
    expected = np.asarray(picked.convert("RGB")) / np.float32(255)
    np.testing.assert_array_equal(read_pixels(tmp_path / "a.png", "here").values, expected)
    for mode, channels in (("LA", 1), ("RGBA", 3)):
        Image.new(mode, (3, 2)).save(tmp_path / "a.png")
        np.testing.assert_array_equal(read_pixels(tmp_path / "a.png", "here").values, np.ones((2, 3, channels)))


def test_a_photograph_is_turned_as_it_says(tmp_path: Path) -> None:
    image = Image.fromarray(np.repeat(np.repeat(picture(2, 4), 8, 0), 8, 1))
    turned = Image.Exif()
    turned[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=turned, quality=100)
    read = read_pixels(tmp_path / "a.jpg", "here").values
    assert read.shape == (32, 16, 1)
    np.testing.assert_allclose(read[:, :, 0], np.rot90(np.asarray(image), -1) / 255, atol=0.03)


@pytest.mark.parametrize("options", [ImageOptions(flip=True, erase=1.0), ImageOptions(shift=40), ImageOptions(patch=7)])
def test_augmentation_follows_its_generator_and_keeps_shapes(options: ImageOptions) -> None:
    for shape in ((28, 28), (3, 30), (10, 9, 3)):
        given = ImageInput.learn([picture(*shape)], options)
        encoded = given.encode(picture(*shape), "here")
        before = encoded.values.copy()
        one, two = (given.augmented(encoded, np.random.default_rng(1)) for _ in range(2))
        np.testing.assert_array_equal(one.values, two.values)
        np.testing.assert_array_equal(encoded.values, before)
        np.testing.assert_array_equal(one.cells, encoded.cells)
        assert one.values.shape == before.shape and one.values.dtype == np.float32
        assert one.cells is not None
        whole = unpatched(one.values, *(one.cells[-1] + 1).tolist(), given.patch)
        assert not whole[shape[0] :].any() and not whole[:, shape[1] :].any(), "beyond the image is the mean, as ever"
        changed = [given.augmented(encoded, np.random.default_rng(seed)).values for seed in range(20)]
        assert any(not np.array_equal(each, before) for each in changed)


def test_augmentation_moves_pixels_and_invents_none() -> None:
    given = ImageInput.learn(GREY, ImageOptions(patch=4, erase=0.0, shift=1))
    image = np.zeros((12, 12), np.uint8)
    image[5, 6] = 255
    peak = values(image, given).max()
    seen = set()
    for seed in range(60):
        changed = given.augmented(given.encode(image, "here"), np.random.default_rng(seed))
        row, column = np.argwhere(changed.values == peak)[0]
        assert changed.cells is not None
        place = changed.cells[row] * 4 + np.divmod(column, 4)
        seen.add(tuple(place.tolist()))
        assert len(np.unique(changed.values)) == 2, "the edge is drawn out to where nothing was"
    assert seen == {(row, column) for row in (4, 5, 6) for column in (5, 6, 7)}
    plain = ImageInput.learn(GREY, ImageOptions(augment=False))
    encoded = plain.encode(GREY[0], "here")
    assert plain.augmented(encoded, np.random.default_rng(1)) is encoded


def test_half_of_the_images_are_mirrored_if_so_chosen_and_else_none() -> None:
    for flip in (False, True):
        given = ImageInput.learn(GREY, ImageOptions(erase=0.0, shift=0, flip=flip))
        encoded, mirrored = given.encode(GREY[0], "here"), values(GREY[0][:, ::-1], given)
        seen = [given.augmented(encoded, np.random.default_rng(seed)).values for seed in range(60)]
        turned = sum(np.array_equal(each, mirrored) for each in seen)
        assert turned + sum(np.array_equal(each, encoded.values) for each in seen) == 60
        assert 15 < turned < 45 if flip else turned == 0


@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_what_is_stored_encodes_the_same(scale: float) -> None:
    given = ImageInput.learn([RANDOM.random((9, 9, 3)) * scale for _ in range(2)], ImageOptions(patch=2))
    again = ImageInput.from_json(given.to_json())
    item = RANDOM.random((9, 9, 3)) * scale
    np.testing.assert_array_equal(values(item, again), values(item, given))
    assert again.options == given.options


@pytest.mark.parametrize(
    "change",
    [
        {"options": None},
        {"options": {"patch": None, "channels": 1}},
        {"options": {"patch": 4, "channels": 3}},
        {"options": {"hue": 1}},
        {"options": {"patch": 4, "channels": 1, "stem": "round"}},
        {"scaling": {}},
        {"range": [1]},
        {"range": [1, 0]},
        {"range": ["a", "b"]},
    ],
)
def test_a_damaged_record_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        ImageInput.from_json(LEARNED.to_json() | change)


def saved(folder: Path, image: Any = None, name: str = "a.png", **how: Any) -> Path:
    Image.fromarray(picture(8, 8) if image is None else image).save(folder / name, **how)
    return folder / name


def cut(folder: Path, name: str) -> Path:
    path = saved(folder, picture(64, 64, 3), name)
    path.write_bytes(path.read_bytes()[:900])
    return path


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def bomb(folder: Path, side: int) -> Path:
    """A small file whose header says that it is large."""
    content = saved(folder).read_bytes()
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + content[24:29]
    return written(folder, "a.png", content[:12] + header + zlib.crc32(header).to_bytes(4, "big") + content[33:])


def talkative(folder: Path) -> Path:
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "b" * 2_000_000, zip=True)
    return saved(folder, pnginfo=text)


def moving(folder: Path) -> Path:
    frames = [Image.fromarray(picture(8, 8)) for _ in range(2)]
    frames[0].save(folder / "a.png", save_all=True, append_images=frames[1:])
    return folder / "a.png"


# fmt: off
MALFORMED: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "one axis": (lambda _: picture(9), ("(rows, columns)", "(9,)")),
    "four axes": (lambda _: picture(9, 8, 8, 3), ("(9, 8, 8, 3)", "many images")),
    "channels first": (lambda _: picture(3, 9, 9), ("(3, 9, 9)", "moveaxis")),
    "transparency": (lambda _: picture(9, 9, 4), ("(9, 9, 4)", "[..., :-1]")),
    "seven channels": (lambda _: picture(9, 9, 7), ("(9, 9, 7)", "for colour")),
    "no rows": (lambda _: picture(0, 9), ("must hold pixels", "0 rows, 9 columns")),
    "no columns": (lambda _: picture(9, 0, 3), ("must hold pixels", "9 rows, 0 columns")),
    "too large": (lambda _: picture(9, 513), ("may have 512", "9 rows, 513 columns", "thumbnail")),
    "whole numbers of 64 bits": (lambda _: picture(9, 9).astype(int), ("full scale is known", "int64", "uint8")),
    "complex numbers": (lambda _: picture(9, 9) * 1j, ("full scale is known", "complex128")),
    "texts": (lambda _: [["a", "b"]], ("full scale is known", "<U1")),
    "a text that is no path": (lambda _: "cat", ("no such file",)),
    "ragged lists": (lambda _: [[1], [1, 2]], ("must be an array",)),
    "NaN": (lambda _: np.array([[0.5, np.nan]]), ("must be numbers", "nan in row 1, column 2")),
    "infinity": (lambda _: np.array([[1e300, 0.5]]), ("must be numbers", "inf in row 1, column 1")),
    "no such file": (lambda f: saved(f).with_name("b.png"), ("no such file", "a.png")),
    "a folder": (lambda f: f, ("must be a file", "a folder")),
    "another suffix": (lambda f: saved(f, name="a.gif"), (".png .jpg .jpeg", "'.gif'", "convert it")),
    "a gif by another name": (lambda f: saved(f, name="a.gif").rename(f / "a.png"), ("whole PNG or JPEG",)),
    "a text by another name": (lambda f: written(f, "a.png", b"yes\n"), ("whole PNG or JPEG",)),
    "an empty file": (lambda f: written(f, "a.jpg", b""), ("whole PNG or JPEG",)),
    "a cut png": (lambda f: cut(f, "a.png"), ("whole PNG or JPEG",)),
    "a cut jpeg": (lambda f: cut(f, "a.jpg"), ("whole PNG or JPEG", "truncated")),
    "a file too large": (lambda f: saved(f, picture(600, 9)), ("may have 512", "600 rows, 9 columns", "thumbnail")),
    "a header of 12,000 pixels": (lambda f: bomb(f, 12_000), ("whole PNG or JPEG", "decompression bomb")),
    "a header of 2³¹ pixels": (lambda f: bomb(f, (1 << 31) - 1), ("whole PNG or JPEG", "decompression bomb")),
    "a text that swells": (talkative, ("whole PNG or JPEG",)),
    "a moving picture": (moving, ("must not move", "2 frames")),
    "Pillow's floats": (lambda _: Image.new("F", (3, 3)), ("8 or 16 bits", "mode F", "asarray")),
}
# fmt: on


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_images_are_refused_in_three_lines(name: str, tmp_path: Path) -> None:
    make, fragments = MALFORMED[name]
    item = make(tmp_path)
    for read in (lambda: LEARNED.encode(item, "here"), lambda: ImageInput.learn([item])):
        with pytest.raises(DataError) as caught:
            read()
        three_lines(caught.value, fragments)


def test_another_scale_than_in_training_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        values(GREY[0].astype(float))
    three_lines(caught.value, ("the scale that training had, 0 to 1", "to 25", "image / 255"))
    floats = ImageInput.learn([GREY[0].astype(float)])
    with pytest.raises(DataError) as caught:
        values(GREY[0], floats)
    three_lines(caught.value, ("the scale that training had", "whole numbers"))


def test_nothing_to_learn_from_and_options_out_of_range_are_refused() -> None:
    with pytest.raises(DataError, match="must be items to learn from"):
        ImageInput.learn([])
    for options in ({"patch": 0}, {"channels": 2}, {"erase": 1.5}, {"shift": -1}, {"stem": "round"}):
        with pytest.raises(OptionError) as caught:
            ImageOptions(**options)  # type: ignore[arg-type]
        three_lines(caught.value, (next(iter(options)), "no such" if "stem" in options else "must be"))
