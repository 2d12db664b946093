// What a thing can be tinted by: the weights of one head, those times the size of what they carry, or measured evidence.

import { darkestOf, largest } from "./tinted.js";
import { say } from "./words.js";

/** [name, title] of all methods there are numbers for. */
export function methodsOf(call, head, evidence) {
  const found = [["weight", say("weight")]];
  if (head.exact.value && head.kind !== "map") found.push(["norm", say("norm")]);
  if (evidence && evidence.axis === call.keys) {
    for (const name of Object.keys(evidence.columns)) if (!["weight", "norm"].includes(name)) found.push([name, say(`column ${name}`)]);
  }
  return found;
}

/** `{values, darkest, signed, rows}` for one query by one method. */
export function judged(head, { query, method }, evidence, shade) {
  if (method === "norm" && head.exact.value) {
    const values = norms(head, query);
    return { values, darkest: largest(values), signed: false };
  }
  if (method !== "weight" && evidence?.columns[method] && evidence.axis === head.call.keys) {
    const values = Float32Array.from(evidence.columns[method], (each) => each ?? NaN);
    return { values, darkest: largest(values), signed: values.some((each) => each < 0) };
  }
  const rows = head.call.queries === head.call.keys ? (reader) => head.row(reader) : undefined;
  const values = head.row(query);
  return { values, darkest: darkestOf(head, shade), signed: values.some((each) => each < 0), rows };
}

/** ‖weight · value‖ for every key. */
function norms(head, query) {
  const { values, shape } = head.exact.value;
  const width = shape.at(-1);
  return head.row(query).map((weight, key) => {
    let sum = 0;
    for (let each = 0; each < width; each++) sum += values[key * width + each] ** 2;
    return weight === 0 ? 0 : weight * Math.sqrt(sum);
  });
}

/** The `most` greatest of some numbers by size: [place, value]. */
export function greatestOf(values, most) {
  const found = [];
  values.forEach((value, place) => {
    if (!(Math.abs(value) > (found.length === most ? Math.abs(found.at(-1)[1]) : 0))) return;
    const at = found.findIndex((each) => Math.abs(each[1]) < Math.abs(value));
    found.splice(at < 0 ? found.length : at, 0, [place, value]);
    if (found.length > most) found.pop();
  });
  return found;
}
