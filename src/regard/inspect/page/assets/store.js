// Looks: what was captured, opened as it is asked for, with one way to read weights however they were kept.

/** One look. */
export class Look {
  constructor(raw, blocks) {
    Object.assign(this, raw);
    this.blocks = blocks;
    this.calls = raw.calls.map((call) => new Call(call, this));
  }

  call(name) {
    return this.calls.find((each) => each.name === name) ?? this.calls[this.opening];
  }

  /** What is needed to draw an axis, opened. */
  async thing(name) {
    const axis = this.axes[name];
    const parts = await Promise.all(Object.entries(axis.thing).map(async ([key, block]) => [key, await this.blocks.open(block)]));
    return Object.fromEntries(parts);
  }

  /** Which evidence was measured for the answer at this query: steps are counted from 1; -1 for none. */
  evidenceAt(query) {
    return this.evidence.findIndex((each) => each.step === query + 1);
  }
}

/** One call of attend. */
class Call {
  constructor(raw, look) {
    Object.assign(this, raw);
    this.look = look;
    [this.heads, this.n, this.m] = raw.shape;
    this.loaded = new Map();
  }

  get readers() {
    return this.look.axes[this.queries].labels;
  }

  get readings() {
    return this.look.axes[this.keys].labels;
  }

  /** A promise of one head, or of the mean of all ("mean"). */
  head(which) {
    if (!this.loaded.has(which)) this.loaded.set(which, which === "mean" ? this.mean() : this.one(which));
    return this.loaded.get(which);
  }

  async one(which) {
    const open = (block) => this.look.blocks.open(block);
    const kept = this.weights[which];
    const names = Object.keys(this.exact[which]);
    const found = await Promise.all(names.map((name) => open(this.exact[which][name])));
    const [dense, top, keys, rest, readable, sums, map] = await Promise.all(
      [kept?.dense, kept?.top, kept?.keys, kept?.rest, this.readable, this.sums, this.map].map(open),
    );
    const exact = Object.fromEntries(names.map((name, place) => [name, found[place]]));
    const error = exact.weights ? 0 : (kept?.error ?? 0);
    return new Head(this, which, { dense: exact.weights ?? dense, top, keys, rest, readable, sums, map, exact, error });
  }

  async mean() {
    const every = await Promise.all(Array.from({ length: this.heads }, (_, each) => this.head(each)));
    return new Mean(this, every);
  }

  /** A promise of the small maps of all heads, `{shape, values}`. */
  maps() {
    return this.look.blocks.open(this.map);
  }
}

/** One head of one call, in memory. */
class Head {
  constructor(call, which, parts) {
    Object.assign(this, parts);
    this.call = call;
    this.which = which;
    this.kind = parts.dense ? "dense" : parts.top ? "top" : "map";
    this.lastRow = [-1];
  }

  /** The weights of one query over all keys; NaN where they were not kept. */
  row(query) {
    const { m } = this.call;
    if (this.kind === "dense") return this.dense.values.subarray(query * m, (query + 1) * m);
    if (this.lastRow[0] === query) return this.lastRow[1];
    const row = new Float32Array(m).fill(this.kind === "top" ? 0 : NaN);
    for (const [key, weight] of this.greatest(query)) row[key] = weight;
    this.lastRow = [query, row];
    return row;
  }

  /** [key, weight] of what was kept of a row where not all was, the greatest first. */
  greatest(query) {
    if (this.kind !== "top") return [];
    const most = this.top.shape[1];
    return Array.from({ length: most }, (_, each) => [this.keys.values[query * most + each], this.top.values[query * most + each]]);
  }

  /** [key, weight] of all that is known of a row and not naught. */
  known(query) {
    return this.kind === "dense" ? [...this.row(query).entries()].filter(([, weight]) => weight !== 0) : this.greatest(query);
  }

  /** The small map of its weights. */
  overview() {
    const [, rows, columns] = this.map.shape;
    return { rows, columns, values: this.map.values.subarray(this.which * rows * columns, (this.which + 1) * rows * columns) };
  }

  /** What the keys that were not kept hold together. */
  restOf(query) {
    return this.kind === "top" ? this.rest.values[query] : 0;
  }

  sum(query) {
    return this.sums.values[this.which * this.call.n + query];
  }

  /** Whether this query may read that key. */
  reads(query, key) {
    if (!this.readable) return true;
    const [heads, n, m] = this.readable.shape;
    const place = ((heads === 1 ? 0 : this.which) * n + query) * m + key;
    return ((this.readable.values[place >> 3] >> (7 - (place & 7))) & 1) === 1;
  }
}

/** The mean of all heads, which have no vectors together. */
class Mean {
  constructor(call, every) {
    this.call = call;
    this.which = "mean";
    this.every = every;
    this.exact = {};
    this.readable = every[0].readable;
    this.error = Math.max(...every.map((each) => each.error));
    const kinds = new Set(every.map((each) => each.kind));
    this.kind = kinds.has("map") ? "map" : kinds.has("top") ? "top" : "dense";
    if (this.kind === "dense") this.dense = { shape: [call.n, call.m], values: average(every.map((each) => each.dense.values)) };
  }

  row(query) {
    if (this.kind !== "dense") return average(this.every.map((each) => each.row(query)));
    return this.dense.values.subarray(query * this.call.m, (query + 1) * this.call.m);
  }

  greatest(query) {
    if (this.kind !== "top") return [];
    const row = new Map();
    for (const head of this.every) for (const [key, weight] of head.known(query)) row.set(key, (row.get(key) ?? 0) + weight / this.every.length);
    return [...row].sort((one, other) => other[1] - one[1]);
  }

  overview() {
    const every = this.every.map((each) => each.overview());
    return { ...every[0], values: average(every.map(({ values }) => values)) };
  }

  restOf(query) {
    return this.every.reduce((sum, each) => sum + each.restOf(query), 0) / this.every.length;
  }

  sum(query) {
    return this.every.reduce((sum, each) => sum + each.sum(query), 0) / this.every.length;
  }

  reads(query, key) {
    return this.every.some((each) => each.reads(query, key));
  }
}

function average(tables) {
  const made = new Float32Array(tables[0].length);
  for (const each of tables) for (let place = 0; place < made.length; place++) made[place] += each[place] / tables.length;
  return made;
}
