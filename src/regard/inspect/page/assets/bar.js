// Where we are: example, layer, head, query, method. Always in sight.

import { element, label, shortened } from "./dom.js";
import { methodsOf } from "./judged.js";
import { button, choose } from "./parts.js";
import { say } from "./words.js";

const LISTED = 300;

export class Bar {
  constructor(where) {
    this.where = where;
    this.node = element("nav", { id: "where", "aria-label": say("where") });
  }

  update(call, head) {
    const focused = document.activeElement?.id;
    this.node.replaceChildren(...this.fields(call, head));
    if (focused && this.node.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
  }

  fields(call, head) {
    const { where } = this;
    const { at, look } = where;
    const made = [];
    if (where.looks.length > 1 && !where.locked) {
      const names = where.looks.map((each, place) => [place, `${place + 1} · ${shortened(each.headline.input ?? "", 28)}`]);
      made.push(choose("at-look", say("example"), names, at.look, (value) => where.go({ look: Number(value) })));
    }
    made.push(choose("at-call", say("layer"), look.calls.map((each) => [each.name, each.name]), at.call, (name) => where.go({ call: name })));
    made.push(this.heads(call, at));
    made.push(this.queries(call, at));
    const methods = methodsOf(call, head, look.evidence[at.evidence]);
    made.push(choose("at-method", say("method"), methods, at.method, (method) => where.go({ method })));
    return made;
  }

  heads(call, at) {
    const every = Array.from({ length: call.heads }, (_, head) => [head, `${head + 1}${this.kept(call, head)}`]);
    if (call.heads > 1) every.push(["mean", say("mean")]);
    return choose("at-head", say("head"), every, at.head, (head) => this.where.go({ head: head === "mean" ? head : Number(head) }));
  }

  /** What a head's weights are, where they are not all there exactly. */
  kept({ exact, weights }, head) {
    if (!weights[head]) return ` · ${say("isMap")}`;
    return exact[head].weights === undefined && weights[head].error > 0 ? ` · ${say("isRounded")}` : "";
  }

  queries(call, at) {
    const go = (query) => this.where.go({ query: Math.min(Math.max(query, 0), call.n - 1) });
    if (call.n === 1) return "";
    const before = button("‹", () => go(at.query - 1), { "aria-label": say("before"), id: "query-before" });
    const after = button("›", () => go(at.query + 1), { "aria-label": say("after"), id: "query-after" });
    if (call.n <= LISTED) {
      const names = call.readers.map((text, place) => [place, `${place + 1} · ${shortened(text, 20)}`]);
      const field = choose("at-query", say("query"), names, at.query, (query) => go(Number(query)));
      field.append(element("span", { class: "beside" }, before, after));
      return field;
    }
    const input = element("input", { id: "at-query", type: "number", min: 1, max: call.n, value: at.query + 1, onchange: () => go(Number(input.value) - 1) });
    const told = element("span", { class: "how" }, label(call.readers[at.query], 20));
    return element("div", { class: "field" }, element("label", { for: "at-query" }, say("query")), input, element("span", { class: "beside" }, before, after), told);
  }
}
