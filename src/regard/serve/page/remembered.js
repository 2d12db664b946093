// What an answer read of the model's memory: which remembered examples, and how strongly.

import { Refused, answerOf } from "./ask.js";
import { content, element } from "./dom.js";
import { bodyFor } from "./given.js";
import { refuse, status } from "./told.js";
import { say } from "./words.js";

const TOP = 3;
const percent = (share) => element("data", { value: share }, `${(100 * share).toFixed(1)} %`);

/** Asks what the answer to one item read, and shows it in `place`. */
export async function remembered({ model, items, seconds }, index, choices, place) {
  place.replaceChildren(element("p", { class: "how" }, say.recalling));
  try {
    const body = bodyFor(model, [items[index]], { choices, top: TOP });
    const { readings } = await answerOf("recall", { body, seconds });
    const node = section(readings[0]);
    place.replaceChildren(node);
    node.focus();
    status(say.recalled(readings[0].recalled.length));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const alert = element("div", { role: "alert" });
    place.replaceChildren(alert);
    refuse(error, alert);
  }
}

function section({ recalled }) {
  const title = element("h2", { id: "remembered-title" }, say.remembered);
  const how = element("p", { class: "how" }, say.rememberedHow);
  const head = say.rememberedColumns.map((name) => element("th", { scope: "col" }, name));
  const rows = recalled.flatMap((row) => rowsOf(row));
  const table = element("table", { class: "answers" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  const told = { tabindex: "-1", "aria-labelledby": "remembered-title" };
  return element("section", told, title, how, element("div", { class: "wide" }, table));
}

function rowsOf({ answer, share, entries }) {
  const first = { scope: "row", rowspan: entries.length > 1 && entries.length };
  const own = [element("th", first, content(answer)), element("td", { rowspan: first.rowspan }, percent(share))];
  if (!entries.length) return [element("tr", {}, ...own, element("td", { colspan: 4 }, say.nothingRemembered))];
  return entries.map((entry, rank) => element("tr", {}, ...(rank ? [] : own), ...cellsOf(entry)));
}

function cellsOf(entry) {
  const cells = [percent(entry.weight), content(entry.answer), content(entry.text), content(entry.from)];
  return cells.map((cell) => element("td", {}, cell));
}
