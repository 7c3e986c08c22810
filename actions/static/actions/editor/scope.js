// Which names an expression can read: inputs, References of the outcomes, and what is always there.

import { find } from "./notation.js";

const ROWS = new Set(["post", "patch", "get_by_id", "get"]);

/** Return the names in scope, each with what it is and, where that is known, its members. */
export function namesIn(action, vocabulary) {
  const names = new Map();
  for (const [name, { about, members }] of Object.entries(vocabulary.names)) names.set(name, { detail: about, members });
  names.set("subject", { ...names.get("subject"), members: columnsOf(vocabulary, find(action, "OnType")) });
  const inputs = list(find(action, "InFields")).map((input) => find(input, "ColumnName") ?? find(input, "Name"));
  list(find(action, "InFields")).forEach((input, index) => {
    if (inputs[index]) names.set(inputs[index], { detail: `input, ${find(input, "ColumnType") ?? "label"}` });
  });
  names.set("attributes", { ...names.get("attributes"), members: Object.fromEntries(inputs.filter(Boolean).map((name) => [name, "input"])) });
  publish(list(find(action, "OutFields")), names, vocabulary);
  return names;
}

function publish(outcomes, names, vocabulary) {
  for (const outcome of outcomes) {
    const name = find(outcome, "Reference");
    const type = find(outcome, "Type");
    const isRow = ROWS.has(String(find(outcome, "Method") ?? "").toLowerCase());
    if (name) names.set(name, { detail: `result of ${type ?? "an outcome"}`, members: isRow ? columnsOf(vocabulary, type) : undefined });
    publish(list(find(outcome, "Else")), names, vocabulary);
  }
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
