// A sound: what was read of it over its spectrum and its wave, and the sound itself.

import { drawn, element } from "./dom.js";
import { numberText } from "./format.js";
import { button } from "./parts.js";
import { Timeline } from "./timeline.js";
import { WIDE, pathOf } from "./waves.js";
import { say } from "./words.js";

const SPECTRUM = 120;
const WAVE = 56;
const AROUND = 0.15; // seconds on both sides of what is played

export class Sound {
  constructor(axis, opened, calls) {
    Object.assign(this, { axis, ...opened });
    const rate = this.rate.values[0];
    const end = Math.max(this.wave.values.length / rate, this.spans.values.at(-1));
    const body = [this.spectrum(), this.line()];
    const made = { name: say("sound"), spans: this.spans, end, height: SPECTRUM + WAVE, body, unit: "s" };
    this.time = new Timeline(made, calls);
    const all = button(say("play"), () => this.play(0, end));
    const peak = button(say("playPeak"), () => this.play(...this.peak()));
    this.told = element("span", { class: "how" });
    this.form = "size";
    this.node = element("div", {}, this.time.node, element("p", { class: "row" }, all, peak, this.told));
  }

  spectrum() {
    const [frames, bands] = this.spectrogram.shape;
    const { values } = this.spectrogram;
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const image = new ImageData(frames, bands);
    for (let frame = 0; frame < frames; frame++) {
      for (let band = 0; band < bands; band++) {
        const part = (values[frame * bands + band] - low) / (high - low || 1);
        image.data.set([90, 96, 104, 235 * part ** 1.5], 4 * ((bands - 1 - band) * frames + frame));
      }
    }
    const canvas = element("canvas", { width: frames, height: bands });
    canvas.getContext("2d").putImageData(image, 0, 0);
    const given = { x: 0, y: 4, width: WIDE, height: SPECTRUM - 8, preserveAspectRatio: "none" };
    return drawn("image", { ...given, href: canvas.toDataURL("image/png") });
  }

  line() {
    const { values } = this.wave;
    const y = (value) => SPECTRUM + WAVE / 2 - (value * WAVE) / 2;
    return drawn("path", { class: "wave", d: pathOf((place) => values[place], 0, values.length, y) });
  }

  /** From and to, around the span with the greatest weight. */
  peak() {
    const values = this.time.shown?.values ?? [];
    let best = Math.max(0, this.time.shown?.key ?? 0);
    for (let place = 0; place < values.length; place++) if (Math.abs(values[place]) > Math.abs(values[best])) best = place;
    return [this.spans.values[2 * best] - AROUND, this.spans.values[2 * best + 1] + AROUND];
  }

  play(from, to) {
    const rate = this.rate.values[0];
    this.context ??= new AudioContext();
    this.playing?.stop();
    const buffer = this.context.createBuffer(1, this.wave.values.length, rate);
    buffer.copyToChannel(this.wave.values, 0);
    this.playing = Object.assign(this.context.createBufferSource(), { buffer });
    this.playing.connect(this.context.destination);
    const start = Math.max(0, from);
    this.playing.start(0, start, to - start);
    this.told.textContent = say("playing", numberText(start), numberText(Math.min(to, buffer.duration)));
  }

  show(shown) {
    this.time.show(shown);
  }

  drawing() {
    return this.time.svg;
  }
}
