"""BPE and unigram pieces, encoded by the library `tokenizers`."""

from collections.abc import Sequence
from typing import Any

from regard.inputs.text.library import library
from regard.inputs.text.normal import Span, aligned, normalized
from regard.inputs.text.units import SUBWORD_UNITS, opened
from regard.inputs.text.vocabulary import SPECIALS, UNKNOWN, Vocabulary, located, spelled


class Subwords:
    """A run of characters that were never seen is one UNKNOWN."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._protected = vocabulary.protected
        self._tokenizer = _tokenizer(vocabulary)
        self.tokens = vocabulary.all_tokens

    def encode(self, lines: Sequence[str]) -> list[list[int]]:
        texts = [opened(normalized(line), self._protected) for line in lines]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def spans(self, line: str) -> list[Span]:
        text, origins = aligned(line)
        text = opened(text, self._protected)
        return located(text, origins, self._tokenizer.encode(text).offsets)

    def decode(self, ids: Sequence[int]) -> str:
        return normalized(spelled(self.tokens, ids))


def _tokenizer(vocabulary: Vocabulary) -> Any:
    """The library's tokenizer with our ids. It is told of no special token, so no text can become one."""
    tokenizers = library()
    tokens = vocabulary.all_tokens
    if vocabulary.kind == "bpe":
        ids = {token: id for id, token in enumerate(tokens)}
        model = tokenizers.models.BPE(ids, list(vocabulary.merges), unk_token=SPECIALS[UNKNOWN], fuse_unk=True)
    else:
        scores = (0.0,) * (len(tokens) - len(vocabulary.tokens)) + vocabulary.scores
        model = tokenizers.models.Unigram(list(zip(tokens, scores, strict=True)), unk_id=UNKNOWN)
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex(SUBWORD_UNITS), "isolated")
    tokenizer.add_tokens([tokenizers.AddedToken(symbol, normalized=False) for symbol in vocabulary.protected])
    return tokenizer
