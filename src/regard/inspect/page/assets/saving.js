// Pictures and tables as files, made here and sent nowhere.

import { drawn } from "./dom.js";

/** Offers bytes or text as a file. */
export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Rows of cells as text, quoted where a cell has a mark of the format, or would be a formula. */
export const csvOf = (rows) => `${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;

const quoted = (cell) => {
  const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A drawing as a file of its own, with the colours that the page gives it. */
export function svgFile(svg) {
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", svg.viewBox.baseVal.width);
  copy.setAttribute("height", svg.viewBox.baseVal.height);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((each, place) => {
    const style = getComputedStyle(each);
    for (const name of ["fill", "stroke", "stroke-width", "opacity", "font-family", "font-size", "text-anchor"]) {
      const value = style.getPropertyValue(name);
      if (value) to[place].setAttribute(name, value);
    }
    to[place].removeAttribute("class");
  });
  return written(copy);
}

/** A drawing as text, with what it is of. */
function written(svg) {
  svg.prepend(drawn("desc", {}, `${document.title} ${location.hash}`));
  return new XMLSerializer().serializeToString(svg);
}

/** A canvas as a drawing: its picture, in a frame of the same size. */
export function svgOfCanvas(canvas) {
  const [width, height] = [canvas.clientWidth || canvas.width, canvas.clientHeight || canvas.height];
  const image = drawn("image", { href: canvas.toDataURL("image/png"), width, height });
  const whole = drawn("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height }, image);
  return written(whole);
}

/** A promise of a drawing as a picture, twice as large. */
export async function pngOfSvg(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(svg))}`;
  await image.decode();
  const { width, height } = svg.viewBox.baseVal;
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngOf(canvas);
}

export const pngOf = (canvas) => new Promise((done) => canvas.toBlob(done, "image/png"));
