// Deflated bytes, where the browser cannot inflate them itself. RFC 1950 and 1951.

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The `size` bytes that were deflated into these, behind the two bytes of zlib's head. */
export function inflate(bytes, size) {
  const made = new Uint8Array(size);
  let [at, hold, held, end] = [2, 0, 0, 0];
  const bits = (count) => {
    while (held < count) {
      hold |= bytes[at++] << held;
      held += 8;
    }
    const value = hold & ((1 << count) - 1);
    hold >>>= count;
    held -= count;
    return value;
  };
  const symbol = ({ counts, symbols }) => {
    for (let [length, code, first, index] = [1, 0, 0, 0]; ; length++) {
      code |= bits(1);
      if (code - counts[length] < first) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
  };
  const stored = () => {
    [hold, held] = [0, 0];
    const count = bytes[at] | (bytes[at + 1] << 8);
    made.set(bytes.subarray(at + 4, at + 4 + count), end);
    at += 4 + count;
    end += count;
  };
  const coded = ([literals, distances]) => {
    for (let found = symbol(literals); found !== 256; found = symbol(literals)) {
      if (found < 256) made[end++] = found;
      else {
        const length = LENGTHS[found - 257] + bits(LENGTH_BITS[found - 257]);
        const far = symbol(distances);
        const extra = Math.max(0, (far >> 1) - 1);
        const back = far < 2 ? far + 1 : ((2 + (far & 1)) << extra) + 1 + bits(extra);
        for (const stop = end + length; end < stop; end++) made[end] = made[end - back];
      }
    }
  };
  for (let last = false; !last; ) {
    last = bits(1) === 1;
    const kind = bits(2);
    if (kind === 0) stored();
    else coded(kind === 1 ? fixed() : dynamic(bits, symbol));
  }
  return made;
}

/** A code of Huffman's from the lengths of its words. */
function code(lengths) {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const starts = new Uint16Array(16);
  for (let length = 1; length < 15; length++) starts[length + 1] = starts[length] + counts[length];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, each) => length && (symbols[starts[length]++] = each));
  return { counts, symbols };
}

const fixed = () => [
  code(Array.from({ length: 288 }, (_, each) => (each < 144 ? 8 : each < 256 ? 9 : each < 280 ? 7 : 8))),
  code(Array(30).fill(5)),
];

function dynamic(bits, symbol) {
  const [literals, distances, words] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
  const lengths = Array(19).fill(0);
  for (let each = 0; each < words; each++) lengths[ORDER[each]] = bits(3);
  const table = code(lengths);
  const all = [];
  while (all.length < literals + distances) {
    const found = symbol(table);
    if (found < 16) all.push(found);
    else if (found === 16) all.push(...Array(3 + bits(2)).fill(all.at(-1)));
    else all.push(...Array(found === 17 ? 3 + bits(3) : 11 + bits(7)).fill(0));
  }
  return [code(all.slice(0, literals)), code(all.slice(literals))];
}
