// Where all this comes from: model, seed, versions, how exact the file is, how large, and which keys do what.

import { element, label } from "./dom.js";
import { deltaText } from "./format.js";
import { part, savers, table, wide } from "./parts.js";
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

  /** Size, heads, and how weights are kept, on one line. */
  line(looks) {
    const { bytes, kept, warn } = this.budget;
    const heads = looks[0].calls.reduce((sum, call) => sum + call.heads, 0);
    const how = kept.kind === "top" ? say("keptTop", kept.top) : say(`kept-${kept.kind}`);
    const size = Number(bytes.replaceAll(",", ""));
    const large = size > warn ? ` ${say("large")}` : "";
    return `${say("budget", size < 1e5 ? `${Math.round(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`, heads, how)}${large}`;
  }
}
