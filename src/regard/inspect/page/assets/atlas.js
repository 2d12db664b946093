// All heads of all calls at one glance, in the order of any of their measures.

import { colour, onScheme, pageColour } from "./colours.js";
import { element, label, shortened, surface } from "./dom.js";
import { countText, numberText } from "./format.js";
import { choose, note, part, savers, twin } from "./parts.js";
import { say } from "./words.js";

const SIDE = 76;
const MOST = 240;
const TAGGED = 0.5; // a measure of mass that is worth a tag

export class Atlas {
  constructor(where) {
    this.where = where;
    this.order = "place";
    this.filter = "";
    this.place = element("div", { class: "atlas", role: "group", "aria-label": say("atlas") });
    this.controls = element("div", { class: "row" });
    this.told = note("");
    this.twin = twin(say("atlas"), () => this.table());
    this.node = part("atlas", note(say("atlasHow")), this.controls, this.place, this.told, savers("atlas", { rows: () => this.rows(), drawing: () => this.sheet() }), this.twin.node);
    onScheme(() => this.made?.forEach((each) => this.paint(each)));
  }

  async update() {
    const { look } = this.where;
    if (look !== this.look) await this.fill(look);
    this.made.forEach(({ node, call, head }) => node.setAttribute("aria-pressed", call === this.where.call && head === this.where.at.head));
  }

  async fill(look) {
    this.look = look;
    const maps = await Promise.all(look.calls.map((call) => call.maps()));
    this.every = look.calls.flatMap((call, place) => Array.from({ length: call.heads }, (_, head) => ({ call, head, map: maps[place], facts: this.facts(call, head) })));
    const names = [...new Set(this.every.flatMap(({ facts }) => Object.keys(facts)))];
    const options = [["place", say("order place")], ...names.map((name) => [name, say(`fact ${name}`)])];
    if (!names.includes(this.order)) this.order = "place";
    const search = element("input", { id: "atlas-filter", type: "search", value: this.filter, oninput: () => ((this.filter = search.value), this.show()) });
    this.controls.replaceChildren(
      choose("atlas-order", say("order"), options, this.order, (order) => ((this.order = order), this.show())),
      element("div", { class: "field" }, element("label", { for: "atlas-filter" }, say("filter")), search),
    );
    this.show();
  }

  /** Measures of a head, and what its removal changed, if that was measured. */
  facts(call, head) {
    const found = Object.fromEntries(Object.entries(call.facts).map(([name, values]) => [name, values[head]]));
    const removed = this.look.evidence[0]?.heads[call.name]?.[head];
    return removed === undefined ? found : { ...found, removed };
  }

  sorted() {
    const wanted = this.filter.trim().toLowerCase();
    const some = this.every.filter(({ call, head }) => `${call.name} ${head + 1}`.toLowerCase().includes(wanted));
    if (this.order === "place") return some;
    const size = ({ facts }) => (this.order === "removed" ? Math.abs(facts.removed ?? 0) : (facts[this.order] ?? -Infinity));
    return some.sort((one, other) => size(other) - size(one));
  }

  show() {
    const all = this.sorted();
    this.made = all.slice(0, MOST).map((each) => ({ ...each, ...this.card(each) }));
    this.place.replaceChildren(...this.made.map(({ node }) => node));
    this.made.forEach((each) => this.paint(each));
    this.told.textContent = all.length > MOST ? say("restOfTable", countText(all.length - MOST)) : "";
    this.twin.refresh();
  }

  card({ call, head, facts }) {
    const canvas = surface(SIDE, SIDE, { "aria-hidden": "true" });
    const [name, value] = this.order === "place" ? this.tag(facts) : [say(`fact ${this.order}`), facts[this.order]];
    const measure = value === undefined ? "" : `${name} ${numberText(value === null ? NaN : Number(value.toPrecision(3)))}`;
    const small = element("small", {}, `${say("headNumber", head + 1)}${measure && ` · ${measure}`}`);
    const onclick = () => this.where.go({ call: call.name, head });
    const node = element("button", { type: "button", class: "head", onclick, "aria-pressed": "false" }, canvas, element("span", {}, label(call.name, 24)), small);
    return { node, canvas };
  }

  /** The one thing to say of a head: where most of its mass lies, else how spread it is. */
  tag(facts) {
    const masses = ["previous", "diagonal", "next", "first"].filter((name) => facts[name] >= TAGGED);
    const best = masses.sort((one, other) => facts[other] - facts[one])[0] ?? "entropy";
    return [say(`fact ${best}`), facts[best]];
  }

  paint({ canvas, map, head }) {
    const [, rows, columns] = map.shape;
    const values = map.values.subarray(head * rows * columns, (head + 1) * rows * columns);
    const most = values.reduce((one, other) => Math.max(one, other), 0) || 1;
    const image = new ImageData(columns, rows);
    values.forEach((value, place) => image.data.set([...colour(value / most), 255], 4 * place));
    const small = element("canvas", { width: columns, height: rows });
    small.getContext("2d").putImageData(image, 0, 0);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.drawImage(small, 0, 0, SIDE, SIDE);
  }

  /** All that are seen, on one sheet. */
  sheet() {
    const across = Math.min(8, this.made.length);
    const [wide, tall] = [SIDE + 44, SIDE + 40];
    const sheet = surface(across * wide, Math.ceil(this.made.length / across) * tall);
    const pen = sheet.getContext("2d");
    pen.fillStyle = pageColour("--surface");
    pen.fillRect(0, 0, sheet.width, sheet.height);
    [pen.font, pen.fillStyle, pen.textAlign] = ["11px system-ui, sans-serif", pageColour("--ink"), "center"];
    this.made.forEach(({ canvas, call, head }, place) => {
      const [x, y] = [(place % across) * wide, Math.floor(place / across) * tall];
      pen.drawImage(canvas, x + 22, y + 6, SIDE, SIDE);
      pen.fillText(shortened(call.name, 20), x + wide / 2, y + SIDE + 19);
      pen.fillText(say("headNumber", head + 1), x + wide / 2, y + SIDE + 32);
    });
    return sheet;
  }

  rows() {
    const names = [...new Set(this.every.flatMap(({ facts }) => Object.keys(facts)))];
    return [["call", "head", ...names], ...this.every.map(({ call, head, facts }) => [call.name, head + 1, ...names.map((name) => facts[name] ?? "")])];
  }

  table() {
    const names = [...new Set(this.every.flatMap(({ facts }) => Object.keys(facts)))];
    const all = this.sorted();
    const rows = all.slice(0, 100).map(({ call, head, facts }) => [`${call.name} · ${head + 1}`, ...names.map((name) => (facts[name] === undefined ? "" : numberText(facts[name] === null ? NaN : facts[name])))]);
    return { head: [say("head"), ...names.map((name) => say(`fact ${name}`))], rows, told: all.length > 100 ? say("restOfTable", countText(all.length - 100)) : "" };
  }
}
