// An image and what was read of it: grey where little was, warm where much was, with a line around half of the weight.

import { onScheme, pageColour } from "./colours.js";
import { element, resize, surface } from "./dom.js";
import { stride } from "./keys.js";
import { shareOf, warm } from "./tinted.js";
import { say } from "./words.js";

const SIDE = 280;
const HALF = 0.5;

export class Picture {
  constructor(axis, { pixels, patches }, { pick, point }) {
    Object.assign(this, { axis, pixels, patches, pick, point });
    const [height, width] = pixels.shape;
    this.scale = Math.min(SIDE / width, SIDE / height);
    this.size = [width, height].map((each) => Math.round(each * this.scale));
    this.plain = surface(...this.size, { role: "img", "aria-label": say("picture") });
    this.read = surface(...this.size, { tabindex: "0", role: "application", "aria-label": say("pictureRead") });
    this.form = "warm";
    this.node = element("div", { class: "pictures" }, this.plain, this.read);
    this.read.addEventListener("pointermove", (event) => this.found(event, this.point));
    this.read.addEventListener("click", (event) => this.found(event, this.pick));
    this.read.addEventListener("keydown", (event) => this.key(event));
    onScheme(() => this.shown && this.show(this.shown));
    this.paint(this.plain, (rgb) => rgb);
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") return event.preventDefault(), this.pick?.(this.shown.key);
    const across = this.across();
    const jump = { ArrowUp: -across, ArrowDown: across }[event.key];
    const next = jump ? Math.min(Math.max(this.shown.key + jump, 0), this.axis.labels.length - 1) : stride(event, Math.max(0, this.shown.key), this.axis.labels.length);
    if (next === undefined) return undefined;
    event.preventDefault();
    return this.point?.(next);
  }

  /** How many patches stand in a line. */
  across() {
    const lines = new Set(Array.from({ length: this.patches.shape[0] }, (_, each) => this.patches.values[4 * each]));
    return Math.max(1, Math.round(this.patches.shape[0] / lines.size));
  }

  box(place) {
    const [top, left, bottom, right] = this.patches.values.subarray(4 * place, 4 * place + 4);
    return [left, top, right - left, bottom - top].map((each) => each * this.scale);
  }

  found(event, call) {
    const inside = (place) => {
      const [x, y, width, height] = this.box(place);
      return event.offsetX >= x && event.offsetX < x + width && event.offsetY >= y && event.offsetY < y + height;
    };
    const place = this.axis.labels.findIndex((_, each) => inside(each));
    if (place >= 0) call?.(place);
  }

  /** Every pixel through `change(rgb, patch weight share)`. */
  paint(canvas, change, shares) {
    const [height, width, colours] = [...this.pixels.shape, 1];
    const image = new ImageData(width, height);
    for (let each = 0; each < width * height; each++) {
      const rgb = [0, 1, 2].map((one) => this.pixels.values[each * colours + Math.min(one, colours - 1)]);
      image.data.set([...change(rgb, shares?.[each] ?? 0), 255], 4 * each);
    }
    const small = element("canvas", { width, height });
    small.getContext("2d").putImageData(image, 0, 0);
    const pen = resize(canvas, ...this.size);
    pen.imageSmoothingEnabled = this.scale < 1;
    pen.drawImage(small, 0, 0, ...this.size);
    return pen;
  }

  show(shown) {
    this.shown = shown;
    const [height, width] = this.pixels.shape;
    const shares = new Float32Array(width * height);
    this.axis.labels.forEach((_, place) => {
      const [top, left, bottom, right] = this.patches.values.subarray(4 * place, 4 * place + 4);
      for (let row = top; row < bottom; row++) shares.fill(shown.values ? shareOf(shown.values[place], shown) : 0, row * width + left, row * width + right);
    });
    const pen = this.paint(this.read, warm, shares);
    if (shown.values) this.contour(pen, shown.values);
    for (const [place, name] of [[shown.query, "--mark"], [shown.key, "--surface"]]) {
      if (!(place >= 0)) continue;
      const [x, y, w, h] = this.box(place);
      [pen.strokeStyle, pen.lineWidth] = [pageColour(name), 2];
      pen.strokeRect(x + 1, y + 1, w - 2, h - 2);
    }
  }

  /** A line around the fewest patches that hold half of the weight. */
  contour(pen, values) {
    const order = [...values.keys()].filter((place) => Math.abs(values[place]) > 0).sort((one, other) => Math.abs(values[other]) - Math.abs(values[one]));
    const total = order.reduce((sum, place) => sum + Math.abs(values[place]), 0);
    const chosen = new Set();
    for (let sum = 0, each = 0; each < order.length && sum < HALF * total; each++) {
      chosen.add(order[each]);
      sum += Math.abs(values[order[each]]);
    }
    const corners = new Map();
    for (const place of chosen) {
      const [x, y, w, h] = this.box(place).map(Math.round);
      for (const edge of [[x, y, x + w, y], [x, y + h, x + w, y + h], [x, y, x, y + h], [x + w, y, x + w, y + h]]) {
        corners.set(edge.join(), (corners.get(edge.join()) ?? 0) + 1);
      }
    }
    for (const [width, colour] of [[4, "#000"], [2, "#fff"]]) {
      pen.beginPath();
      for (const [edge, count] of corners) {
        if (count > 1) continue;
        const [x, y, to, down] = edge.split(",").map(Number);
        pen.moveTo(x, y);
        pen.lineTo(to, down);
      }
      [pen.lineWidth, pen.strokeStyle] = [width, colour];
      pen.stroke();
    }
  }

  drawing() {
    return this.read;
  }
}
