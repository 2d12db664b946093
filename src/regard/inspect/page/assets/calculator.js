// The nine steps of one query of one head, each number computed again from those before it.

import { element, label } from "./dom.js";
import { countText, deltaText, numberText, weightText } from "./format.js";
import { greatestOf } from "./judged.js";
import { part, savers, table, wide } from "./parts.js";
import { recomputed } from "./recompute.js";
import { strip } from "./strip.js";
import { whatIf } from "./whatif.js";
import { say } from "./words.js";

const SUMMED = 10;
const CLOSE = 1e-6;
const RULES = { additive: "Σ w · tanh(q + k)", distance: "−‖q − k‖² / 2w²" };

export class Calculator {
  constructor(where) {
    this.where = where;
    this.check = element("p", { class: "check", role: "status" });
    this.place = element("ol", { class: "steps" });
    this.saving = savers("calculator", { rows: () => this.rows() });
    this.node = part("calculator", element("p", { class: "how" }, say("calculatorHow")), this.check, this.place, this.saving);
  }

  update(call, head) {
    const { query, key } = this.where.at;
    if (this.head !== head || this.query !== query) this.found = recomputed(head, query);
    Object.assign(this, { call, head, query, key });
    this.saving.hidden = !this.found;
    if (!this.found) {
      this.check.textContent = say(head.which === "mean" ? "calculatorMean" : "calculatorAbsent");
      this.check.className = "check how";
      this.place.replaceChildren();
      return;
    }
    const known = Object.entries(this.found.deltas).filter(([, delta]) => delta !== null);
    const most = known.reduce((one, [, delta]) => (Number.isNaN(delta) ? NaN : Math.max(one, delta)), 0);
    const rounded = head.error ? ` ${say("within", numberText(head.error))}` : "";
    this.check.textContent = known.length ? say("checked", deltaText(most), known.map(([name]) => say(`delta ${name}`)).join(", ")) + rounded : say("unchecked");
    const size = Math.max(1, ...this.found.readable.slice(0, 10_000).map((place) => Math.abs(this.found.scores?.[place] ?? 0)));
    this.check.className = `check ${most <= CLOSE * size + head.error ? "close" : "far"}`;
    this.check.dataset.delta = known.length ? String(most) : "";
    this.place.replaceChildren(...this.steps());
  }

  steps() {
    const { call, head, found, query, key } = this;
    const [reader, read] = [label(call.readers[query], 24), label(call.readings[key], 24)];
    const vector = (table, place) => table.values.subarray(place * table.shape.at(-1), (place + 1) * table.shape.at(-1));
    const { exact } = head;
    const turned = call.before.length ? [say("turned", call.position === "none" ? call.score : call.position)] : [];
    return [
      this.step("vectorsStep", say("stepVectors", countText(call.n), countText(call.m)), element("p", {}, say("reads"), ": ", element("b", {}, reader), " · ", say("isRead"), ": ", element("b", {}, read))),
      this.step("queryVector", say("stepQuery", found.vector.length), strip(vector(exact.query, query), say("queryVector")), ...turned),
      this.step("keyVector", say("stepKey"), strip(vector(exact.key, key), say("keyVector"))),
      this.step("valueVector", say("stepValue"), strip(vector(exact.value, key), say("valueVector"))),
      this.step("score", say("stepScore"), ...this.score(vector(exact.key, key))),
      this.step("scaled", say("stepScale"), ...this.scaled()),
      this.step("maskTerms", say("stepMask"), ...this.mask()),
      this.step("weights", say("stepWeights"), ...this.weights()),
      this.step("weightedSum", say("stepSum"), ...this.sum()),
      this.step("joined", say("stepJoined", call.heads), ...this.joined()),
    ];
  }

  step(name, how, ...body) {
    return element("li", { id: `step-${name}` }, element("h3", {}, say(name)), element("p", { class: "how" }, how), ...body.map((each) => (typeof each === "string" ? element("p", {}, each) : each)));
  }

  /** A line of numbers that people can follow, and read out of the page. */
  line(text, value) {
    return element("p", { class: "formula" }, text, " = ", element("data", { value: String(value) }, numberText(value)));
  }

  delta(name) {
    const delta = this.found.deltas[name];
    if (delta === null) return element("p", { class: "how" }, say("notRecomputed"));
    return element("p", { class: "delta" }, say("same", deltaText(delta)));
  }

  score(other) {
    const { vector, rule } = this.found;
    if (!rule) return [say("scoreNotKnown", this.call.score), this.line(say("captured"), this.found.scores?.[this.key] ?? NaN)];
    if (rule.kind !== "dot") return [this.line(`${this.call.score}: ${RULES[rule.kind]}`, this.found.scores[this.key])];
    const products = Array.from(vector, (each, place) => each * other[place]);
    const text = products.slice(0, 4).map((product, place) => `(${numberText(vector[place])} · ${numberText(other[place])})`).join(" + ");
    const sum = products.reduce((one, each) => one + each, 0);
    const working = table([say("place"), "q", "k", "q · k"], products.map((product, place) => [String(place + 1), numberText(vector[place]), numberText(other[place]), numberText(product)]));
    const shown = products.length <= 128 ? [element("details", {}, element("summary", {}, say("working")), wide(working, say("working")))] : [];
    return [this.line(`q · k = ${text}${products.length > 4 ? " + …" : ""}`, sum), ...shown];
  }

  scaled() {
    const { rule, scores } = this.found;
    if (!rule) return [this.delta("scores")];
    if (rule.kind !== "dot") return [say("unscaled", this.call.score), this.delta("scores")];
    const { scale } = this.call;
    return [this.line(`${numberText(scores[this.key] / scale)} × ${numberText(scale)}`, scores[this.key]), this.delta("scores")];
  }

  mask() {
    const { terms, whole, readable, scores } = this.found;
    const counted = say("readableKeys", countText(readable.length), countText(this.call.m), this.call.mask);
    const may = readable.includes(this.key) ? "" : element("p", { class: "warning" }, say("mayNot"));
    const added = terms ? [this.line(`${numberText(scores[this.key])} + ${numberText(terms[this.key])} (${this.call.position})`, whole[this.key])] : [say("noTerms")];
    return [counted, ...added, may].filter(Boolean);
  }

  weights() {
    const { formula, weights, whole, readable } = this.found;
    if (!weights) return [say("weightsNotKnown", this.call.normalizer)];
    const text = formula ? `${this.call.normalizer}: ${formula}` : say("captured");
    const best = greatestOf(weights, SUMMED).map(([key, weight]) => [label(this.call.readings[key], 24), whole ? numberText(whole[key]) : "", weightText(weight)]);
    const more = readable.length > best.length ? say("restWeights", countText(readable.length - best.length)) : "";
    const unknown = formula ? [] : [say("weightsNotKnown", this.call.normalizer)];
    return [
      ...unknown,
      this.line(text, weights[this.key]),
      this.delta("weights"),
      wide(table([say("isRead"), say("score"), say("weight")], best), say("weights")),
      more,
      formula && readable.includes(this.key) ? whatIf(this.call, this.head.which, readable.map((key) => whole[key]), readable.indexOf(this.key)) : "",
    ].filter(Boolean);
  }

  sum() {
    const { weights, output } = this.found;
    if (!output) return [say("weightsNotKnown", this.call.normalizer)];
    const { values, shape } = this.head.exact.value;
    const width = shape.at(-1);
    const size = (key) => Math.sqrt(values.subarray(key * width, (key + 1) * width).reduce((sum, each) => sum + each * each, 0));
    const best = greatestOf(weights, 5).map(([key, weight]) => `${weightText(weight)} · v(${[...this.call.readings[key]].slice(0, 16).join("")})`);
    const norms = say("carried", numberText(size(this.key) * weights[this.key]));
    return [element("p", { class: "formula" }, element("bdi", {}, best.join(" + ")), weights.length > 5 ? " + …" : ""), strip(output, say("weightedSum")), this.delta("output"), norms];
  }

  joined() {
    const place = element("div");
    const { call, query } = this;
    const all = call.exact.map((each, head) => [head, each.output]).filter(([, block]) => block !== undefined);
    if (!all.length) return [say("joinedAbsent")];
    const fill = async () => {
      const opened = await Promise.all(all.slice(0, 32).map(([, block]) => call.look.blocks.open(block)));
      const width = (each) => each.shape.at(-1);
      const rows = opened.map((each, at) => element("div", { class: "joined" }, element("span", {}, say("headNumber", all[at][0] + 1)), strip(each.values.subarray(query * width(each), (query + 1) * width(each)), say("headNumber", all[at][0] + 1))));
      place.replaceChildren(...rows);
    };
    const details = element("details", { ontoggle: () => (details.open ? fill() : place.replaceChildren()) }, element("summary", {}, say("outputs", all.length, call.heads)), place);
    return [details, say("afterJoined")];
  }

  rows() {
    const { call, found } = this;
    const head = ["key", "label", "readable", "score", "term", "weight"];
    return [head, ...call.readings.map((text, key) => [key + 1, text, this.head.reads(this.query, key), found.scores?.[key] ?? "", found.terms?.[key] ?? 0, found.weights?.[key] ?? ""])];
  }
}
