"""Grey images to train a generator on, to validate it on, to test it on."""

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.recorded.media import kind_of
from regard.data.share import share
from regard.inputs.image import grey_images
from regard.inputs.image.canvas import Levels
from regard.training.generate_config import GenerateConfig
from regard.training.progress import Watcher


class ImageParts(NamedTuple):
    """Images (n, rows, columns) of 8 bits to train on, to validate on, and, if any, to test on."""

    train: Levels
    valid: Levels
    test: Levels | None = None


def are_images(choices: str, files: list[str]) -> bool:
    """Whether the data are images: as `--input` says, or by how the first file is called.

    >>> are_images("auto", ["t10k-images-idx3-ubyte.gz"]), are_images("auto", ["play.txt"])
    (True, False)
    """
    if choices != "auto" or not files:
        return choices == "image"
    first = Path(files[0])
    return "idx3" in first.name or first.suffix in (".npy", ".npz") or first.is_dir() or kind_of(first) == "image"


def read_parts(config: GenerateConfig, watcher: Watcher) -> ImageParts:
    """The images of the configuration's files; without validation data a share is set aside and announced."""
    train, valid, test = (images_of(files) if files else None for files in (config.data, config.valid, config.test))
    assert train is not None
    size = "{} rows of {} pixels".format(*train.shape[1:])
    watcher.say(f"Read {len(train):,} images, {size}, from {' and '.join(map(shown, config.data))}.")
    if valid is not None:
        return ImageParts(train, valid, test)
    kept, held = set_aside(train, config.seed)
    watcher.say(
        f"No validation data was given: {len(held):,} of the images are set aside for it, chosen by seed "
        f"{config.seed}, and never trained on."
    )
    return ImageParts(kept, held, test)


def set_aside(images: Levels, seed: int, count: int | None = None) -> tuple[Levels, Levels]:
    """The images without, and with, a seeded share of them. Raises DataError for fewer than 10."""
    kept, held = share(Examples("image", range(len(images)), origin="data"), seed, count)
    return images[list(kept.items)], images[list(held.items)]


def images_of(files: list[str]) -> Levels:
    """The images (n, rows, columns) of files, or of one folder; see docs/data.md. Raises DataError unless all are grey,
    of 8 bits and one size."""
    read = read_examples(list(files), answer=None, choices=ReadingChoices(input="image")).train
    where = [read.where(index) for index in range(len(read))] if isinstance(read.items, list) else shown(files[0])
    return grey_images(read.items, where)


def fingerprint(parts: ImageParts) -> str:
    """A hash of every image that training sees."""
    digest = blake2b(digest_size=16)
    for images in parts[:2]:
        assert images is not None
        digest.update(str(images.shape).encode() + images.tobytes())
    return digest.hexdigest()
