// Weights as colours: the scales come with the data, and say in both schemes that ink is much.

const dark = matchMedia("(prefers-color-scheme: dark)");
let scales = {};
let printing = false;
const watchers = new Set();
const NOT_A_NUMBER = [150, 150, 150];

export function paint(given) {
  scales = given;
  dark.addEventListener("change", tell);
  addEventListener("beforeprint", () => ((printing = true), tell()));
  addEventListener("afterprint", () => ((printing = false), tell()));
  matchMedia("print").addEventListener("change", (event) => ((printing = event.matches), tell()));
}

/** Calls it whenever the scheme of colours changes. */
export const onScheme = (call) => watchers.add(call);
function tell() {
  for (const node of document.querySelectorAll("[data-share]")) {
    const [share, signed] = node.dataset.share.split(" ");
    tint(node, Number(share), Boolean(signed));
  }
  for (const call of watchers) call();
}

export const isDark = () => dark.matches && !printing;

/** [red, green, blue] of a share from 0 to 1, or with `signed` from -1 to 1. Beyond the ends they stay the same. */
export function colour(share, signed = false) {
  const scale = scales[(signed ? "signed" : "") + (signed ? (isDark() ? "Dark" : "Light") : isDark() ? "dark" : "light")];
  if (Number.isNaN(share)) return NOT_A_NUMBER;
  const place = Math.min(1, Math.max(0, signed ? (share + 1) / 2 : share)) * (scale.length - 1);
  const below = Math.min(Math.floor(place), scale.length - 2);
  return scale[below].map((low, each) => Math.round(low + (place - below) * (scale[below + 1][each] - low)));
}

export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/** Black or white, whichever is read more easily on a colour. */
export function ink(rgb) {
  const [red, green, blue] = rgb.map((each) => (each <= 10 ? each / 3295 : ((each / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

/** Paints an element as its weight says, and its text so that it can be read; again whenever the scheme changes. */
export function tint(node, share, signed) {
  node.dataset.share = `${share}${signed ? " signed" : ""}`;
  const rgb = colour(share, signed);
  node.style.setProperty("background-color", css(rgb));
  node.style.setProperty("color", ink(rgb));
}

/** 256 steps of the scale, for pictures of many dots. */
export function table(signed = false) {
  const steps = new Uint8ClampedArray(257 * 3);
  for (let each = 0; each < 256; each++) steps.set(colour(signed ? each / 127.5 - 1 : each / 255, signed), 3 * each);
  steps.set(NOT_A_NUMBER, 768);
  return steps;
}

/** A colour of the page by its name in the style. */
export const pageColour = (name) => {
  if (printing) return { "--ink": "#000", "--soft": "#444", "--line": "#bbb", "--accent": "#14497a", "--surface": "#fff", "--raised": "#eee" }[name];
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
};
