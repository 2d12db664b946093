// Where all this comes from: model, seed, versions, how exact the file is, how large, and which keys do what.

import { element, label } from "./dom.js";
import { deltaText, numberText } from "./format.js";
import { part, savers, table, wide } from "./parts.js";
import { largest } from "./tinted.js";
import { named, say } from "./words.js";

export class Origin {
  constructor(where, budget) {
    this.where = where;
    this.budget = budget;
    this.place = element("div");
    const keys = element("details", {}, element("summary", {}, say("keys")), wide(table([say("key"), say("does")], say("keysList").split("\n").map((line) => line.split(" = "))), say("keys")));
    this.node = part("origin", this.place, savers("origin", { rows: () => this.rows() }), keys);
  }

  rows() {
    const { look } = this.where;
    return [...Object.entries(look.headline), ...Object.entries(look.provenance), ["difference", look.difference]];
  }

  update(call) {
    const { look, looks } = this.where;
    const rows = Object.entries(look.provenance).map(([name, text]) => [named("provenance", name), label(text, 300)]);
    rows.push([say("layerIs"), `${call.name}: ${call.score} · ${call.normalizer} · ${call.mask || say("noMask")} · ${call.position || say("noPosition")}`]);
    rows.push([say("fastPass"), say("fastPassApart", deltaText(look.difference))]);
    rows.push([say("file"), this.line(looks)]);
    this.place.replaceChildren(wide(table([say("what"), say("value")], rows), say("origin")));
  }

  /** Size, and of how many heads weights are kept in which way, on one line. */
  line(looks) {
    const { bytes, warn } = this.budget;
    const every = looks.flatMap((look) => look.calls.flatMap((call) => call.weights.map((kept, head) => this.way(call.exact[head], kept))));
    const most = this.most(looks);
    const how = [...new Set(every)].map((way) => say(way, every.filter((each) => each === way).length, most[way] ?? "")).join(", ");
    const size = Number(bytes.replaceAll(",", ""));
    const large = size > warn ? ` ${say("large")}` : "";
    return `${say("budget", `${(size / 1e6).toFixed(1)} MB`, how)}${large}`;
  }

  way(exact, kept) {
    if (exact.weights !== undefined || kept?.error === 0) return "headsExact";
    return kept ? (kept.top === undefined ? "headsRounded" : "headsTop") : "headsMap";
  }

  /** The greatest error of those that are rounded, and how many are kept of each row. */
  most(looks) {
    const kept = looks.flatMap((look) => look.calls.flatMap((call) => call.weights.filter(Boolean)));
    const sizes = kept.filter(({ top }) => top !== undefined).map(({ top }) => looks[0].blocks.described[top].shape[1]);
    return { headsRounded: numberText(largest(kept.map(({ error }) => error))), headsTop: largest(sizes) };
  }
}
