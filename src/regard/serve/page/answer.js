// Answers as a table: what was asked, what came back, how likely it is, and a way to what it read.

import { byId, content, element, inWords, label } from "./dom.js";
import { say } from "./words.js";

const percent = (sure) => `${(100 * sure).toFixed(1)} %`;

/** Takes the last answer away, and its pictures and sounds with it. */
export function hide() {
  const place = byId("answer");
  for (const each of place.querySelectorAll("[src^='blob:']")) URL.revokeObjectURL(each.src);
  place.replaceChildren();
  place.hidden = true;
}

/**
 * Shows a record for each item. `look(index, target, place)` shows what one read, `inside(index, place)` the inspector,
 * `recall(index, place)` what it read of a memory.
 * What the first says, in words.
 */
export function show({ model, items }, records, look, inside, recall) {
  const [reading, inner] = [element("div", { id: "reading" }), element("div", { id: "inside" })];
  const looks = model.verbs.includes("/attend");
  const opens = model.verbs.includes("/look");
  const recalls = model.verbs.includes("/recall") && !items[0].file;
  const rows = records.flatMap((record, index) => {
    const ways = { inside: opens && (() => inside(index, inner)), recall: recalls && (() => recall(index, inner)) };
    return rowsOf(model, items[index], record, looks && ((target) => look(index, target, reading)), ways);
  });
  const scored = rows.some((row) => row.sure);
  const head = [say.item, say.prediction, ...(scored ? [rows.find((row) => row.sure).sureName] : []), ...(looks || opens || recalls ? [""] : [])];
  const table = element(
    "table",
    { class: "answers" },
    element("thead", {}, element("tr", {}, ...head.map((name) => element(name ? "th" : "td", name ? { scope: "col" } : {}, name)))),
    element("tbody", {}, ...rows.map((row) => rowOf(row, scored, looks || opens || recalls))),
  );
  const why = looks ? [reading] : [element("p", { class: "how" }, model.kind === "translate" ? say.noAttention : say.notShown)];
  hide();
  byId("answer").append(element("div", { class: "wide" }, table), ...why, inner);
  byId("answer").hidden = false;
  if (looks) byId("answer").querySelector("button.look")?.click();
  return heard(rows[0]);
}

function rowsOf(model, item, record, look, ways) {
  const every = record.candidates ?? [record];
  const first = (way, found, rank) => !rank && way && found.prediction !== null && item.raw !== '""' && way;
  return every.map((found, rank) => ({
    shown: rank ? "" : item.shown,
    span: rank ? 0 : every.length,
    found,
    answer: answerCell(model, item, found),
    look: look && found.prediction !== null && item.raw !== '""' && (() => look(rank ? found.prediction : undefined)),
    inside: first(ways.inside, found, rank),
    recall: first(ways.recall, found, rank),
    ...sureness(found),
  }));
}

function rowOf(row, scored, looks) {
  const cells = [];
  if (row.span) cells.push(element("th", { scope: "row", rowspan: row.span > 1 && row.span, class: "asked" }, row.shown));
  cells.push(element("td", { class: "answer" }, row.answer));
  if (scored) cells.push(element("td", { class: "sure" }, row.sure ?? ""));
  if (looks) cells.push(element("td", { class: "ways" }, row.look ? lookButton(row) : "", row.inside ? insideButton(row.inside) : "", row.recall ? recallButton(row.recall) : ""));
  return element("tr", {}, ...cells);
}

function lookButton(row) {
  const pressed = (event) => {
    for (const each of document.querySelectorAll("button.look")) each.setAttribute("aria-pressed", each === event.currentTarget);
    row.look();
  };
  return element("button", { type: "button", class: "small look", "aria-pressed": "false", onclick: pressed }, say.read);
}

/** Opens the inspector. */
export function insideButton(open) {
  return element("button", { type: "button", class: "small inside", onclick: open }, say.inside);
}

function recallButton(open) {
  return element("button", { type: "button", class: "small recall", onclick: open }, say.remembered);
}

function sureness(found) {
  if (found.probability !== undefined) {
    return { sureName: say.probability, sure: element("data", { value: found.probability }, percent(found.probability)) };
  }
  if (found.score !== undefined) {
    return { sureName: say.score, sure: element("data", { value: found.score, title: say.scoreHow }, String(found.score)) };
  }
  return {};
}

function answerCell(model, item, found) {
  const { prediction } = found;
  const first = model.input === "graph" ? 0 : 1; // nodes are counted as edges name them
  if (prediction === null || prediction === undefined) return element("span", { class: "none" }, say.blank);
  if (model.kind === "label") return labelled(item.words ?? prediction.map((_, index) => String(index + first)), prediction);
  const cell = element("div", {}, written(prediction));
  if (found.ended === false) cell.append(" ", element("small", {}, say.unended));
  if (found.probabilities) cell.append(bars(found.probabilities, [prediction].flat()));
  return cell;
}

function written(prediction) {
  if (prediction === "") return element("span", { class: "none" }, say.empty);
  if (!Array.isArray(prediction)) return content(inWords(prediction));
  if (!prediction.length) return element("span", { class: "none" }, say.none);
  return element("span", {}, ...prediction.flatMap((each, index) => [index ? ", " : "", content(inWords(each))]));
}

/** Each part above its label. */
function labelled(parts, labels) {
  const each = parts.map((part, index) =>
    element("li", { class: labels[index] === "O" ? "outside" : false }, label(part), content(inWords(labels[index]), "small")),
  );
  return element("ol", { class: "labelled" }, ...each);
}

/** Probabilities of all classes, of which several may hold. */
function bars(probabilities, held) {
  const each = Object.entries(probabilities).map(([name, sure]) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--part", sure);
    return element("li", { class: held.includes(name) && "held" }, content(name), bar, element("data", { value: sure }, percent(sure)));
  });
  return element("ul", { class: "bars", "aria-label": say.probabilities }, ...each);
}

/** The answer of a row, and its probability, as they are told to those who listen. */
function heard(row) {
  const { prediction } = row.found;
  if (prediction === null || prediction === undefined) return say.blank;
  const sure = row.sureName === say.probability ? [row.sure.textContent] : [];
  return [inWords(prediction) || say.empty, ...sure].join(", ");
}
