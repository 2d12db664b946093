// Scores into weights, each rule as the library defines it, in double precision.

/** Numbers behind names in a description: "Entmax, alpha 1.5" gives {alpha: 1.5}. */
export const numbersIn = (words) =>
  Object.fromEntries([...words.matchAll(/([a-z_]+)[ =:(]{0,2}(-?\d+(?:\.\d+)?(?:e-?\d+)?)/gi)].map(([, name, number]) => [name.toLowerCase(), Number(number)]));

const RULES = {
  softmax: exponential,
  softmaxwithsink: (scores, { sink = 0 }) => exponential(scores, {}, sink),
  relu: (scores) => scores.map((each) => Math.max(each, 0)),
  squaredrelu: (scores) => scores.map((each) => Math.max(each, 0) ** 2),
  sigmoid: (scores, { bias = 0 }) => scores.map((each) => 1 / (1 + Math.exp(-each - bias))),
  plain: (scores) => scores,
  normalized: (scores, { eps = 1e-6 }) => {
    const sum = scores.reduce((total, each) => total + each, eps);
    return scores.map((each) => each / sum);
  },
  sparsemax: (scores) => entmax(scores, 2),
  topk: (scores, { count = 16 }) => greatest(scores, count),
  entmax: (scores, { alpha = 1.5 }) => (alpha === 1 ? exponential(scores) : entmax(scores, alpha)),
};
const FORMULAS = {
  softmax: "exp(s) / Σ exp(s)",
  softmaxwithsink: "exp(s) / (exp(sink) + Σ exp(s))",
  relu: "max(s, 0)",
  squaredrelu: "max(s, 0)²",
  sigmoid: "1 / (1 + exp(−s − bias))",
  plain: "s",
  normalized: "s / (Σ s + ε)",
  sparsemax: "max(s − τ, 0)",
  topk: "exp(s) / Σ exp(s), s ≥ τ",
  entmax: "max((α−1) s − τ, 0)^(1 / (α−1))",
};

/** `{weights, formula}` of the readable scores of one query by the rule in words; null for one that is not known here.
 *  `own` is the head's sink, bias or alpha, where the rule has such a number. */
export function normalized(words, scores, own) {
  const name = words.toLowerCase().replace(/[^a-z_ ,]/g, " ").split(",")[0].replace(/\b(alpha|bias|sink|eps|count|per[_ ]key)\b.*/, "").replace(/[^a-z]/g, "");
  const rule = RULES[name];
  const weights = rule?.(scores, { ...numbersIn(words), ...(own === undefined ? {} : { sink: own, bias: own, alpha: own }) });
  if (!weights) return null;
  const perKey = /per[_ ]key(?!\W*false)/i.test(words);
  return {
    weights: perKey ? weights.map((each) => each / Math.max(1, scores.length)) : weights,
    formula: FORMULAS[name] + (perKey ? " / n" : ""),
  };
}

function exponential(scores, _, sink = -Infinity) {
  const most = Math.max(sink, scores.reduce((one, other) => Math.max(one, other), -Infinity));
  const powers = scores.map((each) => Math.exp(each - most));
  const sum = powers.reduce((total, each) => total + each, Math.exp(sink - most));
  return powers.map((each) => each / sum);
}

/** Softmax over the greatest scores; equal ones are read all or not at all. */
function greatest(scores, count) {
  const least = [...scores].sort((one, other) => other - one)[Math.min(count, scores.length) - 1];
  return exponential(scores.map((each) => (each >= least ? each : -Infinity)));
}

/** The threshold is found by halving: for alpha = 2 it is sparsemax. */
function entmax(scores, alpha) {
  if (!scores.length) return scores;
  const scaled = scores.map((each) => each * (alpha - 1));
  const most = scaled.reduce((one, other) => Math.max(one, other), -Infinity);
  const at = (threshold) => scaled.map((each) => Math.max(each - threshold, 0) ** (1 / (alpha - 1)));
  const total = (threshold) => at(threshold).reduce((sum, each) => sum + each, 0);
  let [low, high] = [most - 1, most];
  for (let each = 0; each < 60; each++) {
    const middle = (low + high) / 2;
    if (total(middle) > 1) low = middle;
    else high = middle;
  }
  const found = at((low + high) / 2);
  const sum = found.reduce((one, other) => one + other, 0);
  return found.map((each) => each / sum);
}
