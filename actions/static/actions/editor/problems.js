// The text in, the server's problems out, each under the word at its place. Nothing is saved by asking.

const WORD = /^[\w.~$!-]+/u;

/** Return a source of problems for the linter; ``status`` says in words how many there are. */
export function checking(box, status) {
  return async (view) => {
    const text = view.state.doc.toString();
    if (!text.trim()) return tell(status, "", []);
    const answer = await ask(box, text);
    if (answer === null) return tell(status, "The text could not be checked. Saving checks it again.", []);
    const found = answer.map((problem) => diagnostic(problem, view.state.doc));
    return tell(status, summary(answer), found);
  };
}

async function ask(box, text) {
  const token = box.form.elements.csrfmiddlewaretoken.value;
  const body = new URLSearchParams({ text, definition: box.dataset.definition ?? "" });
  try {
    const answer = await fetch(box.dataset.check, { method: "POST", body, headers: { "X-CSRFToken": token } });
    return answer.ok ? (await answer.json()).problems : null;
  } catch {
    return null;
  }
}

function tell(status, words, found) {
  if (status.textContent !== words) status.textContent = words;
  return found;
}

function summary(problems) {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  if (!problems.length) return "No problems.";
  const parts = [counted(errors, "problem"), counted(warnings, "warning")].filter(Boolean);
  return `${parts.join(" and ")}; the first in line ${Math.min(...problems.map((problem) => problem.line))}.`;
}

function counted(number, word) {
  return number ? `${number} ${word}${number === 1 ? "" : "s"}` : "";
}

function diagnostic({ line, column, severity, code, message, hint }, doc) {
  const { from, to } = place(doc.line(Math.min(Math.max(line, 1), doc.lines)), column);
  return { from, to, severity, source: code, message: [message, hint].filter(Boolean).join(" ") };
}

/** Where a problem stands: columns count whole characters, the editor counts UTF-16 units. */
function place(line, column) {
  const before = Array.from(line.text).slice(0, column - 1).join("");
  const from = line.from + Math.min(before.length, line.length);
  const rest = line.text.slice(from - line.from).replace(/^["']/, "_");
  const length = WORD.exec(rest)?.[0].length ?? 1;
  const to = Math.min(from + length, line.to);
  return to > from ? { from, to } : { from: line.from, to: line.to };
}
