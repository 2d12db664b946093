// Writing, step by step: what was written, what else might have been, and the rows of the matrix as they came to be.

import { element, label } from "./dom.js";
import { numberText, percentText } from "./format.js";
import { button, choose, note, part, table, wide } from "./parts.js";
import { say } from "./words.js";

const SPEEDS = [["1200", "1×"], ["600", "2×"], ["300", "4×"]];
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SEEN = 60;

export class Scrubber {
  constructor(where) {
    this.where = where;
    this.speed = 600;
    this.line = element("ol", { class: "written" });
    this.place = element("div");
    this.play = button(say("play"), () => this.toggle(), { id: "play" });
    const go = (by) => () => (this.stop(), this.step(this.at + by));
    const every = button(say("wholeMatrix"), () => (this.stop(), this.release()));
    const speed = choose("speed", say("speed"), SPEEDS, this.speed, (value) => (this.speed = Number(value)));
    this.slider = element("input", { type: "range", min: 1, value: 1, "aria-label": say("step"), oninput: () => (this.stop(), this.step(Number(this.slider.value) - 1)) });
    const buttons = [button("‹", go(-1), { "aria-label": say("before") }), this.play, button("›", go(1), { "aria-label": say("after") }), this.slider, every];
    this.node = part("writing", note(say("writingHow")), this.line, element("div", { class: "row" }, ...buttons, speed), this.place);
    STILL.addEventListener("change", () => this.still());
    this.still();
  }

  /** Nothing moves by itself for those who do not want it to. */
  still() {
    this.play.hidden = STILL.matches;
    if (STILL.matches) this.stop();
  }

  update() {
    const { steps } = this.where.look;
    this.node.hidden = !steps.length;
    if (!steps.length) return;
    this.at = Math.min(this.where.at.query, steps.length - 1);
    this.slider.max = steps.length;
    this.slider.value = this.at + 1;
    this.slider.setAttribute("aria-valuetext", `${this.at + 1}: ${steps[this.at].piece}`);
    const start = Math.max(0, Math.min(this.at - (SEEN >> 1), steps.length - SEEN));
    this.line.replaceChildren(...steps.slice(start, start + SEEN).map((step, each) => this.piece(step, start + each)));
    const { candidates, log, piece } = steps[this.at];
    const rows = candidates.map(([text, each]) => [label(text, 24), percentText(Math.exp(each)), numberText(each)]);
    const title = element("p", {}, say("stepNumber", this.at + 1, steps.length), " ", element("b", {}, label(piece)), ` · log p ${numberText(log)}`);
    this.place.replaceChildren(title, ...(rows.length ? [wide(table([say("candidate"), say("probability"), "log p"], rows), say("candidates"))] : []));
  }

  piece({ piece, log }, place) {
    const kind = place === this.at ? "at" : place < this.at ? "" : "later";
    const node = element("li", { class: kind, "aria-current": place === this.at && "step" }, element("button", { type: "button", class: "token", onclick: () => (this.stop(), this.step(place)) }, label(piece, 30)));
    node.append(element("small", {}, numberText(Number(log.toPrecision(3)))));
    return node;
  }

  /** Goes to a step; rows after it are not there yet. */
  step(at) {
    const { steps } = this.where.look;
    const next = Math.min(Math.max(at, 0), steps.length - 1);
    this.where.until = next;
    if (next === this.where.at.query) this.where.refresh();
    else this.where.go({ query: next });
  }

  release() {
    this.where.until = undefined;
    this.where.refresh();
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.at >= this.where.look.steps.length - 1) this.step(0);
    this.play.textContent = say("pause");
    const next = () => {
      if (this.at >= this.where.look.steps.length - 1) return this.stop();
      this.step(this.at + 1);
      this.timer = setTimeout(next, this.speed);
      return undefined;
    };
    this.timer = setTimeout(next, this.speed);
    return undefined;
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.play.textContent = say("play");
  }
}
