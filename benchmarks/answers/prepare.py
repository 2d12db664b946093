"""Data sets that must be laid out in files first."""

import tarfile
from pathlib import Path


def digits(data: Path, made: Path) -> None:
    """Recordings 0 to 4 of each speaker and digit to test on, the others to train on: the official split."""
    with tarfile.open(data / "free-spoken-digits" / "recordings.tar.xz") as archive:
        for member in archive:
            if not member.name.endswith(".wav"):
                continue
            name = Path(member.name).name
            part = made / ("test" if int(Path(name).stem.split("_")[2]) < 5 else "train")
            part.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None, "every wav is a file"
            (part / name).write_bytes(content.read())


def shakespeare(data: Path, made: Path) -> None:
    """The first nine tenths of the characters to train on, the others to test on: nanoGPT's split."""
    text = (data / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")
    cut = int(0.9 * len(text))
    (made / "train.txt").write_text(text[:cut], encoding="utf-8")
    (made / "test.txt").write_text(text[cut:], encoding="utf-8")
