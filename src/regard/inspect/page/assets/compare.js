// Two looks at one thing, side by side, with one cursor, and what one gave more than the other.

import { element, label, shortened } from "./dom.js";
import { numberText, weightText } from "./format.js";
import { Grid } from "./grid.js";
import { greatestOf, judged } from "./judged.js";
import { note, part, savers, table, twin, wide } from "./parts.js";
import { viewOf } from "./thing.js";
import { Legend, darkestOf, largest } from "./tinted.js";
import { say } from "./words.js";

const TABLED = 100;

export class Compare {
  constructor(where) {
    this.where = where;
    const moved = (query, key) => where.go({ query, key });
    this.grids = ["A", "B", "A − B"].map((name) => new Grid(say("compareName", name), moved, (query, key) => this.peek(query, key)));
    this.legends = [new Legend(), new Legend()];
    this.things = [element("div"), element("div")];
    this.readout = element("p", { class: "readout", role: "status" });
    this.place = element("div");
    const pane = (name, ...inside) => element("div", { class: "pane" }, element("h3", {}, name), ...inside);
    this.twin = twin(say("compare"), () => this.table());
    const saving = savers("compare", { drawing: () => this.grids[2].picture, rows: () => this.rows() });
    this.node = part(
      "compare",
      note(say("compareHow")),
      this.readout,
      element("div", { class: "panes" }, pane("A", this.things[0], this.grids[0].node), pane("B", this.things[1], this.grids[1].node)),
      this.legends[0].node,
      pane("A − B", note(say("differenceHow")), this.grids[2].node, this.legends[1].node),
      saving,
      this.twin.node,
      this.place,
    );
  }

  async update(call, head) {
    const other = this.where.looks[1].call(call.name);
    const which = head.which === "mean" ? "mean" : Math.min(head.which, other.heads - 1);
    this.heads = [head, await other.head(which)];
    this.calls = [call, other];
    const fits = call.n === other.n && call.m === other.m && this.heads.every((each) => each.kind !== "map");
    this.node.querySelector(".panes").hidden = !fits;
    if (!fits) {
      this.readout.textContent = say("compareNot");
      return;
    }
    await this.showThings();
    if (this.shown !== this.heads[0]) {
      this.showGrids(call);
      this.place.replaceChildren(this.measures());
    }
    this.shown = this.heads[0];
    this.look();
  }

  async showThings() {
    const { at } = this.where;
    await Promise.all(
      this.heads.map(async (head, side) => {
        const { look } = head.call;
        const key = `${head.call.keys}`;
        if (this.things[side].dataset.axis !== key) {
          const calls = { pick: head.call.keys === head.call.queries ? (query) => this.where.go({ query }) : undefined, point: (place) => this.where.go({ key: place }) };
          const view = viewOf(look.axes[head.call.keys], await look.thing(head.call.keys), calls);
          this.things[side].dataset.axis = key;
          this.things[side].view = view;
          this.things[side].replaceChildren(view.node);
        }
        const found = judged(head, { ...at, method: "weight" }, undefined, "whole");
        this.things[side].view.show({ ...found, query: head.call.keys === head.call.queries ? at.query : -1, key: at.key });
      }),
    );
  }

  showGrids({ n, m, readers, readings }) {
    const darkest = Math.max(...this.heads.map((head) => darkestOf(head, "whole")));
    const common = { rows: n, columns: m, labels: [readers, readings] };
    this.heads.forEach((head, side) => {
      const sparse = head.kind === "top" && ((query) => head.greatest(query));
      this.grids[side].show({ ...common, weight: (row, column) => head.row(row)[column], sparse, reads: (row, column) => head.reads(row, column), masks: head.readable, darkest });
    });
    const apart = (row, column) => this.heads[0].row(row)[column] - this.heads[1].row(row)[column];
    let most = 0;
    for (let row = 0; row < n; row++) {
      const rows = this.heads.map((head) => head.row(row));
      most = Math.max(most, largest(rows[0].map((each, column) => each - rows[1][column])));
    }
    this.grids[2].show({ ...common, weight: apart, reads: (row, column) => this.heads.some((head) => head.reads(row, column)), darkest: most || 1, signed: true });
    this.legends[0].show(darkest);
    this.legends[1].show(most || 1, true);
  }

  look() {
    const { query, key } = this.where.at;
    for (const grid of this.grids) grid.go(query, key);
    this.peek(query, key);
    this.twin.refresh();
  }

  /** What the query reads, in both, where they differ most. */
  table() {
    const { query } = this.where.at;
    const [one, other] = this.heads.map((head) => head.row(query));
    const order = greatestOf(one.map((each, place) => each - other[place]), TABLED);
    const rows = order.map(([place, apart]) => [label(this.calls[0].readings[place]), weightText(one[place]), weightText(other[place]), weightText(apart)]);
    return { head: [say("isRead"), "A", "B", "A − B"], rows, told: say("tableOf", shortened(this.calls[0].readers[query], 40)) };
  }

  /** One cursor in all three, and both numbers. */
  peek(query, key) {
    for (const grid of this.grids) grid.mark([query, key]);
    const [one, other] = this.heads.map((head) => head.row(query)[key]);
    const names = [label(this.calls[0].readers[query]), label(this.calls[0].readings[key])].map((each) => element("b", {}, each));
    this.readout.replaceChildren(names[0], ` ${say("readsFrom")} `, names[1], `: A ${weightText(one)}, B ${weightText(other)}, A − B ${weightText(one - other)}`);
  }

  /** What can be told of both in numbers. */
  measures() {
    const [one, other] = this.calls;
    const rows = ["score", "normalizer", "mask", "position"].map((name) => [say(`is ${name}`), one[name], other[name]]);
    const place = (head) => (head.which === "mean" ? 0 : head.which);
    for (const name of Object.keys(one.facts)) {
      rows.push([say(`fact ${name}`), ...this.calls.map((call, side) => numberText(call.facts[name]?.[place(this.heads[side])] ?? NaN))]);
    }
    const looks = this.where.looks.slice(0, 2);
    for (const name of ["output", "confidence"]) rows.push([say(name), ...looks.map((look) => label(look.headline[name] ?? "", 60))]);
    for (const name of ["model", "version", "seed"]) rows.push([name, ...looks.map((look) => label(look.provenance[name] ?? "", 40))]);
    const agreed = looks.map((look) => numberText(look.evidence[0]?.agreement.weight ?? NaN));
    rows.push([say("agreement"), ...agreed]);
    return wide(table([say("what"), "A", "B"], rows), say("compare"));
  }

  rows() {
    const { n, m } = this.calls[0];
    const rows = [["query", "key", "A", "B", "A - B"]];
    for (let query = 0; query < n && rows.length < 500_000; query++) {
      const [one, other] = this.heads.map((head) => head.row(query));
      for (let key = 0; key < m; key++) if (one[key] || other[key]) rows.push([query + 1, key + 1, one[key], other[key], one[key] - other[key]]);
    }
    return rows;
  }
}
