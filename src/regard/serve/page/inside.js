// The inspector, live: an item, parts of the model put out of use, the answer before and after, and all that was seen.

import { Refused, answerOf } from "./ask.js";
import { content, element } from "./dom.js";
import { lookBody } from "./given.js";
import { refuse, status } from "./told.js";
import { Controls } from "./without.js";
import { say } from "./words.js";

const ALLOWED = "allow-scripts allow-downloads allow-modals";
let latest;

/** Opens the inspector for one item in `place`; it stays there until another answer is asked for. */
export async function inside({ model, items, seconds }, index, place) {
  const panel = new Panel(model, items[index], seconds);
  place.replaceChildren(panel.node);
  panel.node.focus();
  await panel.look();
}

class Panel {
  constructor(model, item, seconds) {
    Object.assign(this, { model, item, seconds });
    this.controls = new Controls(model, item, () => this.look());
    this.alert = element("div", { role: "alert" });
    this.compared = element("div", { class: "wide" });
    this.seen = element("div");
    const title = element("h2", { id: "inside-title" }, say.insideOf, item.file ? content(item.file.name) : content(item.text ?? item.words?.join(" ") ?? JSON.parse(item.raw).toString()));
    const how = element("p", { class: "how" }, say.insideHow);
    const told = { class: "inside", tabindex: "-1", "aria-labelledby": "inside-title" };
    this.node = element("section", told, title, how, this.controls.node, this.alert, this.compared, this.seen);
  }

  /** Asks, and shows the answer before and after, and the inspector's page. */
  async look() {
    latest?.abort();
    const control = (latest = new AbortController());
    this.alert.replaceChildren();
    this.node.setAttribute("aria-busy", true);
    status(say.seeing);
    const since = performance.now();
    try {
      const { fields, raw } = this.controls.wanted();
      const body = lookBody(this.model, this.item.file ?? raw, fields);
      const found = await answerOf("look", { body, signal: control.signal, seconds: this.seconds });
      this.original ??= { raw, headline: found.before };
      this.controls.offer(found);
      this.compared.replaceChildren(comparison(found, this.original.raw === raw ? undefined : this.original.headline));
      this.seen.replaceChildren(framed(found.page));
      status(say.seen((performance.now() - since) / 1000), found.after.output);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Refused)) throw error;
      status("");
      refuse(error, this.alert);
    } finally {
      if (latest === control) this.node.setAttribute("aria-busy", false);
    }
  }
}

/** The inspector's page in a frame that is a document of its own, under its own policy. */
function framed(page) {
  const hand = () => frame.contentWindow.postMessage(page, "*"); // a sandbox has no origin to be named by
  const frame = element("iframe", { src: "page/frame", sandbox: ALLOWED, title: say.inspector, class: "inspector" });
  frame.addEventListener("load", hand, { once: true });
  return frame;
}

/** Output, confidence and each number that is explained: before and after, and as first asked where it was edited. */
function comparison({ before, after, said }, original) {
  const columns = [...(original ? [[say.original, original]] : []), [say.before, before], [say.after, after]];
  const head = [say.explained, ...columns.map(([name]) => name)].map((name) => element("th", { scope: "col" }, name));
  const line = (name, cells) => element("tr", {}, element("th", { scope: "row" }, content(name)), ...cells.map((cell) => element("td", {}, cell)));
  const rows = [line(say.prediction, columns.map(([, headline]) => content(headline.output)))];
  if (before.confidence) rows.push(line(say.confidence, columns.map(([, { confidence }]) => number(confidence))));
  const blank = original ? [""] : [];
  const [first, ...rest] = said.map((each) => line(each.of, [...blank, number(each.before), number(each.after)]));
  const table = (body) => element("table", { class: "compared" }, element("thead", {}, element("tr", {}, ...head.map((each) => each.cloneNode(true)))), element("tbody", {}, ...body));
  const more = rest.length ? [element("details", {}, element("summary", {}, say.everyStep), table(rest))] : [];
  return element("div", {}, table([...rows, first]), ...more);
}

function number(value) {
  return element("data", { value }, Number(value).toFixed(4));
}
