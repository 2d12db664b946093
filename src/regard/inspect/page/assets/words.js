// What the page says, in the language that it was written for.

let table = {};

export const speak = (words) => (table = words);

/** A word of the table; `{0}`, `{1}`, … are filled in. */
export const say = (name, ...given) => (table[name] ?? name).replace(/\{(\d)\}/g, (_, place) => given[Number(place)]);

/** A name out of the look itself, in the page's language where it knows it. */
export const named = (kind, name) => table[`${kind} ${name}`] ?? name.replaceAll("_", " ");
