// The weights as a table, walked by arrow keys: a row for each piece of the answer, a column for each piece read.

import { element, label } from "./dom.js";
import { say } from "./words.js";

const NARROW = 24;
const digits = (weight) => (weight === 1 ? "1" : weight.toFixed(2).replace(/^0/, ""));

/** The table; `moved(row, column)` is called with each cell that is looked at. */
export function matrix({ source, target, weights }, sums, moved) {
  const cells = weights.map((row) => row.map((weight) => cell(weight)));
  const across = source.map((piece) => element("th", { scope: "col" }, label(piece)));
  const down = target.map((piece) => element("th", { scope: "row" }, label(piece)));
  const rows = cells.map((row, index) => element("tr", {}, down[index], ...row, element("td", { class: "sum" }, sums[index].toFixed(3))));
  const head = element("tr", {}, element("td"), ...across, element("th", { scope: "col", class: "sum" }, say.sum));
  const kinds = ["matrix", source.length > NARROW && "dense", source.some((piece) => piece.length > 4) && "tall"];
  const table = element(
    "table",
    { role: "grid", "aria-label": say.matrix, class: kinds.filter(Boolean).join(" ") },
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
  let at = [0, 0];
  const go = (row, column, focus) => {
    cells[at[0]][at[1]].tabIndex = -1;
    for (const each of [down[at[0]], across[at[1]], cells[at[0]][at[1]]]) each.classList.remove("at");
    at = [row, column];
    cells[row][column].tabIndex = 0;
    for (const each of [down[row], across[column], cells[row][column]]) each.classList.add("at");
    if (focus) cells[row][column].focus();
    moved(row, column);
  };
  table.addEventListener("keydown", (event) => {
    const next = step(event, at, target.length, source.length);
    if (!next) return;
    event.preventDefault();
    go(...next, true);
  });
  const point = (event) => {
    const row = event.target.closest("tbody tr")?.sectionRowIndex;
    const column = (event.target.closest("td:not(.sum)")?.cellIndex ?? 0) - 1;
    if (row !== undefined && column >= 0) go(row, column);
  };
  table.addEventListener("pointerover", point);
  table.addEventListener("focusin", point);
  cells[0][0].tabIndex = 0;
  return { node: element("div", { class: "wide" }, table), go: (row, column = at[1]) => go(row, column) };
}

function cell(weight) {
  const made = element("td", { role: "gridcell", tabindex: "-1", "aria-label": String(weight) }, digits(weight));
  made.style.setProperty("--weight", weight);
  return made;
}

/** Where a key leads from (row, column); undefined for any other key. */
export function step(event, [row, column], rows, columns) {
  const far = event.ctrlKey || event.metaKey;
  const to = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [far ? 0 : row, 0],
    End: [far ? rows - 1 : row, columns - 1],
  }[event.key];
  return to && [Math.min(Math.max(to[0], 0), rows - 1), Math.min(Math.max(to[1], 0), columns - 1)];
}
