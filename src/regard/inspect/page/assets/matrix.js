// All weights of one head: who reads, down; who is read, across.

import { element, label, visible } from "./dom.js";
import { countText, numberText, weightText } from "./format.js";
import { Grid } from "./grid.js";
import { greatestOf } from "./judged.js";
import { note, part, savers, twin } from "./parts.js";
import { Legend, darkestOf } from "./tinted.js";
import { Window } from "./window.js";
import { say } from "./words.js";

const WHOLE = 600; // so many weights a table shows at once
const ROWS = 40;
const TOP = 8;
const MOST_SAVED = 4_300_000;

export class Matrix {
  constructor(where) {
    this.where = where;
    const at = (row, column) => [Math.floor(row * this.size[0]), Math.floor(column * this.size[1])];
    const moved = (row, column) => where.go({ query: at(row, column)[0], key: at(row, column)[1] });
    this.grid = new Grid(say("matrixName"), moved, (row, column) => this.peek([row, column], at(row, column)));
    this.window = new Window(this.grid, () => this.show());
    this.legend = new Legend();
    this.readout = element("p", { class: "readout", role: "status" });
    this.told = note("");
    this.twin = twin(say("matrix"), () => this.table());
    const saving = savers("matrix", { drawing: () => this.grid.picture, rows: () => this.rows(), json: () => this.json() });
    const legend = element("div", { class: "row" }, this.legend.node, element("p", { class: "legend" }, element("span", { class: "hatch" }), say("masked")));
    this.node = part("matrix", note(say("matrixHow")), this.window.node, this.readout, this.grid.node, legend, this.window.told, this.told, saving, this.twin.node);
  }

  update(call, head) {
    const same = this.head === head && this.until === this.where.until;
    Object.assign(this, { head, until: this.where.until });
    if (same) this.look();
    else this.show();
  }

  show() {
    const { head } = this;
    if (head.kind === "map") this.showMap(head);
    else this.showHead(head);
    this.window.tell(head);
    this.told.textContent = this.about(head);
    this.look();
  }

  showHead(head) {
    const { n, m, readers, readings } = head.call;
    const darkest = darkestOf(head, this.window.shade);
    const [weight, log] = [this.window.weight(head), this.window.scale === "log"];
    const signed = head.kind === "dense" && head.dense.values.some((each) => each < 0);
    const sparse = head.kind === "top" && this.window.first === "keep" && ((query) => head.greatest(query));
    this.size = [1, 1];
    this.legend.show(darkest, signed, log ? 1e-4 : 0);
    this.grid.show({ rows: n, columns: m, weight, sparse, reads: (row, column) => head.reads(row, column), labels: [readers, readings], darkest, signed, log, masks: head.readable, until: this.until });
  }

  /** Where only means over blocks were kept. */
  showMap(head) {
    const { rows, columns, values } = head.overview();
    this.size = [head.call.n / rows, head.call.m / columns];
    const names = [rows, columns].map((count, axis) => Array.from({ length: count }, (_, each) => this.range(each, axis)));
    const darkest = values.reduce((one, other) => Math.max(one, other), 0) || 1;
    this.legend.show(darkest);
    this.grid.show({ rows, columns, weight: (row, column) => values[row * columns + column], reads: () => true, labels: names, darkest });
  }

  range(each, axis) {
    const [from, to] = [each, each + 1].map((edge) => Math.floor(edge * this.size[axis]));
    return to - from > 1 ? `${from + 1}–${to}` : String(from + 1);
  }

  /** The cursor follows the place of the page. */
  look() {
    const { query, key } = this.where.at;
    this.grid.go(Math.min(Math.floor(query / this.size[0]), this.grid.source.rows - 1), Math.min(Math.floor(key / this.size[1]), this.grid.source.columns - 1));
    this.readout.replaceChildren(...this.sentence(query, key));
    if (query !== this.tabled?.[0] || this.head !== this.tabled?.[1]) this.twin.refresh();
    this.tabled = [query, this.head];
  }

  /** What the pointer is at; the place of the page stays where it is. */
  peek(dot, [query, key]) {
    this.grid.mark(dot);
    const own = dot[0] === this.grid.at[0] && dot[1] === this.grid.at[1];
    this.readout.replaceChildren(...(own ? this.sentence(this.where.at.query, this.where.at.key) : this.sentence(query, key, dot)));
  }

  sentence(query, key, dot = this.grid.at) {
    const { head } = this;
    const { call } = head;
    const names = { "\u0001": label(call.readers[query]), "\u0002": label(call.readings[key]) };
    const fill = (text) => text.split(/([\u0001\u0002])/).map((each) => (names[each] ? element("b", {}, names[each]) : each));
    if (head.kind === "map") return fill(say("cellMap", "\u0001", "\u0002", weightText(this.grid.source.weight(...dot))));
    if (!head.reads(query, key)) return fill(say("cellMasked", "\u0001", "\u0002", numberText(head.sum(query))));
    const weight = head.row(query)[key];
    const kept = head.kind === "dense" || head.greatest(query).some(([each]) => each === key);
    const scores = head.exact.scores?.values[query * call.m + key];
    const score = scores === undefined ? "" : ` ${say("cellScore", numberText(scores))}`;
    const about = head.error ? ` (± ${numberText(head.error)})` : "";
    return [...fill(say(kept ? "cell" : "cellRest", "\u0001", "\u0002", weightText(weight) + about, numberText(head.sum(query)))), score];
  }

  /** What kind of numbers these are. */
  about(head) {
    const { per } = this.grid.axes?.[1] ?? { per: 1 };
    const parts = [say(`kept ${head.kind}`, head.top?.shape[1] ?? "")];
    if (head.kind === "dense") parts.push(head.error ? say("rounded", numberText(head.error)) : say("exactly"));
    if (head.kind !== "map" && Math.max(per, this.grid.axes?.[0].per ?? 1) > 1) parts.push(say("blocks"));
    return parts.join(" ");
  }

  table() {
    const { head } = this;
    const { n, m, readers, readings } = head.call;
    if (head.kind === "map") return { head: [], rows: [], told: say("onlyMap") };
    if (n * m <= WHOLE) {
      const rows = readers.map((text, query) => [label(text), ...Array.from(head.row(query), (each, key) => (head.reads(query, key) ? weightText(each) : "×")), numberText(head.sum(query))]);
      return { head: [say("reads"), ...readings.map((text) => label(text, 16)), say("sum")], rows, told: say("maskedMark") };
    }
    const start = Math.max(0, Math.min(this.where.at.query - (ROWS >> 1), n - ROWS));
    const rows = readers.slice(start, start + ROWS).map((text, each) => [label(text, 24), ...this.best(start + each), numberText(head.sum(start + each))]);
    const ranks = Array.from({ length: Math.min(TOP, m) }, (_, rank) => say("rank", rank + 1));
    return { head: [say("reads"), ...ranks, say("sum")], rows, told: say("window", countText(start + 1), countText(Math.min(n, start + ROWS)), countText(n)) };
  }

  best(query) {
    const found = greatestOf(this.head.row(query), TOP).map(([key, weight]) => element("span", {}, label(this.head.call.readings[key], 16), ` ${weightText(weight)}`));
    return [...found, ...Array(Math.min(TOP, this.head.call.m) - found.length).fill("")];
  }

  rows() {
    const { head } = this;
    const { n, m, readers, readings } = head.call;
    if (head.kind === "dense" && n * m <= MOST_SAVED) return [["", ...readings], ...readers.map((text, query) => [text, ...head.row(query)])];
    const kept = (query) => (head.kind === "top" ? head.greatest(query) : []);
    return [["query", "key", "weight"], ...readers.flatMap((text, query) => kept(query).map(([key, weight]) => [text, readings[key], weight]))];
  }

  json() {
    const { call, which, error } = this.head;
    return { call: call.name, head: which === "mean" ? which : which + 1, error, queries: call.readers.map(visible), keys: call.readings.map(visible), rows: this.rows() };
  }
}
