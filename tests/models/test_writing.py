"""How targets are written: in every precision, after weights have changed, told step by step."""

from typing import Any

import pytest
import torch

from regard.decoding.beam import Search
from regard.errors import OptionError
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.native import library, why_not
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build

LINES = ["abba", "b", "ab ba aab", "", "aaaaaaaaaaaa"]


def translator(**choices: Any) -> Translator:
    text = Text.learn(["ab ba"], kind="character")
    options = NetworkOptions(**{"width": 32, "layers": 2, "heads": 2, "feed_forward": 40, "dropout": 0.1, **choices})
    torch.manual_seed(6)
    model = Translator(text, text, build(options, text.size, text.size))
    with torch.no_grad():
        for each in model.network.parameters():
            each.mul_(1.5)
    return model


def written(model: Translator, **how: int) -> list[tuple[str, float]]:
    return [(found[0].text, found[0].score) for found in model.translate(LINES, Search(**how), longest=9)]


@pytest.mark.parametrize("beam", [1, 4])
@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_a_lower_precision_scores_nearly_the_same(beam: int) -> None:
    model = translator()
    exact = written(model, beam=beam)
    for precision in ["bf16", *["int8"] * library().bytes]:
        model.writing.precision = precision
        found = written(model, beam=beam)
        assert [score for _, score in found] == pytest.approx([score for _, score in exact], abs=0.1)
        assert found != exact, "numbers are rounded"
    model.writing.precision = "fp32"
    assert written(model, beam=beam) == exact


def test_a_precision_that_cannot_be_is_refused_and_changes_nothing() -> None:
    model = translator(network="recurrent", attention="additive")
    with pytest.raises(OptionError, match="--precision: no such name"):
        model.writing.precision = "fp16"
    for precision in ("bf16", "int8"):
        with pytest.raises(OptionError, match=f"--precision {precision}: is for the plain transformer"):
            model.writing.precision = precision
    assert model.writing.precision == "fp32"


@pytest.mark.parametrize("fused", [False, True])
def test_weights_that_have_changed_are_read_anew(fused: bool) -> None:
    """Fused optimizers change weights without a trace in their versions."""
    model, twin = translator(), translator()
    before = written(model)
    for each in (model, twin):
        each.network.train()
        optimizer = torch.optim.Adam(each.network.parameters(), lr=0.3, fused=fused)
        for parameter in each.network.parameters():
            parameter.grad = torch.cos(torch.arange(parameter.numel())).view_as(parameter)
        optimizer.step()
        each.network.eval()  # as before the loss of the validation data
    assert written(model) == written(twin) != before


@pytest.mark.parametrize("network", ["transformer", "recurrent"])
def test_each_step_is_told_and_may_end_the_search(network: str) -> None:
    model, steps = translator(network=network, attention="dot"), []
    expected = written(model)
    model.writing.each_step = lambda: steps.append(1)
    assert written(model) == expected and 2 <= len(steps) <= 10

    def enough() -> None:
        raise KeyboardInterrupt

    model.writing.each_step = enough
    with pytest.raises(KeyboardInterrupt):
        written(model)


def test_a_coverage_penalty_watches_the_network_itself() -> None:
    model = translator()
    found = model.translate(["abba"], Search(coverage_penalty=0.5), longest=9)
    assert found[0][0].score != model.translate(["abba"], Search(), longest=9)[0][0].score
