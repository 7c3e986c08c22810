// How the editor looks: the admin's own colours, in light and in dark.

import { EditorView, HighlightStyle, tags } from "../vendor/codemirror.js";

export const theme = EditorView.theme({
  "&": { color: "var(--body-fg)", backgroundColor: "var(--body-bg)", border: "1px solid var(--border-color)", borderRadius: "4px" },
  "&.cm-focused": { outline: "2px solid var(--link-fg)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "ui-monospace, Consolas, monospace", fontSize: "0.8125rem", lineHeight: "1.5", minHeight: "20rem", maxHeight: "70vh" },
  ".cm-content": { caretColor: "var(--body-fg)" },
  ".cm-cursor": { borderLeftColor: "var(--body-fg)" },
  ".cm-gutters": { color: "var(--body-quiet-color)", backgroundColor: "var(--darkened-bg)", borderRight: "1px solid var(--hairline-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--link-fg) 8%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--link-fg) 30%, transparent)" },
  ".cm-tooltip": { color: "var(--body-fg)", backgroundColor: "var(--body-bg)", border: "1px solid var(--border-color)", borderRadius: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--button-fg)", backgroundColor: "var(--button-bg)" },
  ".cm-completionInfo": { maxWidth: "24rem", padding: "0.5rem" },
  ".cm-completionDetail": { opacity: "1", fontStyle: "normal", color: "inherit", marginLeft: "1rem" },
  ".cm-explanation": { maxWidth: "32rem", padding: "0.5rem 0.75rem", lineHeight: "1.4" },
  ".cm-explanation p": { margin: "0.25rem 0 0" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error-fg)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy #b26b00", textUnderlineOffset: "3px" },
  ".cm-diagnostic": { padding: "0.375rem 0.75rem", whiteSpace: "pre-wrap" },
  ".cm-diagnosticSource": { fontSize: "inherit", opacity: "1" },
  ".cm-panels": { color: "var(--body-fg)", backgroundColor: "var(--darkened-bg)" },
  ".cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]": { color: "var(--button-fg)", backgroundColor: "var(--button-bg)" },
});

const accent = "var(--definition-accent)";

export const colours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: "var(--definition-key)", fontWeight: "600" },
  { tag: tags.content, color: "var(--body-fg)" },
  { tag: [tags.string, tags.special(tags.string)], color: accent },
  { tag: [tags.comment, tags.lineComment], color: "var(--body-quiet-color)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.typeName, tags.labelName, tags.meta], color: accent },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--body-quiet-color)" },
]);
