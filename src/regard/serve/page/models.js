// Which model is asked: the list, and what is told of the one that is chosen.

import { byId, content, element } from "./dom.js";
import { say } from "./words.js";

const SHOWN = 12;

/** Fills the list with models as `/models` tells them; calls `chosen` with each that is chosen, and with the first. */
export function offer(models, chosen) {
  const list = byId("model");
  list.replaceChildren(...models.map((model) => element("option", { value: model.name, dir: "auto" }, model.name)));
  const wished = decodeURIComponent(location.hash.slice(1));
  const choose = () => {
    const model = models.find((each) => each.name === list.value);
    byId("facts").replaceChildren(...facts(model));
    chosen(model);
  };
  if (models.some((model) => model.name === wished)) list.value = wished;
  list.onchange = () => {
    history.replaceState(null, "", `#${encodeURIComponent(list.value)}`);
    choose();
  };
  choose();
}

function facts(model) {
  const does = `${say.kinds[model.kind] ?? model.kind} · ${say.inputs[model.input] ?? model.input}`;
  const parts = [does, say.attention(model.network, model.attention), say.learned(model.parameters)];
  const known = [parts.join(" · ")];
  if (model.classes) known.push(element("br"), content(say.classes(model.classes.slice(0, SHOWN), model.count)));
  return known;
}

/** How items of a model come: `files`, `text`, `words` (each is answered), `begin` (one text that goes on), or `json`. */
export function manner(model) {
  if (model.input !== "text") return model.files?.length ? "files" : "json";
  if (model.kind === "generate") return "begin";
  return model.kind === "label" ? "words" : "text";
}
