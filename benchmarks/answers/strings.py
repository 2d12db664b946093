"""Strings of spoken digits, made of single recordings: sounds whose texts are sequences of unknown length.

    python -m benchmarks.answers.strings RECORDINGS FOLDER [--train 6000 --valid 300 --test 500 --seed 1]

RECORDINGS is recordings.tar.xz of the free spoken digits, {digit}_{speaker}_{take}.wav. One to seven digits of one
speaker stand in a row, with pauses of up to 0.3 s before, between and after. Takes 0 to 4, the official test split, are
heard in test strings alone, takes 5 to 9 in validation strings alone, the rest in training strings alone; everything is
drawn from the seed. FOLDER gets train, valid and test, each a folder of .wav, and a .csv of file, text and speaker.
"""

import argparse
import csv
import io
import tarfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
RATE, LONGEST_PAUSE, MOST_DIGITS = 8000, 0.3, 7
TAKES = {"test": range(5), "valid": range(5, 10), "train": range(10, 50)}
SIZES = {"train": 6000, "valid": 300, "test": 500}

Wave = np.ndarray[tuple[int], np.dtype[np.int16]]


class Spoken(NamedTuple):
    """One string: its samples, its words, and who speaks."""

    samples: Wave
    text: str
    speaker: str


def recordings(archive: Path) -> dict[tuple[str, int, int], Wave]:
    """Every recording by speaker, digit and take."""
    found = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.name.endswith(".wav"):
                digit, speaker, take = Path(member.name).stem.split("_")
                content = opened.extractfile(member)
                assert content is not None, "every wav is a file"
                samples, rate = soundfile.read(io.BytesIO(content.read()), dtype="int16")
                assert rate == RATE, f"{member.name} has {rate} samples a second"
                found[speaker, int(digit), int(take)] = samples
    return found


def spoken(known: dict[tuple[str, int, int], Wave], takes: range, random: np.random.Generator) -> Spoken:
    """One string of one speaker, drawn at random."""
    speakers = sorted({speaker for speaker, _, _ in known})
    speaker = speakers[random.integers(len(speakers))]
    digits = random.integers(10, size=random.integers(1, MOST_DIGITS + 1))
    parts = [_pause(random)]
    for digit in digits:
        parts += [known[speaker, int(digit), int(random.choice(takes))], _pause(random)]
    return Spoken(np.concatenate(parts), " ".join(WORDS[digit] for digit in digits), speaker)


def _pause(random: np.random.Generator) -> Wave:
    return np.zeros(random.integers(int(LONGEST_PAUSE * RATE) + 1), np.int16)


def write(archive: Path, folder: Path, sizes: dict[str, int], seed: int) -> None:
    """The three parts, in files."""
    known = recordings(archive)
    for number, (part, size) in enumerate(sizes.items()):
        random = np.random.default_rng([seed, number])
        (folder / part).mkdir(parents=True, exist_ok=True)
        with (folder / f"{part}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["file", "text", "speaker"])
            for index in range(size):
                string = spoken(known, TAKES[part], random)
                name = f"{part}/{index:05}.wav"
                soundfile.write(folder / name, string.samples, RATE, subtype="PCM_16")
                table.writerow([name, string.text, string.speaker])


def digit_strings(data: Path, made: Path) -> None:
    """The strings of the row in rows.py."""
    write(data / "free-spoken-digits" / "recordings.tar.xz", made, SIZES, seed=1)


def main() -> None:
    """Writes what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("folder", type=Path)
    for part, size in SIZES.items():
        parser.add_argument(f"--{part}", type=int, default=size)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(asked.recordings, asked.folder, {part: getattr(asked, part) for part in SIZES}, asked.seed)


if __name__ == "__main__":
    main()
