// A long line at one glance: the greatest number of each stretch, and which part of it is open.

import { colour, css, onScheme, pageColour } from "./colours.js";
import { element, resize, surface } from "./dom.js";
import { shareOf } from "./tinted.js";

const HEIGHT = 22;

export class Ribbon {
  constructor(count, move) {
    this.count = count;
    this.canvas = surface(1, HEIGHT, { "aria-hidden": "true" });
    this.node = element("div", { class: "ribbon" }, this.canvas);
    this.canvas.addEventListener("click", (event) => move(Math.floor((event.offsetX / this.width) * count)));
    new ResizeObserver(() => this.draw()).observe(this.node);
    onScheme(() => this.draw());
  }

  show(shown, seen) {
    [this.shown, this.seen] = [shown, seen];
    this.draw();
  }

  draw() {
    if (!this.shown || !this.node.clientWidth) return;
    this.width = this.node.clientWidth;
    const pen = resize(this.canvas, this.width, HEIGHT);
    const { values, signed } = this.shown;
    for (let x = 0; values && x < this.width; x++) {
      const [from, to] = [x, x + 1].map((edge) => Math.floor((edge / this.width) * this.count));
      let best = 0;
      for (let place = from; place < Math.max(to, from + 1); place++) if (Math.abs(values[place]) > Math.abs(best)) best = values[place];
      pen.fillStyle = css(colour(shareOf(best, this.shown), signed));
      pen.fillRect(x, 3, 1, HEIGHT - 6);
    }
    const [start, count] = this.seen;
    pen.strokeStyle = pageColour("--mark");
    pen.lineWidth = 2;
    pen.strokeRect((start / this.count) * this.width + 1, 1, Math.max(3, (count / this.count) * this.width - 2), HEIGHT - 2);
  }
}
