// The arrays of the page, each opened when it is first looked at.

import { inflate } from "./inflate.js";

const BYTES = { f4: 4, i4: 4, u2: 2, u1: 1 };

/** Opens blocks by their number: typed arrays with a `shape` beside them. */
export class Blocks {
  constructor(described) {
    this.described = described;
    this.opened = new Map();
  }

  /** A promise of `{shape, values}`; null for none. */
  open(index) {
    if (index === null || index === undefined) return Promise.resolve(null);
    if (!this.opened.has(index)) this.opened.set(index, unpack(this.described[index]));
    return this.opened.get(index);
  }
}

async function unpack({ shape, type, low, step, data }) {
  const count = shape.reduce((product, size) => product * size, 1);
  const size = type === "bits" ? Math.ceil(count / 8) : count * BYTES[type];
  const bytes = await inflated(bytesOf(data), size);
  if (type === "bits") return { shape, values: bytes };
  const whole = together(bytes, BYTES[type]);
  if (type === "f4") return { shape, values: new Float32Array(whole.buffer) };
  if (type === "i4") return { shape, values: new Int32Array(whole.buffer) };
  const stored = type === "u2" ? new Uint16Array(whole.buffer) : whole;
  return { shape, values: step === undefined ? stored : numbers(stored, low, step, type === "u2" ? 65535 : 255) };
}

function bytesOf(data) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let each = 0; each < text.length; each++) bytes[each] = text.charCodeAt(each);
  return bytes;
}

async function inflated(bytes, size) {
  if (typeof DecompressionStream === "undefined") return inflate(bytes, size);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Planes of bytes (all first ones, all second ones, …) become numbers' own bytes. */
function together(bytes, width) {
  if (width === 1) return bytes;
  const count = bytes.length / width;
  const whole = new Uint8Array(bytes.length);
  for (let plane = 0; plane < width; plane++) {
    for (let each = 0; each < count; each++) whole[each * width + plane] = bytes[plane * count + each];
  }
  return whole;
}

function numbers(stored, low, step, nothing) {
  const values = new Float32Array(stored.length);
  for (let each = 0; each < stored.length; each++) values[each] = stored[each] === nothing ? NaN : low + step * stored[each];
  return values;
}
