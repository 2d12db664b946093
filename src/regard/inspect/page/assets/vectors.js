// Vectors as strips: a line for each, its numbers from blue to orange, its weight as a bar before it.

import { colour, css, onScheme, pageColour } from "./colours.js";
import { element, resize, shortened, surface } from "./dom.js";
import { stride } from "./keys.js";
import { largest, shareOf } from "./tinted.js";
import { say } from "./words.js";

const LINE = 18;
const MOST = 40;
const LABEL = 92;
const BAR = 90;

export class Vectors {
  constructor(axis, { values }, { pick, point }) {
    Object.assign(this, { axis, values, pick, point, start: 0 });
    this.largest = largest(values.values) || 1;
    this.canvas = surface(1, 1, { tabindex: "0", role: "application", "aria-label": say("vectors") });
    this.told = element("p", { class: "how" });
    this.form = "size";
    this.node = element("div", { class: "strips" }, this.canvas, this.told);
    const at = (event) => this.start + Math.floor(event.offsetY / LINE);
    this.canvas.addEventListener("pointermove", (event) => at(event) in axis.labels && at(event) !== this.shown.key && this.point?.(at(event)));
    this.canvas.addEventListener("click", (event) => at(event) in axis.labels && this.pick?.(at(event)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.node);
    onScheme(() => this.draw());
  }

  key(event) {
    if (event.key === "Enter") return this.pick?.(this.shown.key);
    const next = stride(event, Math.max(0, this.shown.key), this.axis.labels.length);
    if (next === undefined) return undefined;
    event.preventDefault();
    return this.point?.(next);
  }

  show(shown) {
    this.shown = shown;
    const seen = Math.min(MOST, this.axis.labels.length);
    const stop = Math.max(shown.key, 0);
    if (stop < this.start || stop >= this.start + seen) this.start = Math.min(Math.max(0, stop - (seen >> 1)), this.axis.labels.length - seen);
    this.draw();
  }

  draw() {
    if (!this.shown || !this.node.clientWidth) return;
    const width = this.node.clientWidth;
    const seen = Math.min(MOST, this.axis.labels.length);
    const pen = resize(this.canvas, width, seen * LINE);
    [pen.font, pen.textBaseline] = ["12px system-ui, sans-serif", "middle"];
    for (let each = 0; each < seen; each++) this.line(pen, this.start + each, each * LINE, width);
    this.told.textContent = seen < this.axis.labels.length ? say("window", this.start + 1, this.start + seen, this.axis.labels.length) : "";
  }

  line(pen, place, y, width) {
    const { query, key, values, signed } = this.shown;
    if (place === key) [pen.fillStyle] = [pageColour("--raised")], pen.fillRect(0, y, width, LINE);
    pen.fillStyle = pageColour(place === query ? "--mark" : "--ink");
    pen.fillText(shortened(this.axis.labels[place], 12), 2, y + LINE / 2);
    const share = values ? shareOf(values[place], this.shown) || 0 : 0;
    pen.fillStyle = signed ? css(colour(Math.sign(share) * 0.7, true)) : pageColour("--accent");
    pen.fillRect(LABEL, y + 4, Math.max(share ? 1 : 0, BAR * Math.min(1, Math.abs(share))), LINE - 8);
    const [, features] = this.values.shape;
    const room = width - LABEL - BAR - 12;
    for (let each = 0; each < features; each++) {
      const [from, to] = [each, each + 1].map((edge) => LABEL + BAR + 12 + Math.round((edge / features) * room));
      pen.fillStyle = css(colour(this.values.values[place * features + each] / this.largest, true));
      pen.fillRect(from, y + 2, Math.max(1, to - from - (to - from > 5 ? 1 : 0)), LINE - 4);
    }
  }

  drawing() {
    return this.canvas;
  }
}
