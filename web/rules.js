// The editor of the rulebook: what the service says of a text is shown as one types. Without this script the text is a field of a form.
import { completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, StreamLanguage, bracketMatching, foldGutter, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { assistance } from "./completion.js";
import { startGrids } from "./grid.js";

const WAIT = 300, SAVE = 1500, AGAIN = 2000;
const form = document.getElementById("editor");
const field = document.getElementById("text");

const STYLES = { word: tags.keyword, block: tags.definitionKeyword, STRING: tags.string, DATE: tags.literal, MONEY: tags.number, PERCENT: tags.number,
  DURATION: tags.number, NUMBER: tags.number, CODE: tags.constant(tags.name), TYPE_WORD: tags.typeName, NAME: tags.variableName, comment: tags.comment };

function ruleLanguage(given) {
  const words = new Set(given.words), blocks = new Set(given.blocks);
  const literals = given.literals.map(([name, pattern]) => [name, new RegExp(`^(?:${pattern})`)]);
  return StreamLanguage.define({
    tokenTable: STYLES,
    languageData: { commentTokens: { line: "#" } },
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^#.*/)) return "comment";
      const isFirst = stream.column() === 0;
      for (const [name, pattern] of literals) {
        const match = stream.match(pattern);
        if (!match) continue;
        if (name !== "NAME") return name;
        return isFirst && blocks.has(match[0]) ? "block" : words.has(match[0]) ? "word" : "NAME";
      }
      stream.next();
      return null;
    },
  });
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword], class: "t-word" }, { tag: tags.definitionKeyword, fontWeight: "600" },
  { tag: [tags.number, tags.literal, tags.bool], class: "t-number" }, { tag: tags.string, class: "t-text" },
  { tag: [tags.typeName, tags.constant(tags.name)], class: "t-code" }, { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "t-key" },
  { tag: tags.comment, class: "t-comment" },
]);

// Columns of the service count characters, those of the editor units of UTF-16.
function place(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const at = doc.line(line);
  return Math.min(at.to, at.from + [...at.text].slice(0, column - 1).join("").length);
}

const range = (doc, one) => [place(doc, one.line, one.column), place(doc, one.end_line, one.end_column)];
const isSame = (one, other) => ["line", "column", "end_line", "end_column"].every((name) => one[name] === other[name]);

// The lines that decided an amount, which move with the text.
function marked(lines) {
  return StateField.define({
    create: (state) => Decoration.set(lines.filter((line) => line <= state.doc.lines).map((line) => Decoration.line({ class: "is-mark" }).range(state.doc.line(line).from))),
    update: (marks, change) => marks.map(change.changes),
    provide: (field) => EditorView.decorations.from(field),
  });
}

// What makes one text of another, so that the cursor and what is undone stay as they were.
function difference(before, after) {
  let from = 0, end = 0;
  while (from < before.length && before[from] === after[from]) from++;
  while (end < Math.min(before.length, after.length) - from && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

function start() {
  const texts = JSON.parse(form.dataset.texts), file = form.dataset.file, canChange = !field.readOnly;
  const state = { running: false, again: false, saved: form.elements.seen?.value ?? field.value, timer: 0, saving: 0 };
  const status = document.getElementById("status");
  const languages = file.endsWith(".rules") ? [ruleLanguage(JSON.parse(form.dataset.words))] : /\.ya?ml$/.test(file) ? [yaml()] : [];
  const view = new EditorView({
    doc: field.value,
    extensions: [
      EditorView.cspNonce.of(form.dataset.nonce), EditorState.readOnly.of(!canChange),
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), foldGutter(), history(), drawSelection(), bracketMatching(),
      highlightSelectionMatches(), search({ top: true }), lintGutter(), ...assistance(send, canChange), syntaxHighlighting(colours), ...languages,
      marked(JSON.parse(form.dataset.marks)), EditorState.phrases.of(texts.editor), EditorView.contentAttributes.of({ "aria-label": file, tabindex: "0" }),
      keymap.of([...completionKeymap, { key: "Mod-s", run: () => { save(); return true; }, preventDefault: true },
        { key: "Escape", run: (editor) => { editor.contentDOM.blur(); return true; } }, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      EditorView.updateListener.of((update) => { if (update.docChanged) { changed(); grids?.changed(update); } }),
    ],
  });
  field.before(view.dom);
  field.hidden = true;
  const middle = form.closest(".middle"), tables = document.getElementById("grids");
  const isGrid = () => middle.classList.contains("is-grid");
  const grids = tables && startGrids(tables, view, { send, isShown: isGrid, texts });
  document.querySelectorAll(".views a").forEach((link) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    showView(link.dataset.view);
    window.history.replaceState(null, "", link.href);
  }));

  function showView(name) {
    middle.classList.toggle("is-grid", name === "grid");
    document.querySelectorAll(".views a").forEach((link) => (link.dataset.view === name ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    if (isGrid()) grids?.show();
    else view.requestMeasure();
  }

  function changed() {
    field.value = view.state.doc.toString();
    clearTimeout(state.timer);
    state.timer = setTimeout(() => look(), WAIT);
    clearTimeout(state.saving);
    state.saving = setTimeout(save, SAVE);
    say(texts.unsaved);
  }

  const post = (path, body) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ csrf: form.elements.csrf.value, file, draft: form.elements.draft?.value || "", ...body }) });
  const isAnswer = (response) => !response.redirected && (response.headers.get("Content-Type") || "").includes("json");

  // Whoever signed in again on another tab has another session: its forms hold another token.
  async function renew() {
    const response = await fetch(`/rules?file=${encodeURIComponent(file)}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("#workbench [name=csrf]")?.value;
    if (!token || token === form.elements.csrf.value) return false;
    document.querySelectorAll("[name=csrf]").forEach((each) => { each.value = token; });
    return true;
  }

  async function send(path, body) {
    let response = await post(path, body).catch(() => { throw new Error(texts.ended); });
    if (!isAnswer(response) && await renew().catch(() => false)) response = await post(path, body);
    if (!isAnswer(response)) throw new Error(texts.ended);
    const answer = await response.json();
    if (response.status === 409 && answer.html) meanwhile(answer);
    if (!response.ok) throw new Error(answer.message || texts.ended);
    return answer;
  }

  function say(text, isWrong = false) {
    status.textContent = text;
    status.classList.toggle("is-wrong", isWrong);
  }

  // One request at a time, of the newest text: first what it means, then what its proofs find. After an error it is tried once again.
  async function look(isLast = false) {
    if (state.running) { state.again = true; return; }
    clearTimeout(state.timer);
    state.running = true;
    document.getElementById("effect")?.classList.add("is-old");
    try {
      do {
        state.again = false;
        const text = field.value;
        const answer = await send("/rules/review", { text });
        show(answer);
        const isProvable = !answer.problems.some((one) => one.severity === "problem");
        if (!state.again && isProvable) show(await send("/rules/check", { text }));
      } while (state.again);
    } catch (error) {
      if (isLast) say(`${texts.unread} ${error.message}`, true);
      else state.timer = setTimeout(() => look(true), AGAIN);
    }
    state.running = false;
  }

  function show(answer) {
    for (const [id, html] of Object.entries(answer.parts)) {
      const part = document.getElementById(id);
      if (part) { part.innerHTML = html; part.classList.remove("is-old"); }
    }
    document.querySelectorAll("[data-problems-of]").forEach((badge) => {
      const count = answer.counts[badge.dataset.problemsOf] || 0;
      badge.textContent = count || "";
      badge.hidden = !count;
    });
    grids?.problems(answer.problems.filter((one) => one.file === file));
    const doc = view.state.doc;
    const diagnostics = answer.problems.filter((one) => one.file === file).map((one) => {
      const from = place(doc, one.line, one.column);
      const to = Math.max(from, place(doc, one.end_line, one.end_column));
      return { from, to, severity: one.severity === "problem" ? "error" : "info", source: one.code, message: `${one.message}\n${one.help}`,
        actions: canChange ? one.fixes.map((fix) => ({ name: texts.fix.replace("{text}", fix.text.trim()),
          apply: (_, a, b) => isSame(fix, one) ? replace(a, b, fix.text) : replace(...range(view.state.doc, fix), fix.text) })) : [] };
    });
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }

  function replace(from, to, text) {
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
    clearTimeout(state.timer);
    look();
  }

  async function save() {
    clearTimeout(state.saving);
    const text = field.value;
    if (!canChange || text === state.saved) return;
    try {
      const answer = await send("/rules/save", { text, seen: state.saved });
      state.saved = answer.text;
      if (answer.text !== text && field.value === text) view.dispatch({ changes: difference(text, answer.text) });
      say(answer.message);
      const mark = document.querySelector(`[data-changed="${CSS.escape(file)}"]`);
      if (mark) mark.hidden = !answer.is_changed;
      document.querySelectorAll("[data-needs-draft]").forEach((part) => { part.hidden = !answer.has_draft; });
    } catch (error) { say(error.message, true); }
  }

  // Somebody else changed the same lines: both changes are shown, and one's own text stays in the editor.
  function meanwhile(answer) {
    const part = document.getElementById("meanwhile");
    part.innerHTML = answer.html;
    part.querySelectorAll("[data-meanwhile]").forEach((button) => button.addEventListener("click", () => {
      part.replaceChildren();
      state.saved = answer.theirs;
      if (button.dataset.meanwhile === "take") view.dispatch({ changes: difference(field.value, answer.theirs) });
      else save();
    }));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); event.stopImmediatePropagation(); save(); });
  // A fix of this file is applied in the editor; other forms of the page work on the draft, which is saved before.
  document.addEventListener("submit", async (event) => {
    const other = event.target;
    if (!other.closest("#workbench") || other === form) return;
    if (other.dataset.fixes === file) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const at = (name) => Number(other.elements[name].value);
      const doc = view.state.doc;
      replace(place(doc, at("line"), at("column")), place(doc, at("end_line"), at("end_column")), event.submitter.value);
      view.focus();
    } else if (field.value !== state.saved) {
      event.preventDefault();
      event.stopImmediatePropagation();
      await save();
      other.requestSubmit(event.submitter);
    }
  }, true);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("#workbench a[href]");
    if (!link) return;
    const target = new URL(link.href);
    if (target.searchParams.get("file") === file && target.hash.startsWith("#L")) {
      event.preventDefault();
      jump(target.hash);
    } else if (field.value !== state.saved && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      await save();
      location.href = link.href;
    }
  });
  window.addEventListener("beforeunload", (event) => { if (canChange && field.value !== state.saved) { save(); event.preventDefault(); } });

  function jump(hash) {
    const line = Number(hash.slice(2));
    if (!(line >= 1 && line <= view.state.doc.lines)) return;
    if (isGrid() && grids?.jump(line)) return;
    if (isGrid()) showView("text");
    const at = view.state.doc.line(line);
    view.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
    view.focus();
  }

  if (location.hash.startsWith("#L")) jump(location.hash);
  if (form.dataset.known) show(JSON.parse(form.dataset.known));
  else if (form.dataset.looks) look();
}

const current = document.querySelector(".files [aria-current]");
if (current) {
  const files = current.closest(".files");
  files.scrollTop += current.getBoundingClientRect().top - files.getBoundingClientRect().top - files.clientHeight / 2;
}
if (field) start();
