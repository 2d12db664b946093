// What if one score were another? The weights that would follow.

import { element } from "./dom.js";
import { numberText, weightText } from "./format.js";
import { normalized } from "./normalizers.js";
import { say } from "./words.js";

export function whatIf({ normalizer, parameter }, head, scores, place) {
  const told = element("output", { class: "formula", for: "what-if" });
  const input = element("input", { id: "what-if", type: "number", step: "0.1", value: numberText(scores[place]).replace("−", "-"), oninput: () => answer() });
  const answer = () => {
    const changed = scores.map((each, at) => (at === place ? Number(input.value) : each));
    told.textContent = Number.isFinite(Number(input.value)) && input.value !== "" ? weightText(normalized(normalizer, changed, parameter?.[head] ?? undefined).weights[place]) : "…";
  };
  answer();
  return element("p", { class: "what-if" }, element("label", { for: "what-if" }, say("whatIf")), " ", input, " ", say("whatIfWeight"), " ", told);
}
