// A place in the text in, what could be written there out.

import { around, find, placeOf } from "./notation.js";
import { columnsOf, nameOf, namesIn, settable } from "./scope.js";
import { prepare, schemasOf } from "./services.js";

const WORD = /[\w.]*$/;
const READS = /(?:^|[\s"'[{,:(])([~$])([A-Za-z_]\w*)?(?:(?:\[\d+\])?\.(\w*))?$|\$([A-Za-z_]\w*)?(?:(?:\[\d+\])?\.(\w*))?$/;
const SCRIPT = /(?:"!|'!|"js:|'js:|\{\{)(?:[^"\n]*[^\w.])?(?:([A-Za-z_]\w*)(?:\[\d+\])?\.)?(\w*)$/;
const SETS = new Set(["post", "patch"]);

/** Return a source of completions that knows this project's vocabulary, once it has come, and asks for attributes. */
export function completing(coming, address) {
  return async (context) => {
    const vocabulary = await coming;
    if (!vocabulary) return null;
    const text = context.state.doc.toString();
    const line = context.state.doc.lineAt(context.pos);
    const before = text.slice(line.from, context.pos);
    if (/^\s*#/.test(before)) return null;
    return inExpression(text, before, context, vocabulary) ?? inNotation(text, before, context, { vocabulary, address });
  };
}

function inExpression(text, before, context, vocabulary) {
  const read = READS.exec(before);
  const script = read ? null : SCRIPT.exec(before);
  if (!read && !script) return null;
  const [owner, part] = read ? ownerOf(read) : [script[1], script[2]];
  if (script && !owner && !part && !context.explicit) return null;
  const names = namesIn(placeOf(text, context.pos, context.pos), vocabulary);
  const options = owner === undefined ? [...names].map(([label, { detail }]) => ({ label, detail, type: "variable" })) : membersOf(names, owner);
  return options.length ? { from: context.pos - part.length, options, validFor: /^\w*$/ } : null;
}

/** ``~name.part`` reads a member of ``name``; ``~.part`` and ``$.part`` one of the subject. */
function ownerOf([whole, , first, second, other, member]) {
  const isMember = /\.\w*$/.test(whole);
  const name = first ?? other;
  return isMember ? [name ?? "subject", second ?? member ?? ""] : [undefined, name ?? ""];
}

function membersOf(names, owner) {
  return Object.entries(names.get(owner)?.members ?? {}).map(([label, detail]) => ({ label, detail, type: "property" }));
}

async function inNotation(text, before, context, { vocabulary, address }) {
  const from = context.pos - WORD.exec(before)[0].length;
  if (from === context.pos && !context.explicit && !/:\s$/.test(before)) return null;
  const to = context.pos + /^[\w.]*/.exec(text.slice(context.pos))[0].length;
  const place = placeOf(text, from, to);
  await prepare(place, vocabulary, address);
  const options = place.isKey ? keysAt(place, vocabulary) : valuesAt(place, vocabulary);
  return options.length ? { from, to, options, validFor: /^[\w.]*$/ } : null;
}

function keysAt(place, vocabulary) {
  const owner = { path: place.path.slice(0, -1), records: place.records };
  const beside = place.records.at(-1)?.data ?? {};
  const found = new Map();
  for (const part of schemasOf(owner, vocabulary)) {
    for (const [label, value] of Object.entries(part.properties ?? {})) {
      if (value !== false) found.set(label, { label, info: value.description || found.get(label)?.info, detail: isWanted(part, label) });
    }
  }
  for (const [label, about] of Object.entries(columnsToSet(owner, vocabulary))) found.set(label, { label, info: about });
  const free = [...found.values()].filter(({ label }) => find(beside, label) === undefined);
  return free.map((option) => ({ ...option, type: "property", apply: `${option.label}: `, boost: option.detail ? 10 : 0 }));
}

function isWanted(part, label) {
  return part.required?.includes(label) ? "required" : undefined;
}

function columnsToSet(owner, vocabulary) {
  const { outcome } = around(owner);
  const isRow = SETS.has(String(find(outcome, "Method") ?? "").toLowerCase());
  const last = owner.path.findLast((step) => typeof step === "string");
  return isRow && last?.toLowerCase() === "attributes" ? settable(vocabulary, find(outcome, "Type")) : {};
}

function valuesAt(place, vocabulary) {
  const found = new Map();
  for (const part of schemasOf(place, vocabulary)) {
    for (const one of part.enum ?? []) {
      if (one !== null && !(one === "true" || one === "false")) add(found, String(one), vocabulary);
    }
  }
  const key = String(place.path.findLast((step) => typeof step === "string") ?? "").toLowerCase();
  const { action, outcome } = around(place);
  if (key === "type" && outcome && !found.size) Object.keys(vocabulary.about).forEach((name) => add(found, name, vocabulary));
  if (key === "columnname") namedInputs(action).forEach((name) => add(found, name, vocabulary));
  if (key === "column") Object.keys(columnsOf(vocabulary, find(outcome, "Type"))).forEach((name) => add(found, name, vocabulary));
  return [...found.values()];
}

function namedInputs(action) {
  const inputs = find(action, "InFields");
  return (Array.isArray(inputs) ? inputs : []).map(nameOf).filter(Boolean);
}

function add(found, label, vocabulary) {
  found.set(label, { label, info: vocabulary.about[label], type: "constant" });
}
