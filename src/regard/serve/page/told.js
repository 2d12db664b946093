// What the page tells at the form: refusals in three lines, and where things stand in one.

import { byId, content, element } from "./dom.js";
import { say } from "./words.js";

/** One line for people who look, and more for people who listen. */
export function status(text, heard = "") {
  byId("status").replaceChildren(text, element("span", { class: "unseen" }, heard && `. ${heard}`));
}

/** The three lines, and in how many seconds it is worth another try. */
export function refuse(error, place = byId("refusal")) {
  const [rule, got, hint] = error.lines;
  const line = (name, text) => element("p", {}, element("span", { class: "name" }, name), " ", content(text));
  const wait = error.wait ? [element("p", {}, say.wait(error.wait))] : [];
  place.replaceChildren(element("p", { class: "rule" }, content(rule)), line(say.got, got), line(say.try, hint), ...wait);
}

export function clear() {
  byId("refusal").replaceChildren();
  status("");
}
