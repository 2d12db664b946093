// Many weights as a picture, a dot for each, walked by arrow keys as the table is.

import { element } from "./dom.js";
import { step } from "./matrix.js";
import { say } from "./words.js";

const WIDEST = 4096;

/** The picture; `moved(row, column)` is called with each weight that is looked at. */
export function map({ source, target, weights }, _, moved) {
  const size = Math.max(1, Math.min(10, Math.floor(960 / source.length), Math.floor(WIDEST / target.length)));
  const canvas = element("canvas", {
    width: size * source.length,
    height: size * target.length,
    tabindex: "0",
    role: "application",
    "aria-label": say.map,
  });
  let at = [0, 0];
  let darkest = 1;
  const draw = () => paint(canvas, weights, size, darkest, at);
  const go = (row, column) => {
    at = [row, column];
    draw();
    moved(row, column);
  };
  canvas.addEventListener("keydown", (event) => {
    const next = step(event, at, target.length, source.length);
    if (!next) return;
    event.preventDefault();
    go(...next);
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = [event.offsetY, event.offsetX].map((offset) => Math.floor(offset / size));
    if (place[0] in weights && place[1] in source) go(...place);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const shade = (value) => {
    darkest = value;
    draw();
  };
  requestAnimationFrame(draw);
  return { node: element("div", { class: "wide map" }, canvas), go: (row) => go(row, at[1]), shade };
}

/** Dots from the page's own two colours, and lines through the one that is looked at. */
function paint(canvas, weights, size, darkest, [row, column]) {
  const style = getComputedStyle(canvas);
  const drawn = canvas.getContext("2d");
  drawn.globalAlpha = 1;
  drawn.fillStyle = style.getPropertyValue("--surface");
  drawn.fillRect(0, 0, canvas.width, canvas.height);
  drawn.fillStyle = style.getPropertyValue("--shade");
  weights.forEach((each, index) =>
    each.forEach((weight, place) => {
      drawn.globalAlpha = Math.min(1, weight / darkest);
      drawn.fillRect(size * place, size * index, size, size);
    }),
  );
  drawn.globalAlpha = 0.25;
  drawn.fillStyle = style.getPropertyValue("--ink");
  drawn.fillRect(0, size * row, canvas.width, size);
  drawn.fillRect(size * column, 0, size, canvas.height);
}
