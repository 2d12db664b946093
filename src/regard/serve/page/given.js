// What is asked: items out of the text box or out of files, each with its JSON (or its file) and how it is shown.

import { Refused, bodyOf } from "./ask.js";
import { content, element } from "./dom.js";
import { preview } from "./files.js";
import { manner } from "./models.js";
import { say } from "./words.js";

/** The items that are given to a model: `{raw, words}` or `{file}`, and `shown`, an element. Throws Refused. */
export function itemsOf(model, text, files) {
  const how = manner(model);
  if (how === "begin") return [{ raw: JSON.stringify(text), text, shown: content(text) }];
  const items = how === "files" ? files.map(fromFile) : how === "json" ? fromJson(text) : lines(text).map((line) => fromLine(line, how));
  if (!items.length) throw new Refused(say.nothing);
  return items;
}

/** The body of a request about these items; `fields` hold JSON. */
export function bodyFor(model, items, fields = {}) {
  if (!items[0].file) {
    return bodyOf({ model: JSON.stringify(model.name), items: `[${items.map((each) => each.raw).join(", ")}]`, ...fields });
  }
  const form = new FormData();
  form.append("model", model.name);
  for (const each of items) form.append("items", each.file, each.file.name);
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return form;
}

/** The body of `/look` about one item, its JSON or its file. */
export function lookBody(model, item, fields) {
  if (typeof item === "string") return bodyOf({ model: JSON.stringify(model.name), item, ...fields });
  const form = new FormData();
  form.append("model", model.name);
  form.append("items", item, item.name);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** About how many bytes a body has. */
export function sizeOf(body) {
  if (typeof body === "string") return new Blob([body]).size;
  return [...body.values()].reduce((sum, each) => sum + (each.size ?? each.length), 0);
}

/** Lines as the server reads those of a file: a last line end begins no line. */
function lines(text) {
  const every = text.replace(/\r\n?/g, "\n").split("\n");
  while (every.length && !every.at(-1).trim()) every.pop();
  return every;
}

function fromLine(line, how) {
  if (how === "text") return { raw: JSON.stringify(line), shown: content(line) };
  const words = line.split(/\s+/u).filter(Boolean);
  return { raw: JSON.stringify(words), words, shown: content(line) };
}

function fromFile(file) {
  return { file, shown: element("div", { class: "media" }, preview(file), content(file.name)) };
}

/** One value, however it is spread over lines, or one a line. */
function fromJson(text) {
  try {
    JSON.parse(text);
    return [fromValue(text.trim())];
  } catch {
    return lines(text).flatMap((line, index) => (line.trim() ? [fromValue(checked(line.trim(), index + 1))] : []));
  }
}

function checked(line, number) {
  try {
    JSON.parse(line);
    return line;
  } catch (error) {
    throw new Refused(say.notJson(number, error.message));
  }
}

function fromValue(raw) {
  return { raw, shown: content(raw, "code", { class: "value" }) };
}
