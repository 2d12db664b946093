// Parts of a heat map: what is shown of the weights, and how.

import { element } from "./dom.js";
import { percentText } from "./format.js";
import { button, choose } from "./parts.js";
import { say } from "./words.js";

/** Buttons and lists above a heat map; `change()` after each of them. */
export class Window {
  constructor(grid, change) {
    Object.assign(this, { shade: "whole", scale: "linear", first: "keep" });
    const set = (name) => (value) => {
      this[name] = value;
      change();
    };
    const list = (name, values) => choose(`matrix-${name}`, say(name), values.map((each) => [each, say(`${name} ${each}`)]), this[name], set(name));
    const zoom = [button("+", () => grid.zoom(0.5), { "aria-label": say("nearer") }), button("−", () => grid.zoom(2), { "aria-label": say("farther") }), button(say("allOfIt"), () => grid.whole())];
    this.told = element("p", { class: "how" });
    this.node = element(
      "div",
      { class: "row window" },
      list("shade", ["whole", "largest"]),
      list("scale", ["linear", "log"]),
      list("first", ["keep", "hide", "share"]),
      element("div", { class: "field" }, element("span", { class: "label" }, say("part")), element("span", { class: "beside" }, ...zoom)),
    );
  }

  /** The weight that is shown: the first key's may be hidden, and its share dealt out among the others. */
  weight(head) {
    if (this.first === "keep") return (query, key) => head.row(query)[key];
    return (query, key) => {
      if (key === 0) return NaN;
      const row = head.row(query);
      return this.first === "share" ? row[key] / (head.sum(query) - row[0] || 1) : row[key];
    };
  }

  /** How much of the weights is seen. */
  tell(head) {
    if (this.first === "keep" || head.kind === "map") return (this.told.textContent = "");
    let [seen, all] = [0, 0];
    for (let query = 0; query < head.call.n; query++) {
      all += head.sum(query);
      seen += head.sum(query) - head.row(query)[0];
    }
    return (this.told.textContent = say("firstHidden", percentText(all ? seen / all : 0)));
  }
}
