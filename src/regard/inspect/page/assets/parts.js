// What every part of the page is made of: a title, notes, a table, buttons that save.

import { element } from "./dom.js";
import { csvOf, pngOf, pngOfSvg, save, svgFile, svgOfCanvas } from "./saving.js";
import { say } from "./words.js";

/** A part of the page under its title, with a place for what changes. */
export function part(name, ...children) {
  const title = element("h2", { id: `${name}-title` }, say(name));
  return element("section", { id: name, "aria-labelledby": `${name}-title` }, title, ...children);
}

export const note = (text) => element("p", { class: "how" }, text);

export const button = (text, onclick, given = {}) => element("button", { type: "button", class: "small", onclick, ...given }, text);

/** A list to choose from; `options` are [value, text]. */
export function choose(id, title, options, chosen, onpick) {
  const every = options.map(([value, text]) => element("option", { value, selected: String(value) === String(chosen) }, text));
  const select = element("select", { id, onchange: () => onpick(select.value) }, ...every);
  return element("div", { class: "field" }, element("label", { for: id }, title), select);
}

/** A table of cells, the first row its head; cells may be elements. */
export function table(head, rows, given = {}) {
  const first = element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)));
  const rest = rows.map(([name, ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell))),
  );
  return element("table", given, element("thead", {}, first), element("tbody", {}, ...rest));
}

/** A table in a box that is moved sideways, by keys too, where it is too wide. */
export const wide = (node, name) => element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": name }, node);

/** The same as a table, made when it is opened: `make()` gives {head, rows, note}. */
export function twin(name, make) {
  const place = element("div");
  const fill = () => {
    const { head, rows, told } = make();
    place.replaceChildren(wide(table(head, rows), name), ...(told ? [note(told)] : []));
  };
  const details = element("details", { class: "twin", ontoggle: () => (details.open ? fill() : place.replaceChildren()) });
  details.append(element("summary", {}, say("asTable")), place);
  return { node: details, refresh: () => details.open && fill() };
}

/** Buttons that save what is drawn and what it is drawn from: `drawing()` is a canvas or svg, `rows()` the table, `json()` all. */
export function savers(name, { drawing, rows, json }) {
  const made = [];
  if (drawing) {
    const svg = () => {
      const found = drawing();
      return found instanceof HTMLCanvasElement ? svgOfCanvas(found) : svgFile(found);
    };
    const png = async () => {
      const found = drawing();
      save(`${name}.png`, await (found instanceof HTMLCanvasElement ? pngOf(found) : pngOfSvg(found)), "image/png");
    };
    made.push(["SVG", () => save(`${name}.svg`, svg(), "image/svg+xml")], ["PNG", png]);
  }
  made.push(["CSV", () => save(`${name}.csv`, csvOf(rows()), "text/csv")]);
  made.push(["JSON", () => save(`${name}.json`, JSON.stringify(json ? json() : rows()), "application/json")]);
  const buttons = made.map(([kind, press]) => button(kind, press, { "aria-label": say("save", kind, say(name)) }));
  return element("p", { class: "savers", role: "group", "aria-label": say("saveAll") }, ...buttons);
}
