// How a model is to answer: the choices that `/models` lists, some at hand, the rest folded away.

import { byId, element } from "./dom.js";
import { say } from "./words.js";

const AT_HAND = { translate: ["beam", "n_best"], generate: ["temperature", "longest", "seed"] };
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const typed = new Map();

/** Fields for a model's choices; what was typed for it before stands there again. */
export function offerChoices(model) {
  const names = Object.keys(model.choices ?? {});
  const few = AT_HAND[model.kind] ?? [];
  byId("few").replaceChildren(...names.filter((name) => few.includes(name)).map((name) => field(model, name)));
  byId("rest").replaceChildren(...names.filter((name) => !few.includes(name)).map((name) => field(model, name)));
  byId("more").hidden = names.every((name) => few.includes(name));
  byId("choices").hidden = !names.length;
}

function field(model, name) {
  const [title, how] = say.choice[name] ?? [name, ""];
  const usual = model.choices[name];
  const key = `${model.name} ${name}`;
  const id = `choice-${name}`;
  const input = element("input", {
    id,
    name,
    value: typed.get(key) ?? usual ?? "",
    inputmode: typeof usual === "string" ? "text" : "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": how ? `${id}-how` : false,
    oninput: () => typed.set(key, input.value),
  });
  const told = how ? [element("small", { id: `${id}-how` }, how)] : [];
  return element("div", { class: "field" }, element("label", { for: id }, title), input, ...told);
}

/** The choices that differ from what holds without them, as JSON; undefined for none. What is no number the server judges. */
export function chosen(model, leaving = []) {
  const parts = [];
  for (const [name, usual] of Object.entries(model.choices ?? {})) {
    const text = byId(`choice-${name}`).value.trim();
    if (leaving.includes(name) || text === String(usual ?? "")) continue;
    const value = typeof usual !== "string" && NUMBER.test(text) ? text : JSON.stringify(text);
    parts.push(`${JSON.stringify(name)}: ${value}`);
  }
  return parts.length ? `{${parts.join(", ")}}` : undefined;
}
