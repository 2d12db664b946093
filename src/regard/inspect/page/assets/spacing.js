// How many dots fit where: one for each weight, or one for the greatest of a block of them.

export const LABELLED = 11; // dots of so many units leave room for a label
const LARGEST = 34;
export const WRITTEN = 30; // and of so many for the weight itself

/** `{start, count, per, size, dots}`: what is seen of an axis, how many share a dot, how large a dot is. */
export function spaced({ start, count }, room, largest = LARGEST) {
  const per = Math.max(1, Math.ceil(count / room));
  const dots = Math.ceil(count / per);
  return { start, count, per, dots, size: Math.max(1, Math.min(largest, Math.floor(room / dots))) };
}

/** Both axes; square dots where neither is very small. */
export function spacedBoth(down, across, [width, height]) {
  let [one, other] = [spaced(down, height), spaced(across, width)];
  const small = Math.min(one.size, other.size);
  if (small >= 5) [one, other] = [{ ...one, size: small }, { ...other, size: small }];
  else if (one.size > 16) one = { ...one, size: 16 };
  else if (other.size > 16) other = { ...other, size: 16 };
  return [one, other];
}

/** Places along an axis where a number stands: 1, 2 or 5 times a power of ten apart, at least `gap` units. */
export function ticks({ start, count, per, size }, gap = 44) {
  const least = (gap / size) * per;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const apart = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least);
  const first = Math.ceil((start + 1) / apart) * apart;
  const found = [];
  for (let place = first; place <= start + count; place += apart) found.push(place - 1);
  return found;
}

/** A part of `count` places around `at`, `factor` times as large as `window`. */
export function zoomed(window, at, count, factor) {
  const wanted = Math.min(count, Math.max(Math.min(8, count), Math.round(window.count * factor)));
  return { start: Math.min(Math.max(0, at - (wanted >> 1)), count - wanted), count: wanted };
}

/** The window, moved so far that `at` is inside. */
export function following(window, at) {
  if (at < window.start) return { ...window, start: at };
  if (at >= window.start + window.count) return { ...window, start: at - window.count + 1 };
  return window;
}
