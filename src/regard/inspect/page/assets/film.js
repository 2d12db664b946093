// One look for each checkpoint of a training: a head as it comes to be.

import { drawn, element } from "./dom.js";
import { numberText } from "./format.js";
import { button, note, part, savers, table, wide } from "./parts.js";
import { say } from "./words.js";

const WIDTH = 640;
const HEIGHT = 90;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const APART = 700;

export class Film {
  constructor(where) {
    this.where = where;
    const count = where.looks.length;
    this.slider = element("input", { type: "range", min: 1, max: count, "aria-label": say("checkpoint"), oninput: () => (this.stop(), where.go({ look: Number(this.slider.value) - 1 })) });
    this.play = button(say("play"), () => this.toggle(), { id: "roll" });
    const go = (by) => () => (this.stop(), where.go({ look: where.at.look + by }));
    this.told = element("p", { class: "readout", role: "status" });
    this.charts = element("div", { class: "charts" });
    const row = element("div", { class: "row" }, button("‹", go(-1), { "aria-label": say("before") }), this.play, button("›", go(1), { "aria-label": say("after") }), this.slider);
    const saving = savers("film", { rows: () => this.rows, drawing: () => this.charts.querySelector("svg") });
    this.node = part("film", note(say("filmHow")), row, this.told, this.charts, saving);
    const still = () => ((this.play.hidden = STILL.matches), STILL.matches && this.stop());
    STILL.addEventListener("change", still);
    still();
  }

  nameOf(look, place) {
    return look.headline.checkpoint ?? look.provenance.step ?? String(place + 1);
  }

  update(call, head) {
    const { at, looks } = this.where;
    this.slider.value = at.look + 1;
    const name = this.nameOf(looks[at.look], at.look);
    this.slider.setAttribute("aria-valuetext", name);
    this.told.textContent = say("checkpointOf", at.look + 1, looks.length, name);
    const place = head.which === "mean" ? 0 : head.which;
    const lines = Object.keys(call.facts).map((fact) => [say(`fact ${fact}`), looks.map((look) => look.call(call.name).facts[fact]?.[place] ?? NaN)]);
    const told = (key) => looks.map((look) => Number.parseFloat(look.headline[key] ?? look.provenance[key] ?? "NaN"));
    for (const key of ["loss", "confidence"]) if (told(key).some(Number.isFinite)) lines.unshift([say(key), told(key)]);
    const rows = lines.map(([title, values]) => [title, ...values.map(numberText)]);
    const names = looks.map((look, each) => this.nameOf(look, each));
    this.rows = [["measure", ...names], ...lines.map(([title, values]) => [title, ...values])];
    this.charts.replaceChildren(
      ...lines.filter(([, values]) => values.some(Number.isFinite)).map(([title, values]) => this.chart(title, values, at.look)),
      element("details", {}, element("summary", {}, say("asTable")), wide(table([say("what"), ...names], rows), say("film"))),
    );
  }

  chart(title, values, at) {
    const known = values.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const x = (place) => 8 + (place / Math.max(1, values.length - 1)) * (WIDTH - 16);
    const y = (value) => 8 + (1 - (value - low) / (high - low || 1)) * (HEIGHT - 16);
    const points = values.map((value, place) => (Number.isFinite(value) ? `${x(place).toFixed(1)},${y(value).toFixed(1)}` : "")).filter(Boolean);
    const dot = Number.isFinite(values[at]) ? [drawn("circle", { class: "dot", cx: x(at), cy: y(values[at]), r: 5 })] : [];
    const told = `${title}: ${values.map(numberText).join(", ")}`;
    const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": told }, drawn("polyline", { class: "wave", points: points.join(" ") }), ...dot);
    return element("figure", {}, element("figcaption", {}, title, " ", element("b", {}, numberText(values[at]))), svg);
  }

  toggle() {
    if (this.timer) return this.stop();
    const { where } = this;
    this.play.textContent = say("pause");
    if (where.at.look === where.looks.length - 1) where.go({ look: 0 });
    const next = () => {
      if (where.at.look >= where.looks.length - 1) return this.stop();
      where.go({ look: where.at.look + 1 });
      this.timer = setTimeout(next, APART);
      return undefined;
    };
    this.timer = setTimeout(next, APART);
    return undefined;
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.play.textContent = say("play");
  }
}
