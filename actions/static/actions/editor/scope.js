// Which names an expression can read: inputs, References of the outcomes, and what is always there.

import { around, find } from "./notation.js";

const ANSWER = { status: "the HTTP status", headers: "the headers, their names in lower case", body: "the answer as data" };
const ROWS = new Set(["post", "patch", "get_by_id", "get"]);

/** Return the names that a place can read, each with what it is and, where that is known, its members. */
export function namesIn(place, vocabulary) {
  const { action, outcome } = around(place);
  const names = new Map();
  for (const [name, { about, members, with: key }] of Object.entries(vocabulary.names)) {
    if (!key || find(action, key) !== undefined) names.set(name, { detail: about, members });
  }
  names.set("subject", { ...names.get("subject"), members: columnsOf(vocabulary, find(action, "OnType")) });
  const inputs = list(find(action, "InFields")).map((input) => [nameOf(input), `input, ${find(input, "ColumnType") ?? "label"}`]);
  inputs.filter(([name]) => name).forEach(([name, detail]) => names.set(name, { detail }));
  names.set("attributes", { ...names.get("attributes"), members: Object.fromEntries(inputs) });
  publish(list(find(action, "OutFields")), names, vocabulary, stepsInto(place.path));
  if (find(outcome, "ForEach") !== undefined) {
    names.set(find(outcome, "Item") ?? "item", { detail: "the element" });
    names.set("index", { detail: "the number of the element, from 0" });
  }
  return names;
}

/** Return the name under which an input is read. */
export function nameOf(input) {
  return find(input, "ColumnName") ?? find(input, "Name");
}

/** The positions of the outcomes that a path leads through: none where it leads into no outcome. */
function stepsInto(path) {
  return path.filter((step, at) => typeof step === "number" && /^(outfields|else)$/i.test(path[at - 1]));
}

/** Add what the outcomes before the place publish. An outcome that the place is in has not run yet. */
function publish(outcomes, names, vocabulary, [until, ...further]) {
  outcomes.slice(0, until).forEach((outcome) => {
    const name = find(outcome, "Reference");
    if (name) names.set(name, resultOf(outcome, vocabulary));
    publish(list(find(outcome, "Else")), names, vocabulary, []);
  });
  if (further.length) publish(list(find(outcomes[until], "Else")), names, vocabulary, further);
}

function resultOf(outcome, vocabulary) {
  const type = find(outcome, "Type");
  const isRow = ROWS.has(String(find(outcome, "Method") ?? "").toLowerCase());
  const members = vocabulary.services.includes(type) ? ANSWER : isRow ? columnsOf(vocabulary, type) : undefined;
  return { detail: `result of ${type ?? "an outcome"}`, members };
}

function list(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
}

/** Return the columns of an entity that can be read, with what each is. */
export function columnsOf(vocabulary, type) {
  return described(vocabulary, type, "read");
}

/** Return the columns of an entity that an outcome may set. */
export function settable(vocabulary, type) {
  return described(vocabulary, type, "write");
}

function described(vocabulary, type, way) {
  const columns = Object.entries(vocabulary.entities[type]?.columns ?? {}).filter(([, column]) => column[way]);
  return Object.fromEntries(columns.map(([name, column]) => [name, column.about]));
}
