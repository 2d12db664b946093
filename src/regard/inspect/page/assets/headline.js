// The answer, how sure it is, and how well the weights agree with what removal did.

import { element, label } from "./dom.js";
import { shareText } from "./format.js";
import { named, say } from "./words.js";

const LONG = 600;

/** The head of the page for one look. */
export function headline(look, name = "") {
  const { input, output, target, confidence, task, ...rest } = look.headline;
  const line = (name, text, kind) => element("div", { class: kind }, element("dt", {}, say(name)), element("dd", {}, label(text, LONG)));
  const facts = [];
  if (input) facts.push(line("input", input, "given"));
  if (output !== undefined) facts.push(line("output", output, "answer"));
  if (target && target !== output) facts.push(line("target", target, "wanted"));
  if (confidence) facts.push(line("confidence", confidence, "minor"));
  for (const [name, text] of Object.entries(rest)) facts.push(element("div", { class: "minor" }, element("dt", {}, named("headline", name)), element("dd", {}, label(text, LONG))));
  return element(
    "section",
    { id: `headline${name && `-${name}`}`, class: "headline", "aria-label": `${say("answer")} ${name}` },
    task ? element("p", { class: "task" }, `${name && `${name}: `}${named("task", task)}`) : "",
    element("dl", {}, ...facts),
    badge(look),
  );
}

/** How well the weights agree with what removal did, beside what chance does. */
function badge(look) {
  const [evidence] = look.evidence;
  const agreement = evidence?.agreement.weight;
  if (agreement === undefined || agreement === null) return element("p", { class: "badge none" }, say("noAgreement"));
  const [low, high] = evidence.chance.map(shareText);
  const beyond = agreement > evidence.chance[1] ? "more" : agreement < evidence.chance[0] ? "less" : "chance";
  return element(
    "p",
    { class: `badge ${beyond}` },
    say("agreement"),
    " ",
    element("b", {}, shareText(agreement)),
    element("small", {}, ` ${say("chance", low, high)} ${say(`agreement ${beyond}`)}`),
  );
}
