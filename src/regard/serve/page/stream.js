// A text that goes on: it is told while it is drawn, and can be cancelled.

import { hide, insideButton } from "./answer.js";
import { Refused, asked, bodyOf, reason } from "./ask.js";
import { byId, content, element } from "./dom.js";
import { inside } from "./inside.js";
import { status } from "./told.js";
import { say } from "./words.js";

/** Draws what follows the only item, and shows it as it comes. Throws Refused; AbortError once what came is shown as cut. */
export async function stream({ model, items, signal, seconds }, choices) {
  const body = bodyOf({ model: JSON.stringify(model.name), item: items[0].raw, choices });
  status(say.drawing);
  const response = await asked("generate", { body, signal, seconds });
  const drawn = document.createTextNode("");
  const told = element("p", { class: "how" });
  const inner = element("div", { id: "inside" });
  hide();
  byId("answer").append(element("div", { class: "going" }, element("span", { class: "begin" }, items[0].text), drawn), told);
  byId("answer").firstChild.dir = "auto";
  byId("answer").firstChild.translate = false;
  byId("answer").hidden = false;
  let tokens = 0;
  try {
    for await (const [name, record] of events(response.body)) {
      if (name === "error") throw new Refused([record.rule, record.got, record.try]);
      if (name === "token") {
        tokens += 1;
        drawn.appendData(record.text);
      }
      if (name === "done") {
        drawn.data = record.prediction;
        told.append(content(say.drawnScore(record.score)));
        if (model.verbs.includes("/look")) byId("answer").append(insideButton(() => inside({ model, items, seconds }, 0, inner)), inner);
        status(say.drawn(record.tokens, record.ended), record.prediction);
      }
    }
  } catch (error) {
    if (error.name !== "AbortError") throw reason(error, seconds);
    told.append(say.cut(tokens));
    status(say.cut(tokens));
  }
}

/** Server-sent events as [name, data]. Throws Refused where they end without a last one. */
async function* events(body) {
  let rest = "";
  let last = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n");
      last = name.replace("event: ", "");
      yield [last, JSON.parse(data.replace("data: ", ""))];
    }
  }
  if (last !== "done") throw new Refused(say.gone);
}
