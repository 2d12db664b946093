// What a translation was read from: the pieces of both sides, and every weight between them.

import { Refused, answerOf } from "./ask.js";
import { content, element, inWords, label } from "./dom.js";
import { bodyFor } from "./given.js";
import { greatest } from "./greatest.js";
import { map } from "./map.js";
import { matrix } from "./matrix.js";
import { refuse } from "./told.js";
import { say } from "./words.js";

const MOST_CELLS = 4000;
const TOP = 5;
const FAINT = 0.1; // where no weight is larger, shades go up to the largest
let latest;

/** Asks for the weights of one item, of its best translation or of `target`, and shows them in `place`. */
export async function look({ model, items, seconds }, index, { target, choices }, place) {
  latest?.abort();
  const control = (latest = new AbortController());
  place.replaceChildren(element("p", { class: "how" }, say.looking));
  const asking = (top) => {
    const fields = { targets: target === undefined ? undefined : JSON.stringify([target]), choices, top };
    return answerOf("attend", { body: bodyFor(model, [items[index]], fields), signal: control.signal, seconds });
  };
  try {
    const { readings } = await asking().catch((error) => {
      if (error.status !== 413 || !error.lines[0].includes("--numbers")) throw error;
      return asking(TOP);
    });
    place.replaceChildren(figure(readings[0], model.kind === "translate"));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refused)) throw error;
    const alert = element("div", { role: "alert" });
    place.replaceChildren(alert);
    refuse(error, alert);
  }
}

function figure(reading, translated) {
  const title = element("h2", {}, inWords(reading.prediction) ? content(say.readOf(inWords(reading.prediction))) : say.readEmpty);
  const notes = [element("p", { class: "weights-say" }, say.weights), element("p", { class: "how" }, translated ? `${say.mean} ${say.marks}` : say.pooled)];
  if (!reading.weights) {
    return element("figure", { class: "reading" }, title, ...notes, element("p", {}, say.tooMany), greatest(reading));
  }
  const top = Math.max(...reading.weights.map((row) => Math.max(...row)));
  const lines = strips(reading);
  const large = reading.weights.length * reading.source.length > MOST_CELLS;
  const readout = element("p", { class: "readout", role: large ? "status" : false });
  const sums = reading.weights.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  const moved = (row, column) => {
    const [weight, sum] = [reading.weights[row][column], sums[row].toFixed(3)];
    readout.replaceChildren(...told(reading.target[row], reading.source[column], weight, sum));
    lines.turn(row);
  };
  const made = (large ? map : matrix)(reading, sums, moved);
  lines.pick = made.go;
  const more = element("details", {}, element("summary", {}, say.greatest), greatest(reading));
  const shade = (darkest) => {
    whole.style.setProperty("--darkest", darkest);
    made.shade?.(darkest);
  };
  const whole = element("figure", { class: "reading" }, title, ...notes, lines.node, readout, shades(top, shade), made.node, more);
  shade(top < FAINT ? top : 1);
  made.go(0);
  return whole;
}

/** The sentence under the matrix, its pieces as labels. */
function told(target, source, weight, sum) {
  const marks = { "\u0001": label(target), "\u0002": label(source) };
  const parts = say.cell("\u0001", "\u0002", weight, sum).split(/([\u0001\u0002])/);
  return parts.map((part) => (part in marks ? element("b", {}, marks[part]) : part));
}

/** Where a patch lies in its picture. */
const patch = (piece) => /^row (\d+), column (\d+)$/.exec(piece);

/** Both sides as lines of pieces, of a picture its patches as they lie: each darkens by how much was taken from it. */
function strips(reading) {
  const source = reading.source.map((piece, column) =>
    element("span", { class: "read", onpointerenter: () => made.pick?.(at, column) }, label(piece)),
  );
  const patched = reading.source.every(patch);
  if (patched) source.forEach((each, index) => ([, each.style.gridRow, each.style.gridColumn] = patch(reading.source[index])));
  const target = reading.target.map((piece, row) => element("span", { onpointerenter: () => made.pick?.(row) }, label(piece)));
  const node = element(
    "div",
    { class: "strips", "aria-hidden": "true" },
    element("p", patched ? { class: "patches" } : { dir: "auto" }, ...source),
    element("p", { dir: "auto", class: "written" }, ...target),
  );
  let at = 0;
  const turn = (row) => {
    at = row;
    source.forEach((each, column) => each.style.setProperty("--weight", reading.weights[row][column]));
    target.forEach((each, index) => each.classList.toggle("at", index === row));
  };
  const made = { node, turn };
  return made;
}

/** Which weight has the full shade: 1, so that maps can be compared, or the largest of this one. */
function shades(top, shade) {
  const choose = element(
    "select",
    { id: "darkest", onchange: () => shade(Number(choose.value)) },
    element("option", { value: "1" }, say.whole),
    element("option", { value: top || 1, selected: top < FAINT }, say.largest(top)),
  );
  const scale = element("span", { class: "scale", "aria-hidden": "true" });
  return element("p", { class: "shades" }, "0 ", scale, " ", element("label", { for: "darkest" }, say.shade), " ", choose);
}
