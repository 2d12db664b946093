"""The same command again goes on where it stopped, and another one in the same folder is refused."""

import json
import os
import signal
from pathlib import Path

import pytest
from command_line import NETWORKS, TINY, Data, Run
from tokenizers import Tokenizer, models, pre_tokenizers

from regard.cli.watch import Watch
from regard.folder.tensors import read_tensors
from regard.training.config import TranslateConfig


def words(data: Data, folder: Path, *more: str, network: str = "transformer") -> list[str]:
    chosen = ["--schedule", "constant", "--warmup", "2", "--epochs", "3", "--dropout", "0.2", "--average", "3"]
    return ["train", "translate", str(data.tsv), "--model", str(folder), *TINY, *NETWORKS[network], *chosen, *more]


def state(folder: Path, step: int) -> bytes:
    return (folder / "state" / f"step-{step:08d}.safetensors").read_bytes()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("network", list(NETWORKS))
def test_a_training_in_two_parts_ends_bit_for_bit_like_one(network: str, run: Run, data: Data, tmp_path: Path) -> None:
    for steps in ("3", "6"):
        answer = run(*words(data, tmp_path / "parts", "--steps", steps, network=network))
        assert answer.code == 0
    assert "Going on from step 3, epoch 1." in answer.err
    assert run(*words(data, tmp_path / "whole", "--steps", "6", network=network)).code == 0
    assert state(tmp_path / "parts", 6) == state(tmp_path / "whole", 6)
    assert len(read_tensors(tmp_path / "whole" / "state" / "step-00000006.safetensors")) > 3 * 5


def test_a_packed_training_goes_on_bit_for_bit_and_tells_what_a_padded_one_does(
    run: Run, data: Data, tmp_path: Path
) -> None:
    exact = ["--dropout", "0", "--precision", "fp32", "--packing"]
    for folder, steps, packing in (
        ("parts", "3", "true"),
        ("parts", "6", "true"),
        ("whole", "6", "true"),
        ("padded", "6", "false"),
    ):
        answer = run(*words(data, tmp_path / folder, *exact, packing, "--steps", steps))
        assert answer.code == 0 and ("tokens, packed, a batch" in answer.err) == (packing == "true")
    assert state(tmp_path / "parts", 6) == state(tmp_path / "whole", 6)
    told = [contents(tmp_path / each)["metrics.jsonl"].splitlines() for each in ("whole", "padded")]
    losses = [[json.loads(line)["train_loss"] for line in lines] for lines in told]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    refused = run(*words(data, tmp_path / "whole", *exact, "false", "--steps", "9"))
    assert refused.code == 2 and "got  packing True → False" in refused.err


def test_a_moving_average_and_the_falls_of_a_plateau_go_on_bit_for_bit(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ["--schedule", "plateau", "--moving-average", "0.9", "--validate-epochs", "1", "--epochs", "5"]
    choices = [*more, "--learning-rate", "0.000001", "--patience", "0"]
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "step", lambda _, step: os.kill(os.getpid(), signal.SIGINT) if step.step == 21 else None)
        assert run(*words(data, tmp_path / "parts", *choices)).code == 130
    answer = run(*words(data, tmp_path / "parts", *choices))
    assert answer.code == 0 and "moving average (0.9) weights" in answer.err
    assert run(*words(data, tmp_path / "whole", *choices)).code == 0
    folders = tmp_path / "parts", tmp_path / "whole"
    one, other = (json.loads((folder / "state" / "position.json").read_text("utf-8")) for folder in folders)
    assert one["falls"] == other["falls"] > 0 and one["averaged"] == other["averaged"]
    assert state(folders[0], one["step"]) == state(folders[1], one["step"])


def test_a_training_that_ctrl_c_stopped_ends_bit_for_bit_like_one_that_was_not(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*words(data, tmp_path / "whole", "--steps", "6")).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "step", lambda _, step: os.kill(os.getpid(), signal.SIGINT) if step.step == 3 else None)
        answer = run(*words(data, tmp_path / "parts", "--steps", "6"))
    assert answer.code == 130 and "the same command goes on" in answer.err
    assert "Going on from step 3, epoch 1." in run(*words(data, tmp_path / "parts", "--steps", "6")).err
    assert state(tmp_path / "parts", 6) == state(tmp_path / "whole", 6)


def test_more_epochs_go_on_with_a_finished_training(run: Run, data: Data, tmp_path: Path) -> None:
    assert run(*words(data, tmp_path / "parts", "--epochs", "1")).code == 0
    first = json.loads((tmp_path / "parts" / "model.json").read_text(encoding="utf-8"))
    answer = run(*words(data, tmp_path / "parts", "--epochs", "2"))
    second = json.loads((tmp_path / "parts" / "model.json").read_text(encoding="utf-8"))
    assert answer.code == 0 and "all 2 epochs are done" in answer.err
    assert second["steps"] == 2 * first["steps"]


def test_the_same_finished_command_says_so_and_leaves_everything_as_it_is(run: Run, data: Data, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    first = run(*words(data, folder))
    before = contents(folder)
    again = run(*words(data, folder))
    assert (first.code, again.code) == (0, 0)
    assert "This training is finished already; more --epochs, --steps or --max-minutes go on with it." in again.err
    assert "epoch " not in again.err and contents(folder) == before
    done = [line for line in first.err.splitlines() if line.startswith(("Done after", "  "))]
    assert done[0].split(":")[0] in again.err and all(line in again.err for line in done[1:])


def test_a_training_that_patience_ended_is_finished_too(run: Run, data: Data, tmp_path: Path) -> None:
    patient = words(data, tmp_path / "model", "--epochs", "50", "--validate-epochs", "1", "--patience", "1")
    assert "validations brought nothing better" in run(*patient, "--learning-rate", "0.0000001").err
    assert "finished already" in run(*patient, "--learning-rate", "0.0000001").err


def test_other_names_of_the_same_texts_and_the_same_folder_are_the_same_command(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*words(data, tmp_path / "model", "--steps", "2")).code == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copy.tsv").write_bytes(data.tsv.read_bytes())
    other = words(data._replace(tsv=Path("copy.tsv")), Path("model"), "--steps", "3", "--patience", "3")
    assert "Going on from step 2" in run(*other).err


def tokenizer(path: Path, *words: str) -> str:
    """A tokenizer of the user's own, that knows these words."""
    own = Tokenizer(models.WordLevel({word: id for id, word in enumerate(["<unk>", *words])}, unk_token="<unk>"))
    own.pre_tokenizer = pre_tokenizers.Whitespace()
    own.save(str(path))
    return str(path)


def test_own_tokenizers_are_compared_by_what_they_hold(run: Run, data: Data, tmp_path: Path) -> None:
    one, same = tokenizer(tmp_path / "one.json", "rot", "red"), tokenizer(tmp_path / "same.json", "rot", "red")
    command = [word for word in words(data, tmp_path / "model") if word not in ("--tokens", "word")]
    first = run(*command, "--source-tokenizer", one, "--target-tokenizer", one, "--steps", "1")
    assert first.code == 0 and "shared by both sides" in first.err
    again = run(*command, "--source-tokenizer", same, "--target-tokenizer", one, "--steps", "2")
    assert again.code == 0 and "Going on from step 1" in again.err
    before = contents(tmp_path / "model")
    tokenizer(tmp_path / "same.json", "rot", "blue")
    other = run(*command, "--source-tokenizer", same, "--target-tokenizer", one, "--steps", "3")
    assert "got  another source tokenizer\n" in other.said_and_refused
    learned = run(*command, "--source-tokenizer", one, "--steps", "3")
    assert "got  another target tokenizer\n" in learned.said_and_refused
    assert contents(tmp_path / "model") == before


def test_choices_are_checked_once(run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    def check_choices(config: TranslateConfig) -> None:
        checked.append(config.model)

    for place in ("regard.training.checks", "regard.training.translate"):
        monkeypatch.setattr(f"{place}.check_choices", check_choices)
    assert run(*words(data, tmp_path / "model", "--steps", "1")).code == 0
    assert checked == [str(tmp_path / "model")]


def test_other_choices_are_refused_with_the_difference(run: Run, data: Data, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    assert run(*words(data, folder, "--steps", "2")).code == 0
    before = contents(folder)
    assert run(*words(data, folder, "--steps", "2", "--norm", "pre", "--overwrite", "false")).code == 0
    before = contents(folder)
    text = run(*words(data, folder, "--steps", "2", "--width", "64", "--seed", "9")).said_and_refused
    assert "holds a training of other choices or data" in text
    assert "got  seed 1 → 9; width 32 → 64; other texts" in text and "--overwrite to begin anew" in text
    assert contents(folder) == before


def test_other_data_are_refused(run: Run, data: Data, tmp_path: Path) -> None:
    assert run(*words(data, tmp_path / "model", "--steps", "2")).code == 0
    fewer = tmp_path / "fewer.tsv"
    fewer.write_text("".join(data.tsv.read_text(encoding="utf-8").splitlines(keepends=True)[:99]), encoding="utf-8")
    text = run(*words(data._replace(tsv=fewer), tmp_path / "model", "--steps", "2")).said_and_refused
    assert "got  other texts\n" in text


@pytest.mark.parametrize("damage", ["file", "position", "cut"])
def test_a_damaged_checkpoint_is_refused_by_name(damage: str, run: Run, data: Data, tmp_path: Path) -> None:
    assert run(*words(data, tmp_path / "model", "--steps", "2")).code == 0
    state = tmp_path / "model" / "state"
    if damage == "file":
        (state / "step-00000002.safetensors").write_bytes(b"nothing")
    elif damage == "position":
        record = json.loads((state / "position.json").read_text(encoding="utf-8"))
        del record["epoch"]
        (state / "position.json").write_text(json.dumps(record), encoding="utf-8")
    else:
        (state / "position.json").write_text('{"step": 2', encoding="utf-8")
    text = run(*words(data, tmp_path / "model", "--steps", "4")).said_and_refused
    assert "state" in text.splitlines()[0] and ("--overwrite" in text or "train again" in text)


@pytest.mark.parametrize("damaged", ["step-00000004.safetensors", "position.json", "flipped", "gone"])
def test_a_damaged_newest_checkpoint_falls_back_to_the_one_before(
    damaged: str, run: Run, data: Data, tmp_path: Path
) -> None:
    for steps in ("2", "4"):
        assert run(*words(data, tmp_path / "parts", "--steps", steps)).code == 0
    state_folder, newest = tmp_path / "parts" / "state", tmp_path / "parts" / "state" / "step-00000004.safetensors"
    content = bytearray(newest.read_bytes())
    if damaged == "flipped":
        content[-7] ^= 1
        newest.write_bytes(content)
    elif damaged == "gone":
        newest.unlink()
    else:
        (state_folder / damaged).write_bytes((state_folder / damaged).read_bytes()[:-9])
    answer = run(*words(data, tmp_path / "parts", "--steps", "6"))
    assert answer.code == 0 and "Going on from step 2" in answer.err
    assert "The newest checkpoint is damaged" in answer.err and "the one before is whole" in answer.err
    assert run(*words(data, tmp_path / "whole", "--steps", "6")).code == 0
    assert state(tmp_path / "parts", 6) == state(tmp_path / "whole", 6)
    assert len(list(state_folder.glob("step-*"))) == 2


@pytest.mark.parametrize("kept", ["best", "epoch"])
def test_damaged_weights_that_were_kept_for_the_end_are_done_without(
    kept: str, run: Run, data: Data, tmp_path: Path
) -> None:
    choices = ["--validate-epochs", "1", "--learning-rate", "0.000001", "--patience", "0"]  # the first stays the best
    assert run(*words(data, tmp_path / "parts", *choices, "--epochs", "2")).code == 0
    path = sorted((tmp_path / "parts" / "state").glob(f"{kept}-*"))[0]
    path.write_bytes(path.read_bytes()[:-1])
    answer = run(*words(data, tmp_path / "parts", *choices, "--epochs", "3"))
    assert answer.code == 0 and "training goes on without what was kept there for its end" in answer.err
    assert run(*words(data, tmp_path / "whole", *choices, "--epochs", "3")).code == 0
    last = sorted((tmp_path / "whole" / "state").glob("step-*"))[-1].name
    assert (tmp_path / "parts" / "state" / last).read_bytes() == (tmp_path / "whole" / "state" / last).read_bytes()
