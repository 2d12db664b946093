// Pieces of a text in their order, each tinted by its number; long texts a window at a time.

import { tint } from "./colours.js";
import { drawn, element, label, visible } from "./dom.js";
import { countText, weightText } from "./format.js";
import { stride } from "./keys.js";
import { button } from "./parts.js";
import { Ribbon } from "./ribbon.js";
import { shareOf } from "./tinted.js";
import { say } from "./words.js";

const SEEN = 200;

/** `pick(place)` when a piece is chosen, `point(place)` when it is looked at. */
export class Tokens {
  constructor(axis, _, { pick, point }) {
    Object.assign(this, { axis, pick, point, start: 0, shown: { query: -1, key: -1 } });
    this.count = axis.labels.length;
    this.line = element("div", { class: "tokens", role: "group", "aria-label": say("pieces"), dir: "auto" });
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.node = element("div", {}, this.line);
    if (this.count > SEEN) this.node.prepend(this.pages());
    this.fill();
  }

  pages() {
    this.ribbon = new Ribbon(this.count, (place) => this.move(place - (SEEN >> 1)));
    this.told = element("span", { class: "how" });
    const turn = (by) => () => this.move(this.start + by * SEEN);
    const buttons = [button("‹", turn(-1), { "aria-label": say("earlier") }), button("›", turn(1), { "aria-label": say("later") })];
    return element("div", {}, this.ribbon.node, element("p", { class: "row" }, ...buttons, this.told));
  }

  move(start, redraw = true) {
    this.start = Math.min(Math.max(0, start), this.count - SEEN);
    this.fill();
    if (redraw) this.show(this.shown);
  }

  fill() {
    const some = this.axis.labels.slice(this.start, this.start + SEEN);
    this.made = some.map((text, each) => this.token(text, this.start + each));
    this.line.replaceChildren(...this.made);
    if (this.told) this.told.textContent = say("window", countText(this.start + 1), countText(this.start + some.length), countText(this.count));
  }

  token(text, place) {
    const given = { type: "button", class: "token", tabindex: "-1", onclick: () => (this.pick ?? this.point)?.(place) };
    return element("button", { ...given, onfocus: () => this.point?.(place) }, label(text, 40));
  }

  key(event) {
    const from = this.made.indexOf(event.target.closest("button"));
    const next = from < 0 ? undefined : stride(event, from, this.made.length);
    if (next === undefined) return;
    event.preventDefault();
    this.made[next].focus();
  }

  /** `{values, signed, darkest, query, key}`: tints; marks the query that reads, and the key that is looked at. */
  show(shown) {
    const jumped = shown.query !== this.shown.query && shown.query >= 0;
    this.shown = shown;
    if (this.count > SEEN && jumped && !(shown.query >= this.start && shown.query < this.start + SEEN)) this.move(shown.query - (SEEN >> 1), false);
    const stop = shown.query >= 0 ? shown.query : shown.key;
    this.made.forEach((node, each) => {
      const place = this.start + each;
      const value = shown.values?.[place];
      node.classList.toggle("reader", place === shown.query);
      node.classList.toggle("at", place === shown.key);
      node.tabIndex = place === stop || (each === 0 && !this.inside(stop)) ? 0 : -1;
      const said = value === undefined ? visible(this.axis.labels[place]).slice(0, 200) : `${visible(this.axis.labels[place]).slice(0, 200)}, ${weightText(value)}`;
      node.setAttribute("aria-label", said);
      node.setAttribute("aria-pressed", place === shown.query);
      if (value === undefined) return;
      node.dataset.weight = weightText(value);
      tint(node, shareOf(value, shown), shown.signed);
    });
    this.ribbon?.show(shown, [this.start, SEEN]);
  }

  /** What is seen of the line, as a drawing. */
  drawing() {
    const frame = this.line.getBoundingClientRect();
    const pieces = this.made.flatMap((node) => {
      const { left, top, width, height } = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      const [x, y] = [left - frame.left, top - frame.top];
      const stroke = node.classList.contains("reader") ? style.borderTopColor : "none";
      return [
        drawn("rect", { x, y, width, height, rx: 4, fill: style.backgroundColor, stroke, "stroke-width": 2 }),
        drawn("text", { x: x + width / 2, y: y + height / 2 + 5, "text-anchor": "middle", "font-size": 16, "font-family": "sans-serif", fill: style.color }, node.textContent),
      ];
    });
    return drawn("svg", { viewBox: `0 0 ${Math.ceil(frame.width)} ${Math.ceil(frame.height)}` }, ...pieces);
  }

  inside(place) {
    return place >= this.start && place < this.start + this.made.length;
  }
}
