// What an operation of another service takes: asked of the server once, when somebody writes its attributes.

import { around, find, schemasAt } from "./notation.js";

const asked = new Map();

/** Ask for what a place in the attributes of an outcome needs, if that calls another service; come back when it is here. */
export async function prepare(place, vocabulary, address) {
  const outcome = calling(place, vocabulary);
  if (!outcome || asked.has(keyOf(outcome))) return;
  const query = new URLSearchParams({ type: find(outcome, "Type"), method: find(outcome, "Method") });
  const schema = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .catch(() => ({}));
  asked.set(keyOf(outcome), schema);
}

/** Return the schemas of a place: those of the notation, and in attributes those of the operation that is called. */
export function schemasOf(place, vocabulary) {
  const found = schemasAt(vocabulary.schema, place);
  const outcome = calling(place, vocabulary);
  const schema = outcome && asked.get(keyOf(outcome));
  return schema ? [...found, ...schemasAt(schema, within(place))] : found;
}

function calling(place, vocabulary) {
  const { outcome, depth } = around(place);
  const isCall = outcome && vocabulary.services.includes(find(outcome, "Type")) && find(outcome, "Method");
  return isCall && String(place.path[depth]).toLowerCase() === "attributes" ? outcome : undefined;
}

/** Return the place as it is in the attributes. */
function within({ path, records }) {
  const { depth } = around({ path, records });
  const start = depth + (typeof path[depth + 1] === "number" ? 2 : 1);
  return { path: path.slice(start), records: records.map((one) => ({ ...one, depth: one.depth - start })) };
}

function keyOf(outcome) {
  return JSON.stringify([find(outcome, "Type"), find(outcome, "Method")]);
}
