// A series: its channels as lines, each in its own range, under the weights of its spans.

import { drawn, element } from "./dom.js";
import { Timeline } from "./timeline.js";
import { pathOf } from "./waves.js";
import { numberText } from "./format.js";
import { say } from "./words.js";

const MOST = 8;
const HIGH = 56;

export class Series {
  constructor(axis, { values, spans }, calls) {
    const [steps, channels] = values.shape;
    const seen = Math.min(channels, MOST);
    const body = Array.from({ length: seen }, (_, each) => this.channel(values, each, steps, channels));
    const made = { name: say("series"), spans, end: steps, height: seen * HIGH, body: body.flat(), unit: say("steps") };
    this.time = new Timeline(made, calls);
    const more = channels > seen ? [element("p", { class: "how" }, say("channels", seen, channels))] : [];
    this.form = "size";
    this.node = element("div", {}, this.time.node, ...more);
  }

  channel(values, each, steps, channels) {
    const at = (place) => values.values[place * channels + each];
    let [low, high] = [Infinity, -Infinity];
    for (let place = 0; place < steps; place++) if (Number.isFinite(at(place))) [low, high] = [Math.min(low, at(place)), Math.max(high, at(place))];
    const top = each * HIGH + 18;
    const y = (value) => top + (HIGH - 22) * (1 - (value - low) / (high - low || 1));
    const range = Number.isFinite(low) ? `${numberText(low)} … ${numberText(high)}` : "";
    return [
      drawn("path", { class: "wave", d: pathOf(at, 0, steps, y) }),
      drawn("text", { class: "range", x: 4, y: top - 6 }, `${each + 1}: ${range}`),
    ];
  }

  show(shown) {
    this.time.show(shown);
  }

  drawing() {
    return this.time.svg;
  }
}
