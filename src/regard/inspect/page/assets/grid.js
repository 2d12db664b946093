// Weights as a picture: a dot for each, hatched where nothing may be read, walked by keys and by pointer.

import { colour, css, ink, onScheme, pageColour, table } from "./colours.js";
import { element, resize, surface } from "./dom.js";
import { cellText } from "./format.js";
import { step } from "./keys.js";
import { labels, widthOf } from "./lettering.js";
import { LABELLED, WRITTEN, following, spacedBoth, zoomed } from "./spacing.js";

const TALLEST = 600;
const GAP = 10;
const FAINTEST = 1e-4; // where a logarithmic scale begins

/** A heat map. `moved(row, column)` is called with each weight that is chosen, by key or click; `peeked` by the pointer. */
export class Grid {
  constructor(name, moved, peeked) {
    Object.assign(this, { moved, peeked });
    this.at = [0, 0];
    this.picture = surface(1, 1, { "aria-hidden": "true" });
    this.cursor = surface(1, 1, { tabindex: "0", role: "application", "aria-label": name, class: "cursor" });
    this.node = element("div", { class: "grid" }, this.picture, this.cursor);
    this.cursor.addEventListener("keydown", (event) => this.key(event));
    this.cursor.addEventListener("pointermove", (event) => this.point(event));
    this.cursor.addEventListener("click", (event) => this.point(event));
    this.cursor.addEventListener("pointerleave", () => this.peeked(...this.at));
    onScheme(() => this.draw());
    new ResizeObserver(() => this.node.clientWidth !== this.width && this.draw()).observe(this.node);
  }

  /** Other weights: `{rows, columns, weight(row, column), reads(row, column), labels: [rows, columns], darkest, signed, log}`. */
  show(source) {
    const same = this.source && this.source.rows === source.rows && this.source.columns === source.columns;
    this.source = source;
    if (!same) this.whole();
    else this.draw();
  }

  whole() {
    this.window = [this.source.rows, this.source.columns].map((count) => ({ start: 0, count }));
    this.draw();
  }

  zoom(factor) {
    const counts = [this.source.rows, this.source.columns];
    this.window = this.window.map((window, axis) => zoomed(window, this.at[axis], counts[axis], factor));
    this.draw();
  }

  /** Puts the cursor there, without telling anybody. */
  go(row, column) {
    this.at = [row, column];
    const moved = this.window.map((window, axis) => following(window, this.at[axis]));
    const same = moved.every((window, axis) => window.start === this.window[axis].start);
    this.window = moved;
    if (same) this.mark();
    else this.draw();
  }

  key(event) {
    if (["+", "=", "-"].includes(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return this.zoom(event.key === "-" ? 2 : 0.5);
    }
    const next = step(event, this.at, this.source.rows, this.source.columns, Math.max(1, this.window[0].count >> 1));
    if (!next) return undefined;
    event.preventDefault();
    this.go(...next);
    return this.moved(...next);
  }

  point(event) {
    const found = [event.offsetY - this.edge[1], event.offsetX - this.edge[0]].map((far, axis) => {
      const { start, count, per, size } = this.axes[axis];
      const place = start + Math.floor(far / size) * per;
      return far >= 0 && place < start + count ? place : -1;
    });
    if (found.includes(-1)) return undefined;
    if (event.type !== "click") return this.peeked(...found);
    this.go(...found);
    return this.moved(...found);
  }

  /** Where the dot of a weight lies, in units of the page. */
  box(row, column) {
    const [y, x] = [row, column].map((place, axis) => {
      const { start, per, size } = this.axes[axis];
      return this.edge[1 - axis] + Math.floor((place - start) / per) * size;
    });
    return { x, y, width: this.axes[1].size, height: this.axes[0].size };
  }

  draw() {
    if (!this.source || !this.node.isConnected) return;
    this.width = this.node.clientWidth;
    const { labels: words } = this.source;
    this.layout();
    const [down, across] = this.axes;
    const size = [this.edge[0] + across.size * across.dots, this.edge[1] + down.size * down.dots];
    const pen = resize(this.picture, size[0] + 1, size[1] + 1);
    resize(this.cursor, size[0] + 1, size[1] + 1);
    pen.fillStyle = pageColour("--surface");
    pen.fillRect(0, 0, size[0] + 1, size[1] + 1);
    if (Math.min(down.size, across.size) >= GAP) this.cells(pen);
    else this.dots(pen);
    pen.strokeStyle = pageColour("--line");
    pen.strokeRect(this.edge[0] + 0.5, this.edge[1] + 0.5, size[0] - this.edge[0], size[1] - this.edge[1]);
    labels(pen, words, this.axes, this.edge);
    this.mark();
  }

  /** Room for labels, then for dots. */
  layout() {
    const [rows, columns] = this.source.labels.map((every, axis) => {
      const { start, count } = this.window[axis];
      return count > 200 ? [] : every.slice(start, start + count);
    });
    const longest = (every, most) => every.reduce((one, each) => Math.max(one, Math.min(most, widthOf(this.picture, each))), 22);
    const room = (left, top) => [Math.max(60, this.width - left - 2), TALLEST - top];
    const narrow = this.width < 480;
    this.edge = [longest(rows, narrow ? 76 : 128), longest(columns, 128)];
    this.axes = spacedBoth(...this.window, room(...this.edge));
    if (this.axes[0].size >= LABELLED && this.axes[1].size >= LABELLED) return;
    this.edge = [this.axes[0].size >= LABELLED ? this.edge[0] : 44, this.axes[1].size >= LABELLED ? this.edge[1] : 22];
    this.axes = spacedBoth(...this.window, room(...this.edge));
  }

  /** How many rows are there yet. */
  written() {
    return (this.source.until ?? this.source.rows) + (this.source.until === undefined ? 0 : 1);
  }

  share(weight) {
    const { darkest, log } = this.source;
    if (!log || Number.isNaN(weight)) return weight / darkest;
    return Math.log(Math.max(Math.abs(weight), FAINTEST) / FAINTEST) / Math.log(darkest / FAINTEST);
  }

  /** Few weights: a cell for each, with its number where there is room. */
  cells(pen) {
    const { weight, reads, signed } = this.source;
    const [down, across] = this.axes;
    pen.font = "11px system-ui, sans-serif";
    [pen.textAlign, pen.textBaseline] = ["center", "middle"];
    const hatch = hatched(pen);
    for (let row = down.start; row < Math.min(down.start + down.count, this.written()); row++) {
      for (let column = across.start; column < across.start + across.count; column++) {
        const { x, y, width, height } = this.box(row, column);
        const value = weight(row, column);
        const rgb = colour(this.share(value), signed);
        pen.fillStyle = reads(row, column) ? css(rgb) : hatch;
        pen.fillRect(x + 1, y + 1, width - 1, height - 1);
        if (Math.min(width, height) < WRITTEN || !reads(row, column) || Number.isNaN(value)) continue;
        pen.fillStyle = ink(rgb);
        pen.fillText(cellText(value), x + width / 2 + 0.5, y + height / 2 + 1);
      }
    }
  }

  /** Many weights: the greatest of each block as one dot. */
  dots(pen) {
    const [down, across] = this.axes;
    const picture = new ImageData(across.dots, down.dots);
    const steps = table(this.source.signed);
    const masked = [];
    const best = this.source.sparse ? this.sparse() : (y, x) => this.greatest(y, x);
    for (let y = 0; y < down.dots && down.start + y * down.per < this.written(); y++) {
      for (let x = 0; x < across.dots; x++) {
        const value = best(y, x);
        if (value === undefined) masked.push([y, x]);
        const share = Number.isNaN(value) ? NaN : this.source.signed ? (this.share(value ?? 0) + 1) / 2 : this.share(value ?? 0);
        const step = 3 * (Number.isNaN(share) ? 256 : Math.round(255 * Math.min(1, Math.max(0, share))));
        picture.data.set([steps[step], steps[step + 1], steps[step + 2], 255], 4 * (y * across.dots + x));
      }
    }
    const small = element("canvas", { width: across.dots, height: down.dots });
    small.getContext("2d").putImageData(picture, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, this.edge[0], this.edge[1], across.dots * across.size, down.dots * down.size);
    pen.fillStyle = hatched(pen);
    for (const [y, x] of masked) pen.fillRect(this.edge[0] + x * across.size, this.edge[1] + y * down.size, across.size, down.size);
  }

  /** The same where few weights of each row are known: what is not among them is less than all of them. */
  sparse() {
    const [down, across] = this.axes;
    const bins = new Float32Array(down.dots * across.dots);
    for (let row = down.start; row < down.start + down.count; row++) {
      for (const [column, value] of this.source.sparse(row)) {
        if (column < across.start || column >= across.start + across.count) continue;
        const bin = Math.floor((row - down.start) / down.per) * across.dots + Math.floor((column - across.start) / across.per);
        if (Math.abs(value) > Math.abs(bins[bin])) bins[bin] = value;
      }
    }
    return (y, x) => {
      const value = bins[y * across.dots + x];
      return value === 0 && this.source.masks && !this.readable(y, x) ? undefined : value;
    };
  }

  readable(y, x) {
    const [rows, columns] = this.block(y, x);
    for (let row = rows[1] - 1; row >= rows[0]; row--) {
      for (let column = columns[0]; column < columns[1]; column++) if (this.source.reads(row, column)) return true;
    }
    return false;
  }

  block(y, x) {
    return [y, x].map((dot, axis) => {
      const { start, count, per } = this.axes[axis];
      return [start + dot * per, Math.min(start + count, start + (dot + 1) * per)];
    });
  }

  /** Of a block; undefined where nobody may read anything in it, NaN where nothing of it is known. */
  greatest(y, x) {
    const [rows, columns] = this.block(y, x);
    let best;
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = columns[0]; column < columns[1]; column++) {
        if (!this.source.reads(row, column)) continue;
        const value = this.source.weight(row, column);
        if (best === undefined || Number.isNaN(best) || Math.abs(value) > Math.abs(best)) best = value;
      }
    }
    return best;
  }

  /** Lines through a weight: the one that is chosen, or that the pointer is at. */
  mark(at = this.at) {
    if (!this.axes) return;
    const pen = this.cursor.getContext("2d");
    const [width, height] = [parseFloat(this.cursor.style.width), parseFloat(this.cursor.style.height)];
    pen.clearRect(0, 0, width, height);
    const box = this.box(...at);
    pen.fillStyle = pageColour("--ink");
    pen.globalAlpha = 0.12;
    pen.fillRect(0, box.y, this.edge[0] - 2, Math.max(1, box.height));
    pen.fillRect(box.x, 0, Math.max(1, box.width), this.edge[1] - 2);
    pen.globalAlpha = 0.5;
    for (const y of box.height < 6 ? [box.y] : [box.y, box.y + box.height]) pen.fillRect(this.edge[0], y, width, 1);
    for (const x of box.width < 6 ? [box.x] : [box.x, box.x + box.width]) pen.fillRect(x, this.edge[1], 1, height);
    pen.globalAlpha = 1;
    pen.strokeStyle = pageColour("--mark");
    pen.lineWidth = 2;
    pen.strokeRect(box.x, box.y, Math.max(4, box.width) + 1, Math.max(4, box.height) + 1);
  }
}

/** Strokes for what may not be read: never the colour of a weight of naught. */
function hatched(pen) {
  const size = 6;
  const tile = element("canvas", { width: size, height: size });
  const line = tile.getContext("2d");
  line.fillStyle = pageColour("--raised");
  line.fillRect(0, 0, size, size);
  line.strokeStyle = pageColour("--hatch");
  line.beginPath();
  for (const shift of [-size, 0, size]) {
    line.moveTo(shift, size);
    line.lineTo(shift + size, 0);
  }
  line.stroke();
  return pen.createPattern(tile, "repeat");
}
