// The thing itself, of whatever kind, tinted by what one query took from each part of it.

import { element, label } from "./dom.js";
import { countText, numberText, percentText, weightText } from "./format.js";
import { Graph } from "./graph.js";
import { greatestOf, judged } from "./judged.js";
import { choose, part, savers, twin } from "./parts.js";
import { Picture } from "./picture.js";
import { Series } from "./series.js";
import { Sound } from "./sound.js";
import { Legend, largest } from "./tinted.js";
import { Tokens } from "./tokens.js";
import { Vectors } from "./vectors.js";
import { say } from "./words.js";

const KINDS = { image: [Picture, "pixels"], sound: [Sound, "wave"], series: [Series, "values"], graph: [Graph, "places"], vectors: [Vectors, "values"] };
const TOLD = 5;
const TABLED = 300;

/** A view of an axis: what fits its kind, or its labels as pieces where it brought nothing to draw. */
export function viewOf(axis, opened, calls) {
  const [View, needs] = KINDS[axis.kind] ?? [Tokens];
  return new (needs && !opened[needs] ? Tokens : View)(axis, opened, calls);
}

export class Thing {
  constructor(where) {
    this.where = where;
    this.shade = "whole";
    this.place = element("div", { class: "things" });
    this.told = element("p", { class: "told" });
    this.legend = new Legend();
    this.twin = twin(say("thing"), () => this.table());
    const options = [["whole", say("shadeWhole")], ["largest", say("shadeLargest")]];
    const shades = choose("shade", say("shade"), options, this.shade, (shade) => ((this.shade = shade), this.show()));
    const saving = savers("thing", { rows: () => this.rows(), drawing: () => this.view.drawing() });
    this.node = part("thing", this.place, this.told, element("div", { class: "row" }, this.legend.node, shades), saving, this.twin.node);
  }

  /** Other axes: new views of them. */
  async rebuild(call) {
    const { look } = this.where;
    const [keys, queries] = [look.axes[call.keys], look.axes[call.queries]];
    const same = call.keys === call.queries;
    const pick = (query) => this.where.go({ query });
    this.view = viewOf(keys, await look.thing(call.keys), { pick: same ? pick : undefined, point: (key) => this.where.go({ key }) });
    this.reader = same || call.n === 1 ? null : viewOf(queries, await look.thing(call.queries), { pick });
    const parts = [[this.view, say(same ? "itself" : "isReadAxis", call.keys)], ...(this.reader ? [[this.reader, say("readsAxis", call.queries)]] : [])];
    this.place.replaceChildren(...parts.reverse().map(([view, title]) => element("div", { class: "thing" }, element("h3", {}, title), view.node)));
  }

  async update(call, head) {
    const key = `${this.where.at.look} ${call.keys} ${call.queries}`;
    this.head = head;
    if (key !== this.built) await this.rebuild(call);
    this.built = key;
    this.show();
  }

  show() {
    const { at, look } = this.where;
    const { call } = this.head;
    const evidence = look.evidence[at.evidence];
    const found = judged(this.head, at, evidence, this.shade);
    const same = call.keys === call.queries;
    this.found = found;
    this.view.show({ ...found, query: same ? at.query : -1, key: at.key });
    this.reader?.show({ values: undefined, query: at.query, key: -1 });
    this.legend.show(found.darkest, found.signed, 0, this.view.form);
    this.told.replaceChildren(...this.sentence(call, at));
    this.twin.refresh();
  }

  /** What the query read most, in words. */
  sentence(call, at) {
    const { values } = this.found;
    if (this.head.kind === "map" && at.method === "weight") return [say("onlyMap")];
    const best = greatestOf(values, TOLD);
    const measured = !["weight", "norm"].includes(at.method) && this.where.look.evidence[at.evidence];
    const marks = { "\u0001": measured ? label(measured.of, 200) : label(call.readers[at.query]) };
    const begin = say(at.method === "weight" ? "readsMost" : "judgedMost", "\u0001", say(`column ${at.method}`));
    const parts = begin.split(/(\u0001)/).map((each) => marks[each] ?? each);
    const list = best.flatMap(([place, value], each) => [each ? ", " : " ", element("b", {}, label(call.readings[place], 24)), ` ${weightText(value)}`]);
    const total = values.reduce((sum, each) => sum + (Math.abs(each) || 0), 0);
    const held = best.reduce((sum, [, value]) => sum + Math.abs(value), 0);
    const rest = this.head.kind === "top" && at.method === "weight" ? this.head.restOf(at.query) : 0;
    const end = total > 0 ? ` ${say("holds", countText(best.length), percentText(held / (total + Math.abs(rest))))}` : "";
    const kept = rest ? ` ${say("restHolds", weightText(rest))}` : "";
    return [...parts, ...(best.length ? list : [` ${say("nothing")}`]), ".", end, kept];
  }

  rows() {
    const { call } = this.head;
    return [["position", "label", this.where.at.method], ...call.readings.map((text, place) => [place + 1, text, this.found.values[place]])];
  }

  table() {
    const { call } = this.head;
    const order = greatestOf(this.found.values, Math.min(TABLED, call.m));
    const rows = order.map(([place, value]) => [label(call.readings[place]), String(place + 1), numberText(value)]);
    const left = call.m - rows.length;
    const zeros = largest(this.found.values) === 0 ? say("nothing") : "";
    return { head: [say("isRead"), say("position"), say(`column ${this.where.at.method}`)], rows, told: left ? say("restOfTable", countText(left)) : zeros };
  }
}
