// The text box of a definition, grown into an editor. The box stays what the form sends; without this file it is used
// as it is. The editor lives in a shadow root: there its styles need no exception from the site's policy.

import {
  Annotation, EditorState, EditorView, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, drawSelection, highlightActiveLine, highlightActiveLineGutter,
  highlightSelectionMatches, history, historyKeymap, hoverTooltip, indentOnInput, indentUnit, keymap, lineNumbers,
  lintGutter, lintKeymap, linter, searchKeymap, syntaxHighlighting, yaml,
} from "../vendor/codemirror.js";
import { completing } from "./completing.js";
import { explaining } from "./explaining.js";
import { colours, theme } from "./looks.js";
import { checking } from "./problems.js";

const fromBox = Annotation.define();
const CHECK_AFTER = 400; // milliseconds without a key

function start(box) {
  const host = document.createElement("div");
  host.className = "definition-editor";
  box.before(host);
  const status = document.createElement("p");
  status.className = "definition-status";
  status.setAttribute("role", "status");
  box.after(status);
  const root = host.attachShadow({ mode: "open" });
  const vocabulary = fetch(box.dataset.vocabulary, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  const view = new EditorView({ root, parent: root, state: stateOf(box, status, vocabulary) });
  tie(box, view);
}

function stateOf(box, status, vocabulary) {
  const keys = [...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap];
  return EditorState.create({
    doc: box.value,
    extensions: [
      lineNumbers(), lintGutter(), history(), drawSelection(), bracketMatching(), closeBrackets(), indentOnInput(),
      highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), indentUnit.of("  "),
      yaml(), syntaxHighlighting(colours), theme,
      autocompletion({ override: [completing(vocabulary, box.dataset.attributes)] }),
      hoverTooltip(explaining(vocabulary, box.dataset.attributes)),
      linter(checking(box, status), { delay: CHECK_AFTER }),
      keymap.of(keys),
      EditorView.contentAttributes.of(named(box)),
      EditorView.updateListener.of((update) => send(update, box)),
    ],
  });
}

/** What the text box is called, and what describes it, for whoever hears the page: ids mean nothing in a shadow root. */
function named(box) {
  const label = document.querySelector(`label[for="${box.id}"]`);
  return {
    "aria-label": label ? label.textContent.replace(/:\s*$/, "") : "Text",
    "aria-description": "Control Space completes, F8 goes to the next problem, Control Shift M lists them.",
    "aria-required": String(box.required),
    tabindex: "0", autocapitalize: "off", autocorrect: "off", spellcheck: "false",
  };
}

function send(update, box) {
  if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(fromBox))) {
    box.value = update.state.doc.toString();
  }
}

/** Take what others write into the box; the box itself steps aside for eyes and keys, not for programs. */
function tie(box, view) {
  box.addEventListener("input", () => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: box.value }, annotations: fromBox.of(true) });
  });
  box.classList.add("behind-editor");
  box.tabIndex = -1;
  box.setAttribute("aria-hidden", "true");
  document.querySelector(`label[for="${box.id}"]`)?.addEventListener("click", (event) => {
    event.preventDefault();
    view.focus();
  });
  if (box.hasAttribute("aria-invalid")) view.focus();
}

document.querySelectorAll("textarea[data-check]").forEach(start);
