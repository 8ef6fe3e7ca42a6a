// What may be written at the cursor, and what a word means: asked of the service, which knows the place and the whole draft.
import { autocompletion } from "@codemirror/autocomplete";
import { hoverTooltip } from "@codemirror/view";

const TYPES = { word: "keyword", block: "keyword", key: "property", fact: "variable", answer: "variable", value: "enum", product: "constant", unit: "constant",
  table: "class", function: "function", module: "namespace", group: "class", rule: "class", file: "text", type: "type", column: "property" };

// `send` posts to the page; it throws where the service does not answer, and then nothing is shown.
export function assistance(send, canChange) {
  async function at(state, offset) {
    const line = state.doc.lineAt(offset);
    const column = [...line.text.slice(0, offset - line.from)].length + 1;
    try {
      return await send("/rules/cursor", { text: state.doc.toString(), line: String(line.number), column: String(column) });
    } catch { return null; }
  }

  const offsetOf = (line, column) => line.from + [...line.text].slice(0, column - 1).join("").length;

  async function complete(context) {
    const before = context.matchBefore(/[\w.-]+|[|:,[{"] ?|is |not /);
    if (!before && !context.explicit) return null;
    const answer = await at(context.state, context.pos);
    if (!answer || context.aborted || !answer.suggestions.length) return null;
    const line = context.state.doc.lineAt(context.pos);
    const options = answer.suggestions.map((one, index) => ({
      label: one.text, apply: one.text + one.behind, type: TYPES[one.kind], detail: one.meaning?.what,
      info: one.meaning && (one.meaning.about || one.meaning.details.length) ? () => drawn([one.meaning], false) : undefined, boost: -Math.min(index, 98),
    }));
    return { from: offsetOf(line, answer.column), options, validFor: /^[\w.-]*$/ };
  }

  const explained = hoverTooltip(async (view, offset) => {
    const answer = await at(view.state, offset);
    const line = view.state.doc.lineAt(offset);
    if (!answer?.word) return null;
    return { pos: offsetOf(line, answer.word.column), end: offsetOf(line, answer.word.end_column), above: true, create: () => ({ dom: drawn(answer.word.meanings, true) }) };
  });

  return canChange ? [autocompletion({ override: [complete] }), explained] : [explained];
}

function drawn(meanings, withName) {
  const dom = document.createElement("div");
  dom.className = "word-tooltip";
  const add = (tag, text) => { if (text) dom.appendChild(document.createElement(tag)).textContent = text; };
  for (const one of meanings) {
    if (withName) add("strong", one.name);
    if (withName) add("div", one.what);
    add("div", one.about);
    for (const detail of one.details) add("div", detail);
    if (one.where) {
      const [file, line] = one.where.split(":");
      const link = dom.appendChild(document.createElement("a"));
      link.href = `/rules?file=${encodeURIComponent(file)}#L${line}`;
      link.textContent = one.where;
    }
  }
  return dom;
}
