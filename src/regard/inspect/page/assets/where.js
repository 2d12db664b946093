// Where the reader is: example, call, head, query, key, method. It stands in the address, so that a view can be sent.

const NAMES = ["look", "call", "head", "query", "key", "method", "evidence"];

const QUIET = ["key", "query", "evidence"]; // of these there are too many to go back through

/** The place, and who wants to know when it changes. */
export class Where {
  constructor(looks) {
    this.looks = looks;
    this.watchers = [];
    const wanted = fromAddress();
    this.keyless = wanted.key === undefined;
    this.at = this.checked(wanted);
    addEventListener("hashchange", () => this.settle(fromAddress(), true));
  }

  get look() {
    return this.looks[this.at.look];
  }

  get call() {
    return this.look.call(this.at.call);
  }

  /** Calls `call(changed)` after every change, with the names that changed. */
  watch(call) {
    this.watchers.push(call);
  }

  /** Goes elsewhere; what is not named stays. */
  go(change) {
    const measured = change.query === undefined || change.evidence !== undefined ? -1 : this.look.evidenceAt(change.query);
    if (measured >= 0) change = { ...change, evidence: measured };
    this.settle({ ...this.at, ...(change.call !== undefined && change.head === undefined ? { head: undefined } : {}), ...change }, false);
  }

  settle(wanted, fromOutside) {
    const next = this.checked(wanted);
    const changed = NAMES.filter((name) => next[name] !== this.at[name]);
    if (!changed.length) return;
    this.at = next;
    if (!fromOutside) toAddress(next, changed.every((name) => QUIET.includes(name)));
    for (const call of this.watchers) call(changed);
  }

  /** A place that exists, as near to the one that is wanted as can be. */
  checked(wanted) {
    const look = within(wanted.look, this.looks.length);
    const call = this.looks[look].call(wanted.call);
    if (!call) return { look, call: "", head: 0, query: 0, key: 0, method: "weight", evidence: 0 };
    const head = wanted.head === "mean" ? "mean" : wanted.head === undefined ? call.selected : within(wanted.head, call.heads);
    const evidence = within(wanted.evidence, Math.max(1, this.looks[look].evidence.length));
    return {
      look,
      call: call.name,
      head,
      query: within(wanted.query ?? (call.role === "self" ? call.n >> 1 : 0), call.n),
      key: within(wanted.key ?? 0, call.m),
      method: wanted.method ?? "weight",
      evidence,
    };
  }
}

const within = (number, count) => Math.min(Math.max(Number.isInteger(Number(number)) ? Number(number) : 0, 0), count - 1);

/** Counted from 1, as people do. */
function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const read = (name) => (given.has(name) ? Number(given.get(name)) - 1 : undefined);
  const head = given.get("head") === "mean" ? "mean" : read("head");
  const [call, method] = [given.get("call") ?? undefined, given.get("method") ?? undefined];
  return { look: read("look"), call, head, query: read("query"), key: read("key"), method, evidence: read("evidence") };
}

function toAddress(at, quietly) {
  const parts = NAMES.map((name) => [name, typeof at[name] === "number" ? at[name] + 1 : at[name]]);
  const hash = `#${new URLSearchParams(parts)}`;
  try {
    if (quietly) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
  } catch {
    // a frame without an address of its own
  }
}
