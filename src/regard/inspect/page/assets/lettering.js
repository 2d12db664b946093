// Labels along the two sides of a heat map, or numbers where labels have no room.

import { pageColour } from "./colours.js";
import { shortened } from "./dom.js";
import { LABELLED, ticks } from "./spacing.js";

const LARGEST = 13;

/** Writes both sides' labels: rows to the left, columns above. */
export function labels(pen, words, axes, edge) {
  pen.fillStyle = pageColour("--ink");
  pen.textBaseline = "middle";
  side(pen, axes[0], words[0], (text, middle) => {
    pen.textAlign = "right";
    pen.fillText(clipped(pen, text, edge[0] - 10), edge[0] - 6, edge[1] + middle);
  });
  const room = (text) => pen.measureText(text).width < axes[1].size - 3;
  const lying = axes[1].size < LABELLED || words[1].slice(axes[1].start, axes[1].start + axes[1].count).every(room);
  side(pen, axes[1], words[1], (text, middle) => {
    pen.save();
    pen.translate(edge[0] + middle, edge[1] - 6);
    if (!lying) pen.rotate(-Math.PI / 2);
    else pen.translate(0, -5);
    pen.textAlign = lying ? "center" : "left";
    pen.fillText(lying ? text : clipped(pen, text, edge[1] - 10), 0, 0);
    pen.restore();
  });
}

/** The room that a label takes, with what parts it from its neighbours. */
export function widthOf(canvas, text) {
  const pen = canvas.getContext("2d");
  pen.font = `${LARGEST}px system-ui, sans-serif`;
  return Math.ceil(pen.measureText(shortened(text, 30)).width) + 14;
}

function side(pen, axis, words, write) {
  const named = axis.size >= LABELLED;
  pen.font = `${named ? Math.min(LARGEST, axis.size + 1) : 11}px system-ui, sans-serif`;
  const places = named ? Array.from({ length: axis.count }, (_, each) => axis.start + each) : ticks(axis);
  for (const place of places) {
    const middle = ((place - axis.start) / axis.per) * axis.size + axis.size / 2;
    write(named ? shortened(words[place], 30) : String(place + 1), middle);
  }
}

function clipped(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && pen.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("")}…`;
}
