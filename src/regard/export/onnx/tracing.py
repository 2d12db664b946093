"""A module as an ONNX graph whose sizes are open: batch, lengths, and how far a decoder has come."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.errors import OptionError, missing
from regard.export.onnx.recurrence import translated
from regard.planning import only

OPSET = 20
"""Of the operators; onnxruntime knows it from 1.17 on."""


class Example(NamedTuple):
    """A tensor to trace with: its name, and what each axis is called that may have any size.

    No size is 0 or 1, and no two of different meaning are the same, so that nothing is taken for constant.
    """

    name: str
    tensor: Tensor
    axes: dict[int, str]


def write_graph(module: nn.Module, given: Sequence[Example], outputs: Sequence[str], path: Path) -> None:
    """Traces the module and writes the graph. Raises MissingError without the libraries, OptionError where it fails.

    Attention is computed by plain products: no other runtime has regard's kernels.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise missing("regard export --to onnx", "onnx and onnxscript", "export") from error
    module.eval()
    tensors = tuple(each.tensor for each in given)
    sizes = tuple(dict.fromkeys(each.axes, torch.export.Dim.DYNAMIC) for each in given)
    with _quiet(), torch.no_grad(), only("dense"):
        try:
            traced = torch.export.export(module, tensors, dynamic_shapes=(sizes,), strict=False)
            traced.example_inputs = None  # else it comes with guards of its own
            made = torch.onnx.export(
                traced,
                input_names=[each.name for each in given],
                output_names=list(outputs),
                opset_version=OPSET,
                custom_translation_table={torch.ops.regard.recurrence.default: translated},
                dynamo=True,
                verbose=False,
            )
        except (RuntimeError, torch.onnx.OnnxExporterError) as error:
            rule = f"regard export: {path.stem} must be a graph that ONNX can hold"
            got = " ".join(str(error).split())[:200]
            raise OptionError(rule, got=got, hint="tell the maintainers of regard which model it was") from error
    assert made is not None, "a program is returned unless a file is asked for"
    made.save(str(path))


@contextmanager
def _quiet() -> Iterator[None]:
    """Within this block torch says nothing of itself, such as which of its libraries it does not find."""
    log = logging.getLogger("torch.onnx")
    level = log.level
    log.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            log.setLevel(level)
