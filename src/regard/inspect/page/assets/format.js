// Numbers as text.

/** A weight: four digits behind the point; more where it is small. */
export function weightText(weight) {
  if (weight === null || weight === undefined || Number.isNaN(weight)) return "NaN";
  if (!Number.isFinite(weight)) return weight > 0 ? "∞" : "−∞";
  if (weight !== 0 && Math.abs(weight) < 0.00095) return signed(weight.toExponential(1));
  return signed(weight.toFixed(4));
}

/** Any number, with five digits that count. */
export function numberText(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size < 1e-4 || size >= 1e6) return signed(number.toExponential(2));
  return signed(String(Number(number.toPrecision(5))));
}

/** A correlation: two digits. */
export const shareText = (share) => (Number.isFinite(share) ? signed(share.toFixed(2)) : "NaN");

/** A weight in a cell: two digits, without the naught. */
export function cellText(weight) {
  if (Number.isNaN(weight)) return "NaN";
  if (Math.abs(weight) >= 0.995) return signed(weight.toFixed(1));
  return signed(weight.toFixed(2).replace("-0.00", "0.00")).replace("0.", ".");
}

/** A difference: one digit and its power of ten. */
export const deltaText = (difference) => (difference === 0 ? "0" : Number.isFinite(difference) ? difference.toExponential(0) : "NaN");

export const countText = (count) => count.toLocaleString("en").replaceAll(",", "\u2009");

export const percentText = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

const signed = (text) => text.replace(/^-/, "−");
