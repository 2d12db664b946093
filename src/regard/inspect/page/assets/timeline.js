// A thing that lies along time: weights as bars, the thing below, one cursor through both. Sound and series are such.

import { onScheme } from "./colours.js";
import { drawn, element } from "./dom.js";
import { stride } from "./keys.js";
import { WIDE, bars, spanAt } from "./waves.js";

const BARS = 56;

/** Draws `body` (nodes of a drawing, `height` high) under the weights of `spans`, which go from 0 to `end`. */
export class Timeline {
  constructor({ name, spans, end, height, body, unit }, { pick, point }) {
    Object.assign(this, { spans, end, pick, point, count: spans.shape[0] });
    this.weights = drawn("g");
    this.mark = drawn("rect", { class: "span", y: 0, height: BARS + height });
    this.reader = drawn("rect", { class: "span reader", y: 0, height: BARS + height });
    const scale = drawn("g", { class: "ticks" }, ...this.ticks(unit, BARS + height));
    this.svg = drawn(
      "svg",
      { viewBox: `0 0 ${WIDE} ${BARS + height + 18}`, tabindex: "0", role: "application", "aria-label": name },
      drawn("g", { transform: `translate(0 ${BARS})` }, ...body),
      this.weights,
      this.reader,
      this.mark,
      scale,
    );
    this.node = element("div", { class: "timeline" }, this.svg);
    this.svg.addEventListener("keydown", (event) => this.key(event));
    const at = (event) => spanAt(spans, (event.offsetX / this.svg.clientWidth) * end);
    this.svg.addEventListener("pointermove", (event) => at(event) >= 0 && this.point?.(at(event)));
    this.svg.addEventListener("click", (event) => at(event) >= 0 && this.pick?.(at(event)));
    onScheme(() => this.shown && this.show(this.shown));
  }

  ticks(unit, y) {
    const power = 10 ** Math.floor(Math.log10(this.end / 4 || 1));
    const apart = [1, 2, 5].map((each) => each * power).findLast((each) => each <= this.end / 4) ?? power;
    const count = Math.floor(this.end / apart + 1e-9);
    return Array.from({ length: count + 1 }, (_, each) => {
      const text = `${Number((apart * each).toPrecision(3))}${each === count ? ` ${unit}` : ""}`;
      const anchor = each === 0 ? "start" : each === count ? "end" : "middle";
      return drawn("text", { x: (WIDE * apart * each) / this.end, y: y + 14, "text-anchor": anchor }, text);
    });
  }

  key(event) {
    if (event.key === "Enter") return this.pick?.(this.shown.key);
    const next = stride(event, Math.max(0, this.shown.key), this.count);
    if (next === undefined) return undefined;
    event.preventDefault();
    return this.point?.(next);
  }

  show(shown) {
    this.shown = shown;
    this.weights.replaceChildren(...(shown.values ? bars(this.spans, shown, this.end, BARS) : []));
    this.place(this.mark, shown.key);
    this.place(this.reader, shown.query);
  }

  place(node, at) {
    node.setAttribute("visibility", at >= 0 ? "visible" : "hidden");
    if (!(at >= 0)) return;
    const [from, to] = [this.spans.values[2 * at], this.spans.values[2 * at + 1]].map((each) => (each / this.end) * WIDE);
    node.setAttribute("x", from);
    node.setAttribute("width", Math.max(1.5, to - from));
  }

  drawing() {
    return this.svg;
  }
}
