// The page: parts, one under the other, and one place that all of them look at.

import { Atlas } from "./atlas.js";
import { Bar } from "./bar.js";
import { Blocks } from "./blocks.js";
import { Calculator } from "./calculator.js";
import { paint } from "./colours.js";
import { Compare } from "./compare.js";
import { element } from "./dom.js";
import { EvidencePart } from "./evidence.js";
import { Film } from "./film.js";
import { headline } from "./headline.js";
import { greatestOf } from "./judged.js";
import { Matrix } from "./matrix.js";
import { Origin } from "./origin.js";
import { Scrubber } from "./scrubber.js";
import { Look } from "./store.js";
import { Thing } from "./thing.js";
import { Where } from "./where.js";
import { say, speak } from "./words.js";

/** Parts by the kind of page; a look is the thing, its weights, the calculation, the evidence. */
function partsOf(kind, where, budget) {
  const origin = new Origin(where, budget);
  if (kind === "compare") return [new Bar(where), new Compare(where), new Calculator(where), new EvidencePart(where), origin];
  const film = kind === "film" ? [new Film(where)] : [];
  const all = [new Thing(where), new Scrubber(where), new Matrix(where), new Atlas(where), new Calculator(where)];
  return [...film, new Bar(where), ...all, new EvidencePart(where), origin];
}

/** What the looks are of: one, or two side by side. */
function heads(kind, { look, looks }) {
  if (kind !== "compare") return [headline(look)];
  return [element("div", { class: "panes" }, headline(looks[0], "A"), headline(looks[1], "B"))];
}

/** Builds the page in `place` from the data of the document. */
async function start(data, place) {
  speak(data.words);
  paint(data.shades);
  const blocks = new Blocks(data.blocks);
  const where = new Where(data.records.map((record) => new Look(record, blocks)));
  where.locked = data.kind !== "look";
  const top = element("div");
  if (!where.call) {
    place.replaceChildren(headline(where.look), element("p", { class: "caveat" }, say("noCalls")));
    document.documentElement.dataset.ready = "0";
    return;
  }
  const parts = partsOf(data.kind, where, data.budget);
  place.replaceChildren(top, ...parts.map(({ node }) => node));
  let turn = 0;
  let seen;
  const refresh = async () => {
    const mine = ++turn;
    const { call } = where;
    const head = await call.head(where.at.head);
    if (mine !== turn) return;
    if (where.keyless) where.at.key = Math.max(0, greatestOf(head.row(where.at.query), 1)[0]?.[0] ?? 0);
    where.keyless = false;
    if (seen !== where.look) top.replaceChildren(...heads(data.kind, where), element("p", { class: "caveat" }, say(where.look.evidence.length ? "caveat" : "caveatAlone")));
    seen = where.look;
    for (const part of parts) {
      await part.update(call, head);
      if (mine !== turn) return;
    }
    document.documentElement.dataset.ready = String(turn);
  };
  where.refresh = () => refresh().catch(broken(place));
  where.watch(where.refresh);
  await refresh();
  globalThis.regardPage = { where, parts, state: () => ({ ...where.at, ready: turn }) };
}

/** A page that cannot go on says so, and why. */
const broken = (place) => (error) => {
  place.prepend(element("p", { role: "alert", class: "warning" }, `${say("broken")} ${error.message}`));
  throw error;
};

const place = document.getElementById("look");
start(JSON.parse(document.getElementById("data").textContent), place).catch(broken(place));
