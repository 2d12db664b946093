"""Sound as an input: frames of the right number and meaning, the same for the same sound in any form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from error_form import three_lines

from regard.data.items import Sound
from regard.errors import DataError, OptionError
from regard.inputs.sound import SoundInput, SoundOptions, read_wave
from regard.inputs.sound.resampling import resample

soundfile = pytest.importorskip("soundfile", reason="the extra `sound` is not installed")
RANDOM = np.random.default_rng(5)


def sine(hertz: float, rate: int, seconds: float = 0.5, loud: float = 0.5) -> Any:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float = 0.5, rate: int = 8000) -> Any:
    return (RANDOM.standard_normal(round(seconds * rate)) * 0.1).astype(np.float32)


WAVES = [Sound(noise(seconds), 8000) for seconds in (0.3, 0.5, 0.4)]
LEARNED = SoundInput.learn(WAVES, SoundOptions())


def values(item: Any, given: SoundInput = LEARNED) -> Any:
    return given.encode(item, "here").values


def test_defaults_follow_the_data() -> None:
    assert (LEARNED.options.rate, LEARNED.options.mels, LEARNED.features) == (8000, 40, 40)
    loud = SoundInput.learn([Sound(noise(rate=44100), 44100), Sound(noise(), 8000), Sound(noise(rate=44100), 44100)])
    assert (loud.options.rate, loud.options.mels) == (16000, 80)
    assert SoundInput.learn(WAVES, SoundOptions(deltas=True)).features == 120


def test_frames_cover_every_sample_and_are_standardised() -> None:
    for samples, frames in ((1, 1), (200, 1), (201, 2), (280, 2), (281, 3), (8000, 99)):
        item = Sound(noise(samples / 8000), 8000)
        assert values(item).shape == (frames, 40) and len(LEARNED.names(item)) == frames
    everything = np.concatenate([values(item) for item in WAVES])
    assert everything.dtype == np.float32
    np.testing.assert_allclose(everything.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(everything.std(0), 1, atol=1e-5)


def test_an_encoding_does_not_depend_on_loudness_or_on_what_was_read_before() -> None:
    first = values(WAVES[0])
    values(WAVES[1])
    np.testing.assert_array_equal(values(WAVES[0]), first)
    np.testing.assert_allclose(values(Sound(WAVES[0].samples * 2, 8000)), first, atol=1e-4)


@pytest.mark.parametrize(
    ("rate", "wanted"), [(44100, 16000), (48000, 16000), (8000, 16000), (22050, 8000), (8001, 8000)]
)
def test_a_resampled_sine_stays_a_sine(rate: int, wanted: int) -> None:
    new, exact = resample(sine(440, rate), rate, wanted), sine(440, wanted)
    assert abs(len(new) - len(exact)) <= 1
    inside = slice(wanted // 50, -wanted // 50)
    np.testing.assert_allclose(new[: len(exact)][inside], exact[: len(new)][inside], atol=1e-4)


def test_what_a_rate_cannot_hold_is_gone() -> None:
    assert np.abs(resample(sine(11000, 44100), 44100, 16000)[400:-400]).max() < 1e-3


def test_a_tone_is_loudest_in_its_band_and_rates_agree() -> None:
    plain = SoundInput(SoundOptions(rate=8000))
    low, high = (values(Sound(sine(hertz, 8000), 8000), plain)[5:-5].mean(0).argmax() for hertz in (300, 2000))
    mel = 1127 * np.log1p(np.array([20, 4000, 300, 2000]) / 700)
    expected = (mel[2:] - mel[0]) / (mel[1] - mel[0]) * 41 - 1
    assert abs(low - expected[0]) <= 1 and abs(high - expected[1]) <= 1
    other = values(Sound(sine(2000, 44100), 44100), plain)[5:-5].mean(0).argmax()
    assert other == high


def test_channels_are_averaged_and_whole_numbers_scaled() -> None:
    left, right = noise(), noise()
    both = read_wave(Sound(np.stack([left, right], 1), 8000), "here")
    np.testing.assert_allclose(both.samples, (left + right) / 2, atol=1e-7)
    whole = np.array([0, 16384, -32768], np.int16)
    for samples in (whole, whole.astype(np.int32) * 65536, np.array([128, 192, 0], np.uint8)):
        np.testing.assert_array_equal(read_wave(Sound(samples, 8000), "here").samples, [0, 0.5, -1])


@pytest.mark.parametrize(("name", "subtype"), [("a.wav", "PCM_16"), ("a.WAV", "FLOAT"), ("a.flac", "PCM_24")])
def test_a_file_and_a_part_of_it_equal_the_wave(tmp_path: Path, name: str, subtype: str) -> None:
    wave = np.stack([noise(), noise()], 1)
    soundfile.write(tmp_path / name, wave, 8000, subtype=subtype)
    np.testing.assert_allclose(values(tmp_path / name), values(Sound(wave, 8000)), atol=0.05)
    stored = read_wave(tmp_path / name, "here").samples
    part = Sound(tmp_path / name, start=0.1, stop=0.3)
    np.testing.assert_array_equal(values(part), values(Sound(stored[800:2400], 8000)))
    np.testing.assert_array_equal(values(Sound(stored, 8000, 0.1, 0.3)), values(part))
    assert LEARNED.names(part)[:2] == ["0.10 s", "0.11 s"]
    assert LEARNED.names(str(tmp_path / name))[25] == "0.25 s"


def test_an_ogg_file_sounds_alike(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.ogg", sine(440, 16000), 16000)
    wave = read_wave(tmp_path / "a.ogg", "here")
    assert wave.rate == 16000 and np.corrcoef(wave.samples, sine(440, 16000))[0, 1] > 0.99


def test_silence_and_clicks_are_numbers() -> None:
    for samples in (np.zeros(8000, np.float32), np.ones(1, np.float32), np.full(900, 0.25, np.float32)):
        assert np.isfinite(values(Sound(samples, 8000))).all()
    silent = SoundInput.learn([Sound(np.zeros(800, np.int16), 8000)])
    assert np.isfinite(values(WAVES[0], silent)).all()


def test_augmentation_follows_its_generator_and_keeps_shapes() -> None:
    for options in (SoundOptions(), SoundOptions(deltas=True), SoundOptions(time_mask=1.0, frequency_mask=1.0)):
        given = SoundInput.learn(WAVES, options)
        for item in (*WAVES, Sound(noise(0.001), 8000)):
            encoded = given.encode(item, "here")
            before = encoded.values.copy()
            one, two, other = (given.augmented(encoded, np.random.default_rng(seed)).values for seed in (1, 1, 2))
            np.testing.assert_array_equal(encoded.values, before)
            np.testing.assert_array_equal(one, two)
            assert one.shape == before.shape and one.dtype == np.float32 and np.isfinite(one).all()
            assert len(before) == 1 or not np.array_equal(one, other)
    plain = SoundInput.learn(WAVES, SoundOptions(augment=False))
    encoded = plain.encode(WAVES[0], "here")
    assert plain.augmented(encoded, np.random.default_rng(1)) is encoded
    quiet = SoundOptions(time_masks=0, frequency_masks=0, time_warp=0, frequency_warp=0)
    same = SoundInput.learn(WAVES, quiet).augmented(encoded, np.random.default_rng(1))
    np.testing.assert_allclose(same.values, encoded.values, atol=1e-4)


@pytest.mark.parametrize("options", [SoundOptions(), SoundOptions(deltas=True, rate=4000, mels=13, step_ms=5)])
def test_what_is_stored_encodes_the_same(options: SoundOptions) -> None:
    given = SoundInput.learn(WAVES, options)
    again = SoundInput.from_json(given.to_json())
    np.testing.assert_array_equal(values(WAVES[1], again), values(WAVES[1], given))
    assert again.options == given.options


@pytest.mark.parametrize(
    "change",
    [
        {"options": None},
        {"options": {"rate": "8000"}},
        {"options": {"hue": 1}},
        {"options": {"rate": 8000, "mels": 3}},
        {"scaling": {}},
        {"scaling": {"mean": [0.0], "factor": ["x"]}},
    ],
)
def test_a_damaged_record_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        SoundInput.from_json(LEARNED.to_json() | change)


def wav(folder: Path, name: str = "a.wav", samples: Any = None, form: str = "WAV") -> Path:
    soundfile.write(folder / name, noise() if samples is None else samples, 8000, format=form, subtype="FLOAT")
    return folder / name


def cut(folder: Path, name: str) -> Path:
    soundfile.write(folder / name, noise(3), 8000)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    return folder / name


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


# fmt: off
MALFORMED: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "no rate": (lambda _: noise(), ("Waves need rate=", "4,000 samples", "rate=8000")),
    "a list of texts": (lambda _: ["a", "b"], ("array of samples",)),
    "a number": (lambda _: Sound(np.float32(1), 8000), ("array of samples", "()")),
    "three axes": (lambda _: Sound(np.zeros((9, 2, 2)), 8000), ("array of samples", "(9, 2, 2)")),
    "truth values": (lambda _: Sound(np.zeros(9, bool), 8000), ("array of samples", "bool")),
    "ragged lists": (lambda _: Sound([[1.0], [1.0, 2.0]], 8000), ("must be an array",)),  # type: ignore[arg-type]
    "transposed": (lambda _: Sound(np.zeros((2, 8000)), 8000), ("(t, channels)", "(2, 8000)", "samples.T")),
    "nothing": (lambda _: Sound(np.zeros(0), 8000), ("must last", "no samples")),
    "NaN": (lambda _: Sound(np.array([0, np.nan, 0]), 1000), ("must be numbers", "1 of 3", "0.001 s")),
    "infinity": (lambda _: Sound(np.array([0, np.inf]), 8000), ("must be numbers",)),
    "floats of 16 bits": (lambda _: Sound(np.array([0.0, -2e4]), 8000), ("between -1 and 1", "got  20000", "32768")),
    "whole numbers of 64 bits": (lambda _: Sound(np.arange(9), 8000), ("full scale is known", "int64", "int16")),
    "a rate in kHz": (lambda _: Sound(noise(), 8), ("between 1,000", "got  8")),
    "half a sample a second": (lambda _: Sound(noise(), 8000.5), ("whole number", "8000.5")),  # type: ignore[arg-type]
    "a rate that is no number": (lambda _: Sound(noise(), "8k"), ("whole number", "'8k'")),  # type: ignore[arg-type]
    "a part that ends first": (lambda _: Sound(noise(), 8000, 0.3, 0.2), ("must last", "0.3 to 0.2 of 0.5")),
    "a part before the sound": (lambda _: Sound(noise(), 8000, -1), ("must last", "-1 to 0.5")),
    "a part after the sound": (lambda f: Sound(wav(f), start=0.6), ("must last", "0.6")),
    "a part too long": (lambda f: Sound(wav(f), stop=0.7), ("must last", "0.7 of 0.5 seconds")),
    "a part that is no number": (lambda f: Sound(wav(f), start=np.nan), ("must last", "nan")),
    "eleven minutes": (lambda _: Sound(np.zeros(700_000, np.int16), 1000), ("may last 600", "700.0", "Sound(path,")),
    "another rate than the file": (lambda f: Sound(wav(f), 16000), ("knows its rate", "rate=16000, 8000 in the file")),
    "an empty sound file": (lambda f: wav(f, samples=np.zeros(0)), ("must last", "no samples")),
    "NaN in a file": (lambda f: wav(f, samples=np.full(9, np.nan)), ("must be numbers",)),
    "loud floats in a file": (lambda f: wav(f, samples=np.full(9, 300.0)), ("between -1 and 1", "got  300")),
    "no such file": (lambda f: wav(f).with_name("b.wav"), ("no such file", "a.wav")),
    "a folder": (lambda f: f, ("must be a file", "a folder")),
    "another suffix": (lambda f: wav(f, "a.mp3"), (".wav .flac .ogg", "ffmpeg")),
    "a text": (lambda f: written(f, "a.wav", b"yes\n"), ("whole wav, flac or ogg",)),
    "an empty file": (lambda f: written(f, "a.ogg", b""), ("whole wav, flac or ogg",)),
    "another format inside": (lambda f: wav(f, form="AIFF"), ("whole wav", "AIFF data")),
    "a cut wav": (lambda f: cut(f, "a.wav"), ("whole wav", "bytes")),
    "a cut flac": (lambda f: cut(f, "a.flac"), ("whole wav",)),
    "a cut ogg": (lambda f: cut(f, "a.ogg"), ("whole wav", "without its end")),
    "a hundred channels": (lambda f: wav(f, samples=np.zeros((9, 100))), ("whole wav", "100 channels")),
}
# fmt: on


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_sounds_are_refused_in_three_lines(name: str, tmp_path: Path) -> None:
    make, fragments = MALFORMED[name]
    item = make(tmp_path)
    for read in (lambda: LEARNED.encode(item, "here"), lambda: SoundInput.learn([item])):
        with pytest.raises(DataError) as caught:
            read()
        three_lines(caught.value, fragments)


def test_a_wav_written_to_a_pipe_is_read(tmp_path: Path) -> None:
    content = bytearray(wav(tmp_path).read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "a.wav").write_bytes(content)
    assert len(read_wave(tmp_path / "a.wav", "here").samples) == 4000


def test_nothing_to_learn_from_and_options_out_of_range_are_refused() -> None:
    with pytest.raises(DataError, match="must be items to learn from"):
        SoundInput.learn([])
    for options in ({"rate": 8}, {"mels": 0}, {"window_ms": 0.0}, {"time_mask": 2.0}, {"longest": float("nan")}):
        with pytest.raises(OptionError) as caught:
            SoundOptions(**options)
        three_lines(caught.value, (next(iter(options)), "between"))
