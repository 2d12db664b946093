// Files that are chosen, dropped or pasted: texts go into the text box, sounds and images onto a list.

import { Refused } from "./ask.js";
import { byId, content, element } from "./dom.js";
import { say } from "./words.js";

/** The thing itself, from its own bytes: a picture, or a sound that plays. */
export function preview(file) {
  const url = URL.createObjectURL(file);
  const sound = /\.(wav|flac|ogg)$/i.test(file.name);
  return sound ? element("audio", { controls: true, src: url, "aria-label": file.name }) : element("img", { src: url, alt: file.name });
}

/** The list of files that are asked about. */
export class Files {
  constructor() {
    this.every = [];
  }

  add(files) {
    this.every.push(...files);
    this.show();
  }

  clear() {
    this.every = [];
    this.show();
  }

  show() {
    const list = byId("files");
    for (const old of list.querySelectorAll("[src]")) URL.revokeObjectURL(old.src);
    list.hidden = !this.every.length;
    list.replaceChildren(...this.every.map((file, index) => this.line(file, index)));
  }

  line(file, index) {
    const remove = () => {
      this.every.splice(index, 1);
      this.show();
      byId("choose").focus();
    };
    const button = element("button", { type: "button", class: "small", "aria-label": say.remove(file.name), onclick: remove }, "×");
    return element("li", {}, preview(file), content(file.name), button);
  }
}

/** The text of a file, without a mark of its byte order. Throws Refused unless it is UTF-8. */
export async function textOf(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Refused(say.notText(file.name));
  }
}

/** Calls `take` with files that are chosen, dropped onto the page, or pasted. */
export function receive(take) {
  const target = document.documentElement;
  const choose = byId("choose");
  choose.onchange = () => {
    const files = [...choose.files];
    choose.value = "";
    if (files.length) take(files);
  };
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    target.classList.add("dropping");
  };
  const drop = (event) => {
    target.classList.remove("dropping");
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  };
  target.addEventListener("dragover", over);
  target.addEventListener("dragleave", (event) => event.relatedTarget ?? target.classList.remove("dropping"));
  target.addEventListener("drop", drop);
  target.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}
