// A graph: nodes where they lie, edges as wide as what was read along them.

import { colour, css, ink, onScheme } from "./colours.js";
import { drawn, element } from "./dom.js";
import { countText } from "./format.js";
import { stride } from "./keys.js";
import { shareOf } from "./tinted.js";
import { say } from "./words.js";

const NODES = 250;
const EDGES = 600;
const WIDTH = 640;
const HEIGHT = 420;
const FRAME = 26;

export class Graph {
  constructor(axis, { edges, places }, { pick, point }) {
    Object.assign(this, { axis, edges, places, pick, point });
    this.lines = drawn("g");
    this.dots = drawn("g");
    const given = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: "0", role: "application", "aria-label": say("graph") };
    this.svg = drawn("svg", given, this.lines, this.dots);
    this.told = element("p", { class: "how" });
    this.node = element("div", { class: "graph" }, this.svg, this.told);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    onScheme(() => this.shown && this.show(this.shown));
  }

  key(event) {
    if (event.key === "Enter") return this.pick?.(this.shown.key);
    const next = stride(event, Math.max(0, this.shown.key), this.axis.labels.length);
    if (next === undefined) return undefined;
    event.preventDefault();
    return this.point?.(next);
  }

  at(node) {
    const [x, y] = this.places.values.subarray(2 * node, 2 * node + 2);
    return [FRAME + x * (WIDTH - 2 * FRAME), FRAME + y * (HEIGHT - 2 * FRAME)];
  }

  /** The nodes that are drawn: all, or the reader, the one looked at, and those that were read most. */
  nodes(shown) {
    const every = [...this.axis.labels.keys()];
    if (every.length <= NODES) return every;
    const size = (node) => (node === shown.query || node === shown.key ? Infinity : Math.abs(shown.values?.[node] ?? 0));
    return every.sort((one, other) => size(other) - size(one)).slice(0, NODES);
  }

  show(shown) {
    this.shown = shown;
    const nodes = this.nodes(shown);
    const seen = new Set(nodes);
    const pairs = this.pairs(seen);
    const edges = pairs.sort((one, other) => this.read(other, shown) - this.read(one, shown)).slice(0, EDGES);
    this.lines.replaceChildren(...edges.map((pair) => this.line(pair, shown)).reverse());
    this.dots.replaceChildren(...nodes.map((node) => this.dot(node, shown)).reverse());
    const hidden = [this.axis.labels.length - nodes.length, this.edges.shape[1] - edges.length];
    this.told.textContent = hidden.some((each) => each > 0) ? say("graphPart", ...hidden.map(countText)) : "";
  }

  pairs(seen) {
    const count = this.edges.shape[1];
    const found = [];
    for (let each = 0; each < count; each++) {
      const pair = [this.edges.values[each], this.edges.values[count + each]];
      if (seen.has(pair[0]) && seen.has(pair[1])) found.push(pair);
    }
    return found;
  }

  /** How much is read along an edge: `rows(query)` are all weights where the graph reads itself. */
  read([from, to], { rows, values, query }) {
    if (rows) return Math.abs(rows(to)[from]) || 0;
    return query >= 0 && to !== query ? 0 : Math.abs(values?.[from] ?? 0);
  }

  line([from, to], shown) {
    const [[x1, y1], [x2, y2]] = [this.at(from), this.at(to)];
    const width = 0.75 + 6 * Math.min(1, shareOf(this.read([from, to], shown), shown) || 0);
    return drawn("line", { x1, y1, x2, y2, class: to === shown.query ? "edge read" : "edge", "stroke-width": width.toFixed(2) });
  }

  dot(node, shown) {
    const [cx, cy] = this.at(node);
    const few = this.axis.labels.length <= 60;
    const rgb = colour(shown.values ? shareOf(shown.values[node], shown) : 0, shown.signed);
    const kinds = ["node", node === shown.query && "reader", node === shown.key && "at"].filter(Boolean).join(" ");
    const given = { cx, cy, r: few ? 12 : 6, class: kinds, fill: css(rgb) };
    const circle = drawn("circle", { ...given, onpointerenter: () => this.point?.(node), onclick: () => this.pick?.(node) });
    if (!few) return circle;
    return drawn("g", {}, circle, drawn("text", { x: cx, y: cy + 3.5, "text-anchor": "middle", class: "name", fill: ink(rgb) }, this.axis.labels[node].match(/\d{1,3}$/)?.[0] ?? String(node + 1)));
  }

  drawing() {
    return this.svg;
  }
}
