// Elements. Texts become text, never markup: the page's policy forbids anything else.

import { say } from "./words.js";

/** An element with attributes (those that are false or undefined are left out), listeners (`onclick`) and children. */
export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export const byId = (name) => document.getElementById(name);

/** A text of the user's or of a model's: its direction is its own, and no browser translates it. */
export function content(text, name = "bdi", given = {}) {
  return element(name, { dir: "auto", translate: "no", ...given }, text);
}

/** A prediction as one line of text: six digits of a number, several classes or numbers in a row. */
export function inWords(value) {
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
}

const HIDDEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A piece of a text as a label: what cannot be seen, or would turn the direction, shows as its number. */
export function label(piece) {
  const shown = piece.replace(HIDDEN, (each) => `U+${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
  return content(shown);
}

/** Fills in the words of the document. */
export function speak() {
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say[each.dataset.say];
  for (const each of document.querySelectorAll("[data-say-label]")) each.setAttribute("aria-label", say[each.dataset.sayLabel]);
}
