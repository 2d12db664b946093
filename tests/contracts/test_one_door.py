"""Attention is computed behind `attend` and nowhere else in the package."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_tree import FILES, parsed, short

BEHIND_THE_DOOR = ("kernels/", "lowering/")
TELLING = {
    *("softmax", "log_softmax", "scaled_dot_product_attention", "bmm", "baddbmm", "einsum", "matmul"),
    *("MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer"),
}
"""Functions and modules of torch that a second attention would be made of."""
EXCEPTIONS = {
    "layers/output.py": "probabilities of words, not of keys",
    "layers/crf.py": "probabilities of labels in a chain",
    "layers/ctc.py": "probabilities of the tokens that a state says",
    "models/answerer.py": "probabilities of classes",
    "memory/mixing.py": "probabilities of classes",
    "memory/memory.py": "weights of keys that a store has found, by the distances that it gives",
    "decoding/sampling.py": "probabilities of the next token",
}


def telling(tree: ast.Module) -> Iterator[str]:
    """Every such attribute of anything, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in TELLING:
            yield f"line {node.lineno}: {node.attr}"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_nothing_but_attend_computes_attention(path: Path) -> None:
    if not short(path).startswith(BEHIND_THE_DOOR) and short(path) not in EXCEPTIONS:
        assert list(telling(parsed(path))) == []


def test_the_test_itself_sees_a_second_attention() -> None:
    code = "import torch\nfrom torch.nn import functional as F\nw = (q @ k.mT).softmax(-1)\no = F.softmax(w)\n"
    assert list(telling(ast.parse(code))) == ["line 3: softmax", "line 4: softmax"]
    assert list(telling(ast.parse("softmax = 1"))) == []
