// What a thing is tinted by, and the scale that says which colour is how much.

import { colour, css, onScheme, pageColour } from "./colours.js";
import { element, resize, surface } from "./dom.js";
import { numberText } from "./format.js";

const FAINT = 0.1; // where no weight is larger, the full shade is the largest, not 1

/** The greatest size among numbers, NaN apart. */
export function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

/** What has the full shade: 1, a whole row, or the largest weight of the head, if asked or if that is faint. */
export function darkestOf(head, wanted) {
  head.largest ??= mostOf(head);
  return wanted === "largest" || head.largest < FAINT || head.largest > 1 ? head.largest || 1 : 1;
}

function mostOf(head) {
  if (head.kind === "dense") return largest(head.dense.values);
  let most = 0;
  for (let query = 0; query < head.call.n; query++) most = Math.max(most, Math.abs(head.greatest(query)[0]?.[1] ?? 0));
  return most;
}

/** A bar from naught to the full shade, or from minus to plus. */
export class Legend {
  constructor() {
    this.bar = surface(140, 10, { "aria-hidden": "true", class: "scale" });
    this.ends = [element("span"), element("span")];
    this.node = element("p", { class: "legend" }, this.ends[0], this.bar, this.ends[1]);
    onScheme(() => this.given && this.show(...this.given));
  }

  /** `form` says what shows how much: a shade, or where it is "warm" or "size" something else. */
  show(darkest, signed = false, least = 0, form = "shade") {
    this.given = [darkest, signed, least, form];
    const most = Number(darkest.toPrecision(3));
    this.ends[0].textContent = numberText(signed ? -most : least);
    this.ends[1].textContent = numberText(most);
    const pen = resize(this.bar, 140, 10);
    for (let x = 0; x < 140; x++) {
      const share = signed ? x / 69.5 - 1 : x / 139;
      const tall = form === "size" ? Math.max(1, Math.round(10 * Math.abs(share))) : 10;
      pen.fillStyle = form === "size" && !signed ? pageColour("--accent") : css(form === "warm" ? warm([128, 128, 128], share) : colour(share, signed));
      pen.fillRect(x, 10 - tall, 1, tall);
    }
  }
}

const WARM = [255, 170, 20];
const COLD = [60, 130, 255];

/** A pixel as its share says: grey where it is naught, warm where it is great, cold where it is below naught. */
export function warm(rgb, share) {
  const grey = 10 + 0.72 * (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);
  const part = 0.85 * Math.min(1, Math.abs(share) || 0);
  return (share < 0 ? COLD : WARM).map((each) => Math.round((1 - part) * grey + part * each));
}

/** The share of the full shade that a value has. */
export const shareOf = (value, { darkest }) => value / (darkest || 1);
