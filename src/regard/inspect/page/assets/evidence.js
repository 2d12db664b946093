// What removing things did: positions, then heads, then what the same numbers are where nothing can be known.

import { drawn, element, label } from "./dom.js";
import { countText, numberText, shareText } from "./format.js";
import { button, choose, note, part, savers, table, wide } from "./parts.js";
import { largest } from "./tinted.js";
import { named, say } from "./words.js";

const ROWS = 40;
const HEADS = 24;
const WIDTH = 460;
const LISTED = 300;

export class EvidencePart {
  constructor(where) {
    this.where = where;
    this.place = element("div", { class: "evidence" });
    this.sorted = "occlusion";
    this.saving = savers("evidence", { rows: () => this.rows(), drawing: () => this.place.querySelector("svg") });
    this.node = part("evidence", note(say("evidenceHow")), this.place, this.saving);
  }

  update() {
    const { at, look } = this.where;
    const evidence = look.evidence[at.evidence];
    this.evidence = evidence;
    this.saving.hidden = !evidence;
    if (!evidence) return this.place.replaceChildren(element("p", {}, say("noEvidence")));
    if (!(this.sorted in evidence.columns)) [this.sorted] = Object.keys(evidence.columns);
    return this.place.replaceChildren(this.of(look, at), this.agreement(), this.positions(), ...this.heads(), ...this.controls(), this.notes());
  }

  /** Which answer this is evidence of: one of a list, or by its number where that would be long. */
  of({ evidence }, at) {
    const go = (place) => this.where.go({ evidence: Number(place) });
    const told = element("b", {}, label(evidence[at.evidence].of, 200));
    if (evidence.length === 1) return element("p", {}, told);
    if (evidence.length <= LISTED) return choose("at-evidence", say("evidenceOf"), evidence.map((each, place) => [place, each.of]), at.evidence, go);
    const given = { id: "at-evidence", type: "number", min: 1, max: evidence.length, value: at.evidence + 1 };
    const input = element("input", { ...given, onchange: () => go(input.value - 1) });
    return element("div", { class: "field" }, element("label", { for: "at-evidence" }, say("evidenceOf")), input, told);
  }

  /** Columns beside one another, the rows in the order of one of them. */
  positions() {
    const { columns, axis } = this.evidence;
    const names = Object.keys(columns);
    const labels = this.where.look.axes[axis].labels;
    const size = (place) => Math.abs(columns[this.sorted][place] ?? 0);
    const order = [...labels.keys()].sort((one, other) => size(other) - size(one)).slice(0, ROWS);
    const most = Object.fromEntries(names.map((name) => [name, largest(columns[name]) || 1]));
    const head = names.map((name) => {
      const sort = button(say(`column ${name}`), () => ((this.sorted = name), this.update()), { "aria-pressed": name === this.sorted, id: `sort-${name}` });
      return sort;
    });
    const rows = order.map((place) => [label(labels[place], 24), ...names.map((name) => bar(columns[name][place], most[name]))]);
    const left = labels.length - order.length;
    return element("div", {}, element("h3", {}, say("positions")), wide(table([say("isRead"), ...head], rows, { class: "bars" }), say("positions")), left ? note(say("restOfTable", countText(left))) : "");
  }

  /** Each column's agreement with removal, and where chance would put it. */
  agreement() {
    const { agreement, chance } = this.evidence;
    const names = Object.keys(agreement).filter((name) => agreement[name] !== null);
    if (!names.length) return "";
    const x = (value) => 130 + ((value + 1) / 2) * (WIDTH - 190);
    const height = 22 * names.length + 22;
    const lines = names.flatMap((name, each) => {
      const y = 22 * each + 12;
      return [
        drawn("text", { x: 0, y: y + 4 }, say(`column ${name}`)),
        drawn("line", { class: "rail", x1: x(-1), x2: x(1), y1: y, y2: y }),
        drawn("circle", { class: "dot", cx: x(agreement[name]), cy: y, r: 5 }),
        drawn("text", { x: WIDTH, y: y + 4, "text-anchor": "end" }, shareText(agreement[name])),
      ];
    });
    const band = drawn("rect", { class: "chance", x: x(chance[0]), y: 0, width: Math.max(1, x(chance[1]) - x(chance[0])), height: height - 20 });
    const ends = [-1, 0, 1].map((value) => drawn("text", { class: "tick", x: x(value), y: height - 4, "text-anchor": "middle" }, String(value).replace("-", "−")));
    const told = names.map((name) => `${say(`column ${name}`)} ${shareText(agreement[name])}`).join(", ");
    const svg = drawn("svg", { class: "agreement", role: "img", viewBox: `0 0 ${WIDTH} ${height}`, "aria-label": `${say("agreementWith")}: ${told}. ${say("chance", ...chance.map(shareText))}` }, band, ...lines, ...ends);
    return element("figure", {}, element("h3", {}, say("agreementWith")), svg, element("figcaption", { class: "how" }, say("chanceBand", ...chance.map(shareText))));
  }

  heads() {
    const every = Object.entries(this.evidence.heads).flatMap(([name, values]) => values.map((value, head) => [name, head, value ?? NaN]));
    if (!every.length) return [];
    every.sort((one, other) => Math.abs(other[2] || 0) - Math.abs(one[2] || 0));
    const most = largest(every.map(([, , value]) => value)) || 1;
    const rows = every.slice(0, HEADS).map(([name, head, value]) => [button(`${name} · ${head + 1}`, () => this.where.go({ call: name, head })), bar(value, most)]);
    const left = every.length - rows.length;
    return [element("h3", {}, say("removedHeads")), note(say("removedHeadsHow")), wide(table([say("head"), say("change")], rows, { class: "bars" }), say("removedHeads")), ...(left > 0 ? [note(say("restOfTable", countText(left)))] : [])];
  }

  controls() {
    const every = Object.entries(this.evidence.controls);
    if (!every.length) return [];
    const names = [...new Set(every.flatMap(([, told]) => Object.keys(told)))];
    const rows = every.map(([name, told]) => [named("control", name), ...names.map((each) => numberText(told[each]))]);
    return [element("h3", {}, say("controls")), note(say("controlsHow")), wide(table([say("control"), ...names.map((name) => named("measure", name))], rows), say("controls"))];
  }

  notes() {
    const every = Object.entries(this.evidence.notes);
    const lines = every.map(([name, text]) => element("li", {}, element("b", {}, named("column", name)), `: ${text}`));
    return element("ul", { class: "how notes" }, ...lines);
  }

  rows() {
    const { columns, axis } = this.evidence;
    const names = Object.keys(columns);
    return [["position", "label", ...names], ...this.where.look.axes[axis].labels.map((text, place) => [place + 1, text, ...names.map((name) => columns[name][place] ?? "")])];
  }
}

/** A number and its size as a bar, to the left of the middle where it is below naught. */
function bar(value, most) {
  const made = element("span", { class: `bar ${value < 0 ? "below" : "above"}` }, element("data", { value: value ?? "NaN" }, numberText(value === null ? NaN : Number(Number(value).toPrecision(4)))));
  made.style.setProperty("--part", String(Math.min(1, Math.abs(value ?? 0) / most || 0)));
  return made;
}
