// Where in a document a place is, and what the schema of the notation says about it.

import { yaml } from "../vendor/codemirror.js";

const parser = yaml().language.parser;
const MAPPINGS = new Set(["BlockMapping", "FlowMapping"]);
const LISTS = new Set(["BlockSequence", "FlowSequence"]);
const HERE = "__here__";

/** Return the tree of a text, as completion and explanation read it. */
export function treeOf(text) {
  return { text, root: parser.parse(text).topNode };
}

/**
 * Say what is written at ``position``: the path to it, what stands beside it, the whole document as data, and whether a
 * key or a value is wanted. The word at the place is replaced by a marker, so that half a line reads as a whole one.
 */
export function placeOf(text, from, to) {
  const line = { start: text.lastIndexOf("\n", from - 1) + 1, end: endOfLine(text, to) };
  const before = text.slice(line.start, from);
  const after = text.slice(to, line.end);
  const isKey = /^\s*(- +)*$/.test(before) || /\{[^{}"']*$/.test(before) && /[{,]\s*$/.test(before);
  const marker = isKey && !/^\s*:/.test(after) ? `${HERE}: ` : HERE;
  const marked = text.slice(0, from) + marker + closing(before, after) + text.slice(to);
  const tree = treeOf(marked);
  const node = tree.root.resolveInner(from, 1);
  return { ...pathOf(tree, node), isKey, document: documentOf(tree, node) };
}

function endOfLine(text, position) {
  const end = text.indexOf("\n", position);
  return end < 0 ? text.length : end;
}

/** The brackets that the line opens before the place and does not close. */
function closing(before, after) {
  const open = [];
  for (const sign of (before + after).replace(/"[^"]*"|'[^']*'/g, "")) {
    if (sign === "{") open.unshift("}");
    else if (sign === "[") open.unshift("]");
    else if (sign === "}" || sign === "]") open.shift();
  }
  return after.trim() ? "" : open.join("");
}

/** Return the steps from the document to a node: keys as texts, places in lists as numbers, with the mappings passed. */
export function pathOf(tree, node) {
  const path = [];
  const records = [];
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (parent.name === "Pair") path.unshift(keyOf(tree, parent));
    else if (LISTS.has(parent.name)) path.unshift(indexOf(parent, child));
    if (MAPPINGS.has(child.name)) records.unshift({ depth: path.length, data: dataOf(tree, child) });
  }
  const length = path.length;
  return { path, records: records.map(({ depth, data }) => ({ depth: length - depth, data })) };
}

function indexOf(list, child) {
  let index = 0;
  for (let item = list.firstChild; item && item.from < child.from; item = item.nextSibling) {
    if (!["-", ",", "[", "]", "Comment"].includes(item.name)) index += 1;
  }
  return index;
}

function keyOf(tree, pair) {
  const key = pair.getChild("Key");
  return key ? scalarOf(tree, key.firstChild ?? key) : "";
}

function scalarOf(tree, node) {
  const text = tree.text.slice(node.from, node.to).trim();
  return /^(".*"|'.*')$/s.test(text) ? text.slice(1, -1) : text;
}

function documentOf(tree, node) {
  let top = node;
  while (top && top.name !== "Document") top = top.parent;
  const body = top && children(top).find((child) => MAPPINGS.has(child.name) || LISTS.has(child.name));
  return body ? { data: dataOf(tree, body) } : { data: {} };
}

function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Return a node as data; every scalar is a text. The marker is left out. */
export function dataOf(tree, node) {
  if (MAPPINGS.has(node.name)) {
    const pairs = node.getChildren("Pair").map((pair) => [keyOf(tree, pair), valueOf(tree, pair)]);
    return Object.fromEntries(pairs.filter(([key]) => key && key !== HERE));
  }
  if (LISTS.has(node.name)) {
    return children(node)
      .filter((child) => !["-", ",", "[", "]", "Comment"].includes(child.name))
      .map((child) => dataOf(tree, child.name === "Item" ? child.lastChild ?? child : child));
  }
  const text = scalarOf(tree, node);
  return text === HERE ? undefined : text;
}

function valueOf(tree, pair) {
  const value = children(pair).filter((child) => !["Key", ":", "Comment"].includes(child.name)).at(-1);
  return value ? dataOf(tree, value) : undefined;
}

/** Return every schema that counts at the end of a path: those named, and those that a condition leads to. */
export function schemasAt(schema, { path, records }) {
  let found = expand(schema, { schema, value: recordAt(records, 0) });
  path.forEach((step, depth) => {
    const value = recordAt(records, depth + 1);
    found = found.flatMap((part) => inner(part, step)).flatMap((part) => expand(part, { schema, value }));
  });
  return found;
}

function recordAt(records, depth) {
  return records.find((record) => record.depth === depth)?.data;
}

function inner(part, step) {
  if (typeof step === "number") return part.items ? [part.items] : [];
  const name = Object.keys(part.properties ?? {}).find((key) => key.toLowerCase() === step.toLowerCase());
  return name && part.properties[name] ? [part.properties[name]] : [];
}

function expand(part, root) {
  if (typeof part !== "object" || part === null) return [];
  if (part.$ref) {
    const { $ref, ...beside } = part;
    return [beside, ...expand(root.schema.$defs[$ref.split("/").at(-1)], root)];
  }
  const further = [...(part.anyOf ?? []), ...(part.allOf ?? []), ...branches(part, root.value)];
  return [part, ...further.flatMap((other) => expand(other, root))];
}

function branches(part, value) {
  if (!part.if) return [];
  const chosen = value === undefined ? [part.then, part.else] : [holds(part.if, value) ? part.then : part.else];
  return chosen.filter(Boolean);
}

/** Whether data is as a condition of the schema wants it. Only the words that its conditions use. */
function holds(condition, value) {
  if (condition.$ref || typeof condition !== "object") return Boolean(condition);
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const kind = Array.isArray(value) ? "array" : isRecord ? "object" : "string";
  return (
    (!condition.type || condition.type === kind) &&
    (!condition.enum || condition.enum.some((one) => same(one, value))) &&
    (!condition.required || (isRecord && condition.required.every((key) => find(value, key) !== undefined))) &&
    (!condition.properties || !isRecord || Object.entries(condition.properties).every(([key, wanted]) => find(value, key) === undefined || holds(wanted, find(value, key)))) &&
    (!condition.pattern || (typeof value === "string" && new RegExp(condition.pattern).test(value))) &&
    (condition.allOf ?? []).every((one) => holds(one, value)) &&
    (!condition.anyOf || condition.anyOf.some((one) => holds(one, value))) &&
    (!condition.not || !holds(condition.not, value))
  );
}

function same(one, other) {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/** Return a member of a record; the case of keys does not matter. */
export function find(record, key) {
  const name = Object.keys(record ?? {}).find((own) => own.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : record[name];
}

/** Return the action that a path leads into, the outcome, if it leads into one, and how deep in the path that lies. */
export function around({ path, records }) {
  const inside = (name) => path.findLastIndex((step) => typeof step === "string" && step.toLowerCase() === name);
  const outcomes = Math.max(inside("outfields"), inside("else"));
  const top = records.find(({ data }) => find(data, "OnType") !== undefined || find(data, "OutFields") !== undefined);
  const depth = outcomes + 2;
  return { action: top?.data ?? {}, outcome: outcomes < 0 ? undefined : recordAt(records, depth), depth };
}
