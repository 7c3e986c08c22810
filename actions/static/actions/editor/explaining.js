// The word under the pointer in, what it means out.

import { around, pathOf, treeOf } from "./notation.js";
import { namesIn, settable } from "./scope.js";
import { prepare, schemasOf } from "./services.js";

/** Return a source of explanations for words under the pointer. */
export function explaining(coming, address) {
  return async (view, position) => {
    const vocabulary = await coming;
    const word = wordAt(view.state.doc, position);
    if (!vocabulary || !word) return null;
    const tree = treeOf(view.state.doc.toString());
    const node = tree.root.resolveInner(word.from, 1);
    const place = pathOf(tree, node);
    await prepare(place, vocabulary, address);
    const lines = explain(tree.text, word, { node, place }, vocabulary);
    return lines ? { pos: word.from, end: word.to, above: true, create: () => ({ dom: shown(word.text, lines) }) } : null;
  };
}

function wordAt(doc, position) {
  const line = doc.lineAt(position);
  const before = /[\w.]*$/.exec(line.text.slice(0, position - line.from))[0];
  const after = /^[\w.]*/.exec(line.text.slice(position - line.from))[0];
  const from = position - before.length;
  return before + after ? { from, to: position + after.length, text: before + after } : null;
}

function explain(text, word, { node, place }, vocabulary) {
  if (node.name === "Key" || node.parent?.name === "Key") return ofKey(place, vocabulary);
  const [name, member] = word.text.replace(/^\./, "subject.").split(".");
  const known = isRead(text, word.from) ? namesIn(place, vocabulary).get(name) : undefined;
  if (known) return [member ? known.members?.[member] ?? known.detail : known.detail];
  return vocabulary.about[word.text] ? [vocabulary.about[word.text]] : null;
}

/** Whether the word stands where an expression reads it. */
function isRead(text, from) {
  const before = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  return /[~$]$/.test(before) || /(?:["']!|["']js:|\{\{)[^\n]*$/.test(before);
}

function ofKey(place, vocabulary) {
  const schemas = schemasOf(place, vocabulary);
  const about = schemas.map((part) => part.description).find(Boolean) ?? columnAbout(place, vocabulary);
  const values = [...new Set(schemas.flatMap((part) => part.enum ?? []).filter((one) => typeof one === "string"))];
  const choice = values.length && values.length <= 12 ? `One of: ${values.join(", ")}.` : "";
  return about || choice ? [about, choice].filter(Boolean) : null;
}

function columnAbout(place, vocabulary) {
  const { outcome } = around(place);
  const type = Object.entries(outcome ?? {}).find(([key]) => key.toLowerCase() === "type")?.[1];
  return settable(vocabulary, type)[place.path.at(-1)];
}

function shown(title, lines) {
  const box = document.createElement("div");
  box.className = "cm-explanation";
  const head = document.createElement("strong");
  head.textContent = title;
  box.append(head, ...lines.map(paragraph));
  return box;
}

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
