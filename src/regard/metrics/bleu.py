"""BLEU as sacrebleu computes it, with its signature, and with an interval."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from regard.errors import OptionError, missing, nearest
from regard.metrics.corpus import CorpusScore, check_pairs
from regard.metrics.intervals import bootstrap
from regard.metrics.scripts import default_tokenize
from regard.metrics.sparse import Floats

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU

TOKENIZERS = ("13a", "zh", "char", "intl", "none")


def bleu(
    hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: str | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> CorpusScore:
    """sacrebleu's corpus BLEU, cased, on detokenised lines, with a 95 % bootstrap interval.

    `tokenize` is one of 13a, zh, char, intl, none; left out, the references decide (`default_tokenize`), and
    the signature names the choice. Some 0.2 s for 1,000 lines. DataError for no lines, or not as many
    hypotheses as references; MissingError without sacrebleu.
    """
    check_pairs("BLEU", hypotheses, references)
    metric = _metric(tokenize, references)
    score = metric.corpus_score(list(hypotheses), [list(references)]).score
    interval = bootstrap(_counts(metric, hypotheses, references), bleu_of_counts, samples=samples, seed=seed)
    return CorpusScore("BLEU", score, interval, str(metric.get_signature()))


def bleu_counts(hypotheses: Sequence[str], references: Sequence[str], *, tokenize: str | None = None) -> Floats:
    """For every line (lines, 10): its length, the reference's, right n-grams and all n-grams for n = 1 to 4.

    What `bootstrap` and `compare` draw from, with `bleu_of_counts` as their statistic. Errors as `bleu`.
    """
    check_pairs("BLEU", hypotheses, references)
    return _counts(_metric(tokenize, references), hypotheses, references)


def bleu_of_counts(sums: Floats) -> Floats:
    """Summed counts (samples, 10) into BLEU (samples,), by sacrebleu's formula, exponentially smoothed."""
    formula = _library().compute_bleu

    def score(row: list[int]) -> float:
        length, reference, *grams = row
        return float(formula(grams[:4], grams[4:], length, reference, smooth_method="exp").score)

    return np.array([score(row) for row in sums.astype(np.int64).tolist()])


def _counts(metric: "BLEU", hypotheses: Sequence[str], references: Sequence[str]) -> Floats:
    lines = [metric.corpus_score([one], [[other]]) for one, other in zip(hypotheses, references, strict=True)]
    return np.array([[line.sys_len, line.ref_len, *line.counts, *line.totals] for line in lines], np.float64)


def _metric(tokenize: str | None, references: Sequence[str]) -> "BLEU":
    tokenize = default_tokenize(references) if tokenize is None else tokenize
    if tokenize not in TOKENIZERS:
        raise OptionError(
            f"BLEU: no tokenizer is called {tokenize!r}",
            got=f"tokenize={tokenize!r}",
            hint=nearest(tokenize, TOKENIZERS),
        )
    return _library()(tokenize=tokenize)


def _library() -> "type[BLEU]":
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError as error:
        raise missing("BLEU", "sacrebleu", "metrics") from error
    return BLEU
