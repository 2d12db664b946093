// What can be put out of use before one looks again: heads by their call, positions of the item; and the item itself.

import { element, label } from "./dom.js";
import { itemsOf } from "./given.js";
import { say } from "./words.js";

const MOST = 256;

/** A form that calls `again` when it is sent. */
export class Controls {
  constructor(model, item, again) {
    this.model = model;
    this.text = item.file ? undefined : element("textarea", { id: "edited", rows: 2, dir: "auto", spellcheck: "false", oninput: () => this.edited() });
    if (this.text) this.text.value = item.text ?? item.words?.join(" ") ?? (model.input === "text" ? JSON.parse(item.raw) : item.raw);
    this.heads = element("fieldset", { class: "heads" });
    this.places = element("fieldset", { class: "places" });
    this.evidence = element("input", { type: "checkbox", name: "evidence" });
    const row = element("div", { class: "row" }, element("button", { class: "first" }, say.again), element("button", { type: "button", onclick: () => this.unmark() }, say.unmark));
    const sent = (event) => {
      event.preventDefault();
      again();
    };
    const typed = this.text ? [element("label", { for: "edited" }, say.edited), this.text] : [];
    const measured = element("label", { class: "mark" }, this.evidence, " ", say.evidence);
    this.node = element("form", { class: "without", onsubmit: sent }, ...typed, this.heads, this.places, measured, row);
  }

  /** What is marked, as fields of a request, and the item as it stands there. Throws Refused. */
  wanted() {
    const raw = this.text && itemsOf(this.model, this.text.value, [])[0].raw;
    const heads = marked(this.heads).map(({ dataset }) => ({ call: dataset.call, head: Number(dataset.head) }));
    const hide = marked(this.places).map(({ dataset }) => Number(dataset.place));
    const evidence = this.evidence.checked && !hide.length;
    return { raw, fields: { as: '"both"', without: JSON.stringify(heads), hide: JSON.stringify(hide), evidence: String(evidence) } };
  }

  /** Boxes for what an answer says can be put out of use; marks of the same item stay. */
  offer({ heads, positions }) {
    const kept = [this.heads, this.places].flatMap(marked).map((box) => box.name);
    const calls = Object.entries(heads).map(([call, count]) => {
      const boxes = Array.from({ length: count }, (_, head) => box(`${call}, ${head + 1}`, { call, head: head + 1 }, String(head + 1), say.head(call, head + 1)));
      return element("div", { role: "group", "aria-label": call }, element("span", { class: "call" }, call), ...boxes);
    });
    this.heads.replaceChildren(element("legend", {}, say.headsOut), ...calls);
    const places = positions.slice(0, MOST).map((text, place) => box(`position ${place + 1}`, { place: place + 1 }, label(text)));
    const more = positions.length > MOST ? [element("p", { class: "how" }, say.hideMany(MOST))] : [];
    this.places.replaceChildren(element("legend", {}, say.hide), ...places, ...more);
    for (const each of this.node.querySelectorAll("fieldset input")) each.checked = kept.includes(each.name);
  }

  /** Positions of an item that was edited are not known until it is looked at. */
  edited() {
    this.places.replaceChildren(element("legend", {}, say.hide), element("p", { class: "how" }, say.hideLater));
  }

  unmark() {
    for (const each of this.node.querySelectorAll("input")) each.checked = false;
  }
}

const marked = (fields) => [...fields.querySelectorAll("input:checked")];

function box(name, data, shown, heard) {
  const input = element("input", { type: "checkbox", name, "aria-label": heard });
  Object.assign(input.dataset, data);
  return element("label", { class: "mark" }, input, " ", shown);
}
