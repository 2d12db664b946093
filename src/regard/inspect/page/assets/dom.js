// Elements. Texts become text, never markup: the page's policy forbids anything else.

const SVG = "http://www.w3.org/2000/svg";

function filled(made, given, children) {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** An element with attributes (those that are false or undefined are left out), listeners (`onclick`) and children. */
export const element = (name, given = {}, ...children) => filled(document.createElement(name), given, children);

/** The same in a drawing. */
export const drawn = (name, given = {}, ...children) => filled(document.createElementNS(SVG, name), given, children);

const HIDDEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const LONGEST = 60;

/** A text without what cannot be seen, or would turn the direction: its number stands there instead. */
export const visible = (text) =>
  text.replace(HIDDEN, (each) => `U+${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`) || '""';

const PATCH = /^rows? (\d+)(?: to (\d+))?, columns? (\d+)(?: to (\d+))?$/;

/** A label where room is short: of a patch, only its numbers. */
const brief = (text) =>
  text.replace(PATCH, (_, top, bottom, left, right) => (bottom ? `${top}–${bottom} × ${left}–${right}` : `${top}, ${left}`));

/** The same, with an end where it is too long. */
export function shortened(text, most = LONGEST) {
  const letters = [...visible(most < LONGEST ? brief(text) : text).slice(0, 4 * most)];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : letters.join("");
}

/** A text of the user's or of a model's: its direction is its own, and no browser translates it. */
export function label(text, most = LONGEST) {
  const shown = shortened(text, most);
  return element("bdi", { dir: "auto", translate: "no", title: shown.endsWith("…") && visible(text).slice(0, 4000) }, shown);
}

/** A drawing surface as sharp as the screen, `width` × `height` in its own units; and what draws on it. */
export function surface(width, height, given = {}) {
  const canvas = element("canvas", given);
  resize(canvas, width, height);
  return canvas;
}

/** Another size, in units of the page; everything on it is gone. What draws on it, scaled. */
export function resize(canvas, width, height) {
  const sharp = sharpness();
  canvas.width = Math.round(width * sharp);
  canvas.height = Math.round(height * sharp);
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  return pen;
}

const sharpness = () => Math.min(2, Math.max(1, globalThis.devicePixelRatio || 1));
