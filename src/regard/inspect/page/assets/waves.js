// What lies along time: a strip of weights above, and how places of the line become places on the screen.

import { drawn } from "./dom.js";
import { colour, css } from "./colours.js";
import { shareOf } from "./tinted.js";

export const WIDE = 800;

/** A bar for each span, as high as its share, in a drawing `WIDE` units wide and `height` high. */
export function bars(spans, shown, end, height, call) {
  return Array.from({ length: spans.shape[0] }, (_, place) => {
    const [from, to] = [spans.values[2 * place], spans.values[2 * place + 1]].map((each) => (each / end) * WIDE);
    const share = shown.values ? shareOf(shown.values[place], shown) : 0;
    const tall = Math.min(1, Math.abs(share) || 0) * height;
    const given = { x: from, y: height - tall, width: Math.max(0.5, to - from - 0.5), height: tall };
    const bar = drawn("rect", { ...given, fill: shown.signed ? css(colour(Math.sign(share) * 0.7, true)) : "var(--accent)" });
    const all = drawn("rect", { ...given, y: 0, height, fill: "transparent", onpointerenter: () => call?.(place) });
    return [bar, all];
  }).flat();
}

/** A line through numbers: at most one point, the farthest, for each stretch of the drawing. */
export function pathOf(values, from, to, y) {
  const count = to - from;
  const points = Math.min(count, 2 * WIDE);
  const parts = [];
  for (let each = 0; each < points; each++) {
    const [start, end] = [each, each + 1].map((edge) => from + Math.floor((edge / points) * count));
    let best = values(start);
    for (let place = start; place < end; place++) if (Math.abs(values(place)) > Math.abs(best)) best = values(place);
    if (Number.isFinite(best)) parts.push(`${parts.length ? "L" : "M"}${((WIDE * (each + 0.5)) / points).toFixed(1)} ${y(best).toFixed(1)}`);
  }
  return parts.join("");
}

/** Which span holds this place of the line; -1 for none. */
export function spanAt(spans, place) {
  for (let each = 0; each < spans.shape[0]; each++) {
    if (place >= spans.values[2 * each] && place < spans.values[2 * each + 1]) return each;
  }
  return -1;
}
