// One row of attention, computed again from the captured vectors, and how far it lies from what was captured.

import { normalized, numbersIn } from "./normalizers.js";

const rowOf = (table, place) => {
  const width = table.shape.at(-1);
  return table.values.subarray(place * width, (place + 1) * width);
};

const dot = (one, other) => one.reduce((sum, each, place) => sum + each * other[place], 0);

/** The score of a call as a function of two vectors, and what it is; null where the look does not hold all that enters it. */
function scoring({ call, exact }) {
  const { scale } = call;
  if (scale !== null) return { kind: "dot", of: (query, key) => scale * dot(query, key) };
  if (/^additive/i.test(call.score) && exact.match) {
    const { values } = exact.match;
    return { kind: "additive", of: (query, key) => values.reduce((sum, each, place) => sum + each * Math.tanh(query[place] + key[place]), 0) };
  }
  if (!/^distance/i.test(call.score)) return null;
  const { width = 1 } = numbersIn(call.score);
  return { kind: "distance", of: (query, key) => -apart(query, key) / (2 * width ** 2) };
}

const apart = (query, key) => query.reduce((sum, each, place) => sum + (each - key[place]) ** 2, 0);

/** The greatest difference between two rows, of numbers beyond one by their size; NaN where only one of them is none. */
export function difference(one, other) {
  let most = 0;
  for (let place = 0; place < one.length; place++) {
    const far = Math.abs(one[place] - other[place]) / Math.max(1, Math.abs(other[place]));
    if (far > most || Number.isNaN(far)) most = far;
  }
  return most;
}

const OFF = 1e-2; // so far apart, the rule was not the whole of it: a learned number that a look does not hold

/** The captured scores less what they all have beyond others: a softmax does not feel it, so a kernel may leave it out. */
function levelled(captured, scores, readable) {
  const shift = readable.length ? captured[readable[0]] - scores[readable[0]] : 0;
  return captured.map((each) => each - shift);
}

/** All steps of one query of one head; what cannot be computed again is null, and says so by that. */
export function recomputed(head, query) {
  const { call, exact } = head;
  if (!exact.query || !exact.key || !exact.value) return null;
  const vector = Float64Array.from(rowOf(exact.query, query));
  const readable = Array.from({ length: call.m }, (_, key) => key).filter((key) => head.reads(query, key));
  let captured = exact.scores ? rowOf(exact.scores, query) : null;
  const rule = ruleFor(head, vector, captured, readable);
  const scores = rule ? Float64Array.from({ length: call.m }, (_, key) => rule.of(vector, rowOf(exact.key, key))) : captured && Float64Array.from(captured);
  const terms = exact.terms ? rowOf(exact.terms, query) : null;
  const whole = scores && Float64Array.from(scores, (each, key) => each + (terms?.[key] ?? 0));
  if (rule?.kind === "distance" && captured) captured = levelled(captured, scores, readable);
  const found = whole && shares(head, query, readable, whole);
  const weights = weightsOf(found?.weights, readable, exact.weights && rowOf(exact.weights, query), call.m);
  const output = weights && weighted(weights, exact.value);
  return {
    ...{ vector, rule, readable, scores, terms, whole, weights, output },
    formula: found?.formula ?? null,
    deltas: {
      scores: rule && captured ? difference(readable.map((key) => scores[key]), readable.map((key) => captured[key])) : null,
      weights: found ? weightsApart(head, query, weights) : null,
      output: output && exact.output ? difference(output, rowOf(exact.output, query)) : null,
    },
  };
}

/** The rule of the scores, unless what was captured shows that it is not the whole rule. */
function ruleFor(head, vector, captured, readable) {
  const rule = scoring(head);
  if (rule?.kind !== "distance" || !captured) return rule;
  const scores = captured.map((_, key) => rule.of(vector, rowOf(head.exact.key, key)));
  return difference(scores, levelled(captured, scores, readable)) < OFF ? rule : null;
}

/** The weights of the readable keys by the rule in words, unless what was captured shows that it is not the whole rule. */
function shares(head, query, readable, whole) {
  const { call, which } = head;
  const found = normalized(call.normalizer, readable.map((key) => whole[key]), call.parameter?.[which] ?? undefined);
  if (!found || call.parameter || !/sink|sigmoid|entmax/i.test(call.normalizer)) return found;
  const apart = weightsApart(head, query, weightsOf(found.weights, readable, null, call.m));
  return apart > OFF ? null : found;
}

function weightsOf(found, readable, captured, count) {
  if (!found) return captured && Float64Array.from(captured);
  const weights = new Float64Array(count);
  readable.forEach((key, place) => (weights[key] = found[place]));
  return weights;
}

function weightsApart(head, query, weights) {
  if (head.kind === "dense") return difference(weights, head.row(query));
  const kept = head.greatest(query);
  return kept.length ? difference(kept.map(([key]) => weights[key]), kept.map(([, weight]) => weight)) : null;
}

/** Σ weight · value. */
export function weighted(weights, values) {
  const width = values.shape.at(-1);
  const sum = new Float64Array(width);
  weights.forEach((weight, key) => {
    if (weight !== 0) for (let each = 0; each < width; each++) sum[each] += weight * values.values[key * width + each];
  });
  return sum;
}
