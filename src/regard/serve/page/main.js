// The page: what is chosen and typed goes to the server, and what comes back is shown.

import { hide, show } from "./answer.js";
import { Refused, answerOf, token } from "./ask.js";
import { chosen, offerChoices } from "./choices.js";
import { byId, speak } from "./dom.js";
import { Files, receive, textOf } from "./files.js";
import { bodyFor, itemsOf, sizeOf } from "./given.js";
import { inside } from "./inside.js";
import { manner, offer } from "./models.js";
import { look } from "./reading.js";
import { remembered } from "./remembered.js";
import { sampleFile } from "./samples.js";
import { stream } from "./stream.js";
import { clear, refuse, status } from "./told.js";
import { say } from "./words.js";

const files = new Files();
const texts = new Map();
const given = byId("given");
let model, limits, running;

/** Asks what is served, and lets ask it; or asks for the token first. */
async function open() {
  try {
    const served = await answerOf("models", { seconds: 30 });
    limits = served.limits;
    byId("door").hidden = true;
    byId("ask").hidden = false;
    byId("leave").hidden = !token.get();
    if (!model) offer(served.models, take);
    clear();
    byId(manner(model) === "files" ? "choose" : "given").focus();
  } catch (error) {
    failed(error);
  }
}

function failed(error) {
  if (error.name === "AbortError") return status(say.cancelled);
  if (!(error instanceof Refused)) throw error;
  status("");
  const known = token.get();
  if (error.status === 401) lock();
  if (error.status !== 401 || known) refuse(error);
}

/** The token is asked for; what was typed stays. */
function lock() {
  token.forget();
  byId("leave").hidden = true;
  byId("door").hidden = false;
  byId("door-open").hidden = window.isSecureContext;
  byId("token").focus();
}

/** Another model is chosen: its choices, and what was typed for it before, or an example. */
function take(next) {
  const before = model;
  const own = before && given.value !== exampleOf(before);
  if (own) texts.set(before.name, given.value);
  const how = manner(next);
  const fits = own && manner(before) === how && before.input === next.input;
  given.value = texts.get(next.name) ?? (fits ? given.value : exampleOf(next));
  model = next;
  if (before && before.input !== next.input) files.clear();
  byId("typed").hidden = how === "files";
  given.classList.toggle("json", how === "json");
  byId("given-label").textContent = how === "json" ? say.given.json(say.inputs[next.input] ?? next.input) : (say.given[how] ?? "");
  byId("given-how").textContent = how === "files" ? say.howFiles(next.files) : how === "json" ? say.howJson : say.howText;
  byId("choose-label").textContent = say.open;
  byId("choose").accept = how === "files" ? next.files.join() : how === "json" ? ".json,.jsonl" : (next.files ?? []).join();
  offerChoices(next);
}

function exampleOf(one) {
  const how = manner(one);
  return how === "files" ? "" : how === "json" ? JSON.stringify(one.example) : one.example;
}

/** Files become items, or lines under those that were typed, to be seen before they are sent. */
async function received(every) {
  if (!model) return;
  clear();
  try {
    if (manner(model) === "files") return files.add(every);
    const typed = given.value === exampleOf(model) ? [] : [given.value];
    given.value = [...typed, ...(await Promise.all(every.map(textOf)))].filter(Boolean).join("\n");
  } catch (error) {
    failed(error);
  }
}

async function example() {
  if (manner(model) === "files") files.add([await sampleFile(model)]);
  else given.value = exampleOf(model);
}

/** Sends, unless something is under way already. */
async function send() {
  if (running) return;
  clear();
  running = new AbortController();
  busy(true);
  try {
    const asked = { model, items: itemsOf(model, given.value, files.every), signal: running.signal, seconds: 2 * limits.timeout + 10 };
    if (model.verbs.includes("/generate")) await stream(asked, chosen(model));
    else await predict(asked);
  } catch (error) {
    failed(error);
  } finally {
    running = undefined;
    busy(false);
  }
}

async function predict(asked) {
  const body = bodyFor(asked.model, asked.items, { choices: chosen(asked.model) });
  if (sizeOf(body) > limits.body) throw new Refused(say.large(limits.body, sizeOf(body)));
  status(say.asking);
  hide();
  const since = performance.now();
  const { predictions } = await answerOf("predict", { ...asked, body });
  const seconds = (performance.now() - since) / 1000;
  const searched = chosen(asked.model, ["n_best"]);
  const reads = (index, target, place) => look(asked, index, { target, choices: searched }, place);
  const recalls = (index, place) => remembered(asked, index, searched, place);
  const first = show(asked, predictions, reads, (index, place) => inside(asked, index, place), recalls);
  status(say.answered(predictions.length, seconds), say.first(first));
}

function busy(is) {
  byId("cancel").hidden = !is;
  byId("send").setAttribute("aria-disabled", is);
  byId("answer").setAttribute("aria-busy", is);
}

function wire() {
  byId("ask").onsubmit = (event) => {
    event.preventDefault();
    send();
  };
  byId("ask").onkeydown = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  byId("door").onsubmit = (event) => {
    event.preventDefault();
    token.set(byId("token").value.trim());
    byId("token").value = "";
    open();
  };
  byId("cancel").onclick = () => running?.abort();
  byId("example").onclick = example;
  byId("leave").onclick = lock;
  receive(received);
}

speak();
wire();
open();
