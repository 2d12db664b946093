// The server is asked here, and nowhere else.

import { say } from "./words.js";

const KEY = "regard token";

/** The token, which this tab keeps until it is closed. */
export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (word) => sessionStorage.setItem(KEY, word),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Three lines that say why there is no answer, the server's own or the page's; `wait` in seconds, if it tells. */
export class Refused extends Error {
  constructor(lines, status = 0, wait = 0) {
    super(lines[0]);
    this.lines = lines;
    this.status = status;
    this.wait = wait;
  }
}

/** A body of JSON whose values are JSON already: numbers pass as they were typed. */
export function bodyOf(fields) {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `{${known.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;
}

/** The response, once its status is 200. Throws Refused; AbortError where `signal` was heard. */
export async function asked(path, { body, signal, seconds } = {}) {
  const headers = {};
  if (typeof body === "string") headers["content-type"] = "application/json";
  if (token.get()) headers.authorization = `Bearer ${token.get()}`;
  const late = seconds ? AbortSignal.timeout(1000 * seconds) : undefined;
  const signals = [signal, late].filter((each) => each !== undefined);
  const how = { method: body === undefined ? "GET" : "POST", headers, body, signal: AbortSignal.any(signals), cache: "no-store" };
  let response;
  try {
    response = await fetch(path, how);
  } catch (error) {
    throw reason(error, seconds);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** The JSON that is answered. Throws as `asked` does. */
export async function answerOf(path, how) {
  const response = await asked(path, how);
  try {
    return await response.json();
  } catch (error) {
    throw reason(error, how?.seconds);
  }
}

/** What a failed connection means: AbortError is the user's own wish and stays one. */
export function reason(error, seconds) {
  if (error.name === "AbortError" || error instanceof Refused) return error;
  return new Refused(error.name === "TimeoutError" ? say.late(seconds) : say.gone);
}

async function refusal(response) {
  const wait = Number(response.headers.get("retry-after")) || 0;
  try {
    const { rule, got, try: hint } = await response.json();
    if (rule) return new Refused([rule, got, hint], response.status, wait);
  } catch {
    // not the server's own: uvicorn's, or a proxy's
  }
  return new Refused(say.bare(response.status), response.status, wait);
}
