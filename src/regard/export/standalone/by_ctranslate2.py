"""A translator in CTranslate2's hands: tokens in, tokens out, and scores as regard has them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regard.export.standalone.candidates import Candidate, Choices
from regard.export.standalone.program import lacking, run
from regard.export.standalone.texts import sides
from regard.export.standalone.translating import Where, check_room, flags_of, translate_lines

TOGETHER = 32
"""Sources of one length that are translated together."""
NEVER = [["<pad>"], ["<s>"]]
"""What is never written, beside the unknown word."""


def main(folder: Path) -> int:
    """The program of an exported folder."""

    def program(words: Sequence[str]) -> None:
        flags = flags_of("translate.py", "Writes exactly one line for every line it reads.")
        flags.add_argument("--device", choices=("cpu", "cuda", "auto"), default="cpu", help="cpu, cuda or auto")
        asked = flags.parse_args(words)
        translate_lines(asked, CTranslate2(folder, asked.device, asked.threads).translate)

    return run(program)


class CTranslate2:
    """The model of a folder.

    CTranslate2 shares out anew what is barred from being written, among it the unknown word; regard does not. So
    hypotheses are found by its scores, and told and ranked by the log-probabilities of a second reading.
    """

    def __init__(self, folder: Path, device: str = "cpu", threads: int = 0) -> None:
        try:
            import ctranslate2
        except ImportError as error:
            raise lacking("ctranslate2") from error
        self.source, self.target = sides(folder)
        self.room: int = json.loads((folder / "export.json").read_text(encoding="utf-8"))["room"]
        self._names = [_names(folder, side) for side in ("source", "target")]
        self._ids = {name: id for id, name in enumerate(self._names[1])}
        self._model = ctranslate2.Translator(str(folder), device=device, intra_threads=threads)

    def translate(self, lines: Sequence[str], how: Choices, where: Where) -> list[list[Candidate]]:
        """The n best translations of each text; those of one number of tokens are read together, without padding."""
        tokens = [[self._names[0][id] for id in ids] for ids in self.source.encode_batch(lines)]
        lengths = [len(each) + 1 for each in tokens]
        for place, length in enumerate(lengths):
            check_room(length, self.room, where(place))
        found: dict[int, list[Candidate]] = {}
        for length in sorted({*lengths}):
            places = [place for place, each in enumerate(lengths) if each == length]
            limit = how.limit(2 * length + 20, self.room)
            found.update(zip(places, self._found([tokens[place] for place in places], how, limit), strict=True))
        return [found[place] for place in range(len(lines))]

    def _found(self, sources: list[list[str]], how: Choices, limit: int) -> list[list[Candidate]]:
        results = self._model.translate_batch(
            sources,
            beam_size=how.beam,
            num_hypotheses=how.beam,
            length_penalty=how.length_penalty,
            max_decoding_length=limit,
            min_decoding_length=0,
            max_input_length=0,
            disable_unk=True,
            suppress_sequences=NEVER,
            return_end_token=True,
            max_batch_size=TOGETHER,
        )
        pairs = [
            (source, hypothesis)
            for source, result in zip(sources, results, strict=True)
            for hypothesis in result.hypotheses
        ]
        scored = iter(self._scored(pairs, how))
        return [how.best([next(scored) for _ in result.hypotheses]) for result in results]

    def _scored(self, pairs: list[tuple[list[str], list[str]]], how: Choices) -> list[Candidate]:
        """The hypotheses, each with the sum of the log-probabilities of its tokens and, if there is one, its end."""
        bare = [[token for token in hypothesis if token != "</s>"] for _, hypothesis in pairs]
        told = self._model.score_batch(
            [source for source, _ in pairs], bare, max_batch_size=TOGETHER, max_input_length=0
        )
        return [
            self._candidate(tokens, len(hypothesis), each.log_probs, how)
            for tokens, (_, hypothesis), each in zip(bare, pairs, told, strict=True)
        ]

    def _candidate(self, tokens: list[str], length: int, logs: list[float], how: Choices) -> Candidate:
        ids = [self._ids[token] for token in tokens]
        score = how.penalised(sum(logs[:length]), length)
        return Candidate(self.target.decode(ids), ids, score, length > len(ids))


def _names(folder: Path, side: str) -> Any:
    """What CTranslate2 calls each token of a side."""
    shared = folder / "shared_vocabulary.json"
    path = shared if shared.is_file() else folder / f"{side}_vocabulary.json"
    return json.loads(path.read_text(encoding="utf-8"))
