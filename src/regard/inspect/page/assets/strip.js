// A vector as numbers in a row, blue where they are above naught, orange where below.

import { tint } from "./colours.js";
import { element } from "./dom.js";
import { numberText } from "./format.js";
import { largest } from "./tinted.js";
import { say } from "./words.js";

const SEEN = 12;

export function strip(values, name) {
  const most = largest(values) || 1;
  const cell = (value) => {
    const made = element("span", { class: "number" }, short(value));
    tint(made, (0.8 * value) / most, true);
    return made;
  };
  const all = values.length > SEEN ? [element("details", {}, element("summary", {}, say("allNumbers", values.length)), element("p", { class: "numbers" }, Array.from(values, numberText).join("  ")))] : [];
  return element("div", { class: "strip", role: "group", "aria-label": name }, element("p", {}, ...Array.from(values.subarray(0, SEEN), cell), ...(all.length ? [element("span", { class: "more" }, "…")] : [])), ...all);
}

const short = (value) => (Math.abs(value) >= 1000 ? numberText(value) : numberText(Number(value.toPrecision(3))));
