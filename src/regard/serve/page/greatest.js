// For each piece of an answer the pieces that most of its average came from.

import { element, label } from "./dom.js";
import { say } from "./words.js";

const TOP = 5;

/** A table of the greatest weights of each row, out of all weights, or as the server sent them. */
export function greatest(reading) {
  const rows = reading.target.map((piece, row) => {
    const found = topOf(reading, row).flatMap(([column, weight]) => [
      element("span", { class: "from" }, label(reading.source[column]), ` ${weight.toFixed(3)}`),
      " ",
    ]);
    return element("tr", {}, element("th", { scope: "row" }, label(piece)), element("td", {}, ...found));
  });
  const head = [say.piece, say.from].map((name) => element("th", { scope: "col" }, name));
  const table = element("table", { class: "greatest" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  return element("div", { class: "wide" }, table);
}

function topOf(reading, row) {
  if (reading.top) return reading.top[row];
  const every = reading.weights[row].map((weight, column) => [column, weight]);
  return every.sort((one, other) => other[1] - one[1]).slice(0, TOP);
}
