"""chrF as sacrebleu computes it: overlap of character n-grams, for any script, without a tokenizer.

The score is sacrebleu's own. The counts of single lines, which it does not hand out, are taken here for the
interval; a test holds their sum to its corpus score.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from regard.errors import missing
from regard.metrics.corpus import CorpusScore, check_pairs
from regard.metrics.intervals import bootstrap
from regard.metrics.sparse import Floats

ORDERS = 6
BETA = 2


def chrf(hypotheses: Sequence[str], references: Sequence[str], *, samples: int = 1000, seed: int = 0) -> CorpusScore:
    """sacrebleu's corpus chrF (character 1- to 6-grams, β = 2), with a 95 % bootstrap interval.

    Some 0.5 s for 1,000 lines. DataError for no lines, or not as many hypotheses as references; MissingError
    without sacrebleu.
    """
    check_pairs("chrF", hypotheses, references)
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError as error:
        raise missing("chrF", "sacrebleu", "metrics") from error
    metric = CHRF(char_order=ORDERS, word_order=0, beta=BETA)
    score = metric.corpus_score(list(hypotheses), [list(references)])
    interval = bootstrap(chrf_counts(hypotheses, references), chrf_of_counts, samples=samples, seed=seed)
    return CorpusScore(score.name, score.score, interval, str(metric.get_signature()))


def chrf_counts(hypotheses: Sequence[str], references: Sequence[str]) -> Floats:
    """For every line (lines, 18): for n = 1 to 6 the hypothesis's n-grams, the reference's, those in both.

    What `bootstrap` and `compare` draw from, with `chrf_of_counts` as their statistic. Errors as `chrf`.
    """
    check_pairs("chrF", hypotheses, references)
    pairs = zip(hypotheses, references, strict=True)
    return np.array([_counts(hypothesis, reference) for hypothesis, reference in pairs], np.float64)


def chrf_of_counts(sums: Floats) -> Floats:
    """Summed counts (samples, 18) into chrF (samples,): F₂ of mean precision and mean recall over the orders.

    An order of which either side has no n-gram counts in neither mean.
    """
    guessed, wanted, both = sums.reshape(len(sums), ORDERS, 3).transpose(2, 0, 1)
    present = (guessed > 0) & (wanted > 0)
    orders = np.maximum(present.sum(1), 1)
    precision = np.divide(both, guessed, out=np.zeros_like(both), where=present).sum(1) / orders
    recall = np.divide(both, wanted, out=np.zeros_like(both), where=present).sum(1) / orders
    below = BETA**2 * precision + recall
    above = 100 * (1 + BETA**2) * precision * recall
    score: Floats = np.divide(above, below, out=np.zeros_like(below), where=below > 0)
    return score


def _counts(hypothesis: str, reference: str) -> list[int]:
    row: list[int] = []
    for order in range(1, ORDERS + 1):
        guessed, wanted = _grams(hypothesis, order), _grams(reference, order)
        row += [guessed.total() if wanted else 0, wanted.total(), (guessed & wanted).total()]
    return row


def _grams(line: str, order: int) -> Counter[str]:
    letters = "".join(line.split())
    return Counter(letters[start : start + order] for start in range(len(letters) - order + 1))
