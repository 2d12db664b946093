// Many weights as a picture, a dot for each, walked by arrow keys as the table is.

import { element } from "./dom.js";
import { step } from "./matrix.js";
import { say } from "./words.js";

const ROOM = [760, 480]; // pixels across and down, where that many dots fit into them
const LARGEST = 16;

/** The picture; `moved(row, column)` is called with each weight that is looked at. */
export function map({ source, target, weights }, _, moved) {
  const size = [source, target].map((side, axis) => Math.max(1, Math.min(LARGEST, Math.floor(ROOM[axis] / side.length))));
  const canvas = element("canvas", {
    width: size[0] * source.length,
    height: size[1] * target.length,
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
    const [row, column] = [Math.floor(event.offsetY / size[1]), Math.floor(event.offsetX / size[0])];
    if (row in weights && column in source) go(row, column);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const shade = (value) => {
    darkest = value;
    draw();
  };
  requestAnimationFrame(draw);
  return { node: element("div", { class: "wide map" }, canvas), go: (row, column = at[1]) => go(row, column), shade };
}

/** Dots from the page's own two colours, and lines through the one that is looked at. */
function paint(canvas, weights, [across, down], darkest, [row, column]) {
  const style = getComputedStyle(canvas);
  const drawn = canvas.getContext("2d");
  drawn.globalAlpha = 1;
  drawn.fillStyle = style.getPropertyValue("--raised");
  drawn.fillRect(0, 0, canvas.width, canvas.height);
  drawn.fillStyle = style.getPropertyValue("--shade");
  weights.forEach((each, index) =>
    each.forEach((weight, place) => {
      drawn.globalAlpha = Math.min(1, weight / darkest);
      drawn.fillRect(across * place, down * index, across, down);
    }),
  );
  drawn.globalAlpha = 0.25;
  drawn.fillStyle = style.getPropertyValue("--ink");
  drawn.fillRect(0, down * row, canvas.width, down);
  drawn.fillRect(across * column, 0, across, canvas.height);
}
