// The tables of a file as grids: each cell is a field, and what one writes there is written into its line of the text, which stays the truth.
import { redo, undo } from "@codemirror/commands";
import { Annotation } from "@codemirror/state";

const OF_THE_GRID = Annotation.define();

// The cells of a line: what each says, where it is, and where the bar behind it is.
function cellsOf(line, separator) {
  const cells = [];
  let begins = separator === "|" ? -1 : line.length - line.replace(/^\ufeff/, "").length, quoted = false;
  const end = separator === "|" ? line.length : line.replace(/\r$/, "").length;
  const add = (from, to) => {
    const piece = line.slice(from, to), text = piece.trim();
    const start = text ? from + piece.indexOf(text) : Math.min(from + 1, to);
    cells.push({ text, start, end: start + text.length, bar: to });
  };
  for (let at = 0; at < end; at++) {
    if (separator === "|" && line[at] === "#" && !quoted) return cells;
    if (line[at] === '"') quoted = !quoted;
    else if (line[at] === separator && !quoted) {
      if (separator !== "|" || (begins >= 0 && at > begins)) add(begins, at);
      begins = at + 1;
    }
  }
  if (separator !== "|") add(begins, end);
  return cells;
}

const isText = (text) => /^"[^"]*"$/.test(text);

function isOneCell(text) {
  const cells = cellsOf(`| ${text} |`, "|");
  return (text.match(/"/g) || []).length % 2 === 0 && cells.length === 1 && cells[0].text === text;
}

function shown(text, separator, quoted) {
  if (separator !== "|") return /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
  return quoted && isText(text) ? text.slice(1, -1) : text;
}

// What is written for a cell; null where no cell can hold it.
function written(text, separator, quoted) {
  const line = text.replace(/[\r\n]+/g, " ").trim();
  if (separator !== "|") return line.includes(separator) || line.includes('"') ? `"${line.replaceAll('"', '""')}"` : line;
  if (isText(line) || (!quoted && isOneCell(line))) return line;
  return line.includes('"') ? null : `"${line}"`;  // a quote inside would take the cells behind it along
}

function withCell(line, head, at, text, separator) {
  const cell = cellsOf(line, separator)[at], above = cellsOf(head, separator)[at];
  if (!cell) return line;
  const behind = separator === "|" ? " ".repeat(Math.max(1, above.bar - above.start - text.length)) + line.slice(cell.bar) : line.slice(cell.end);
  return line.slice(0, cell.start) + text + behind;
}

function emptyRow(head, separator, columns) {
  const cells = cellsOf(head, separator);
  if (separator !== "|") return separator.repeat(cells.length - 1);
  let line = head.split("#")[0].trimEnd();
  for (let at = cells.length - 1; at >= 0; at--) {
    const text = columns[at].condition ? "-" : columns[at].quoted ? '""' : "";
    line = line.slice(0, cells[at].start) + text + " ".repeat(Math.max(1, cells[at].bar - cells[at].start - text.length)) + line.slice(cells[at].bar);
  }
  return line;
}

// Starts the grids in `place` over the text of an editor; `send` asks the service. Gives what shows problems, and what a change of the text needs.
export function startGrids(place, view, { send, isShown, texts }) {
  let isStale = false;
  const refused = new Set();
  const form = () => place.querySelector("form.grids");
  const tables = () => [...place.querySelectorAll(".grid-table")];
  const rowsOf = (table) => [...table.querySelectorAll("tbody tr")];
  const lineOf = (number) => view.state.doc.line(number);
  const separatorOf = (table) => table.dataset.separator;
  const columnsOf = (table) => [...table.querySelectorAll("thead th")].map((head) => (
    { quoted: !!head.dataset.quoted, condition: head.classList.contains("condition"), size: Number(head.dataset.size), list: head.dataset.list, id: head.id, first: head.classList.contains("first-result") }));
  const isIn = (number) => number >= 1 && number <= view.state.doc.lines;

  function dispatch(changes) { if (changes.length) view.dispatch({ changes, annotations: OF_THE_GRID.of(true), userEvent: "input" }); }

  // Line numbers of rows after one that was added, removed or moved.
  function shift(from, by) {
    for (const table of tables()) {
      for (const name of ["head", "first"]) if (Number(table.dataset[name]) >= from) table.dataset[name] = Number(table.dataset[name]) + by;
      for (const row of rowsOf(table)) if (Number(row.dataset.line) >= from) number(table, row, Number(row.dataset.line) + by);
    }
  }

  function number(table, row, line) {
    row.dataset.line = line;
    row.querySelector("[type=radio]").value = line;
  }

  function count(table) { rowsOf(table).forEach((row, at) => { row.querySelector("th label").firstChild.data = String(at + 1); }); }

  // What fields of rows say is written into their lines: one change of the text, one step to undo.
  function write(table, changed) {
    const separator = separatorOf(table), columns = columnsOf(table), head = lineOf(Number(table.dataset.head)).text;
    const lines = new Map();
    for (const { row, at, text } of changed) {
      const line = Number(row.dataset.line), cell = written(text, separator, columns[at].quoted);
      markRefused(row.querySelectorAll("td input")[at], cell === null);
      if (cell !== null) lines.set(line, withCell(lines.get(line) ?? lineOf(line).text, head, at, cell, separator));
    }
    dispatch([...lines].filter(([line, text]) => lineOf(line).text !== text).map(([line, text]) => ({ from: lineOf(line).from, to: lineOf(line).to, insert: text })));
  }

  // A cell that is not written says so, until something is typed there that can be.
  function markRefused(field, isRefused) {
    if (!isRefused && !refused.delete(field)) return;
    field.parentElement.querySelector(".cell-problem")?.remove();
    field.parentElement.classList.toggle("is-wrong", isRefused);
    for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
    if (!isRefused) return;
    refused.add(field);
    say(field.parentElement, field, `r${Date.now()}`, texts.cell);
  }

  function say(cell, field, id, message) {
    cell.classList.add("is-wrong");
    cell.append(Object.assign(document.createElement("em"), { className: "cell-problem", id, textContent: message }));
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", id);
  }

  function newRow(table, line, text) {
    const row = document.createElement("tr"), columns = columnsOf(table), name = table.querySelector("thead [type=radio]").name;
    const cells = cellsOf(text, separatorOf(table));
    const head = row.appendChild(document.createElement("th")), label = head.appendChild(document.createElement("label"));
    head.scope = "row";
    head.id = `n${Date.now()}${Math.random().toString(36).slice(2)}`;
    label.append("0");
    const radio = label.appendChild(document.createElement("input"));
    Object.assign(radio, { type: "radio", name });
    columns.forEach((column, at) => {
      const cell = row.appendChild(document.createElement("td")), field = cell.appendChild(document.createElement("input"));
      if (column.first) cell.className = "first-result";
      field.value = shown(cells[at]?.text || "", separatorOf(table), column.quoted);
      field.size = column.size + 1;
      field.autocomplete = "off";
      field.spellcheck = false;
      field.setAttribute("aria-labelledby", `${column.id} ${head.id}`);
      if (column.list) field.setAttribute("list", column.list);
    });
    number(table, row, line);
    return row;
  }

  function add(table, below) {
    const line = below ? Number(below.dataset.line) : Number(table.dataset.head);
    const text = emptyRow(lineOf(Number(table.dataset.head)).text, separatorOf(table), columnsOf(table));
    shift(line + 1, 1);
    const row = newRow(table, line + 1, text);
    if (below) below.after(row); else table.querySelector("tbody").prepend(row);
    if (line === view.state.doc.lines) dispatch([{ from: view.state.doc.length, insert: `\n${text}` }]);
    else dispatch([{ from: lineOf(line + 1).from, insert: `${text}\n` }]);
    return row;
  }

  function remove(table, row) {
    const line = Number(row.dataset.line), doc = view.state.doc;
    const next = row.nextElementSibling || row.previousElementSibling;
    const [from, to] = line < doc.lines ? [lineOf(line).from, lineOf(line + 1).from] : [lineOf(line).from - 1, lineOf(line).to];
    row.remove();
    shift(line + 1, -1);
    dispatch([{ from, to, insert: "" }]);
    return next;
  }

  // Comments directly above a row move with it.
  function first(line) { while (line > 1 && lineOf(line - 1).text.trim().startsWith("#")) line--; return line; }

  function move(table, row, isUp) {
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return row;
    const [upper, lower] = isUp ? [other, row] : [row, other];
    const [a, b] = [Number(upper.dataset.line), Number(lower.dataset.line)], [fa, fb] = [first(a), first(b)];
    const lines = (from, until) => Array.from({ length: until - from + 1 }, (_, at) => lineOf(from + at).text);
    const text = [...lines(fb, b), ...lines(a + 1, fb - 1), ...lines(fa, a)].join("\n");
    const [from, to] = [lineOf(fa).from, lineOf(b).to];
    upper.before(lower);
    number(table, lower, fa + (b - fb));
    number(table, upper, b);
    dispatch([{ from, to, insert: text }]);
    return row;
  }

  function act(table, what) {
    const row = table.querySelector("tr.is-chosen") || (what === "add" ? rowsOf(table).at(-1) : null), at = row ? [...row.querySelectorAll("td input")].indexOf(row.querySelector("td input:focus")) : 0;
    let next = row;
    if (what === "add") next = add(table, row);
    else if (!row) return;
    else next = what === "remove" ? remove(table, row) : move(table, row, what === "up");
    count(table);
    if (next) focus(next, what === "add" ? 0 : Math.max(0, at));
  }

  function focus(row, at) {
    const field = row?.querySelectorAll("td input")[at];
    if (!field) return;
    field.focus();
    field.select();
  }

  function step(field, by) {
    const row = field.closest("tr"), at = [...row.querySelectorAll("td input")].indexOf(field);
    const next = by > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next) focus(next, at);
    return !!next;
  }

  place.addEventListener("input", (event) => {
    if (event.target.type === "radio") return;
    const row = event.target.closest("tr"), table = row.closest(".grid-table");
    write(table, [{ row, at: [...row.querySelectorAll("td input")].indexOf(event.target), text: event.target.value }]);
  });
  place.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    rowsOf(row.closest(".grid-table")).forEach((one) => one.classList.toggle("is-chosen", one === row));
  });
  place.addEventListener("keydown", (event) => {
    const field = event.target.closest("td input");
    if ((event.ctrlKey || event.metaKey) && "zy".includes(event.key.toLowerCase())) {
      event.preventDefault();
      (event.key.toLowerCase() === "y" || event.shiftKey ? redo : undo)(view);
    } else if (field && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      act(field.closest(".grid-table"), event.key === "ArrowUp" ? "up" : "down");
    } else if (field && event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || (!step(field, event.shiftKey ? -1 : 1) && !event.shiftKey)) act(field.closest(".grid-table"), "add");
    } else if (field && !field.list && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      step(field, event.key === "ArrowUp" ? -1 : 1);
    }
  });
  place.addEventListener("paste", (event) => {
    const field = event.target.closest("td input"), text = event.clipboardData?.getData("text/plain") || "";
    if (!field || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    const table = field.closest(".grid-table"), changed = [];
    let row = field.closest("tr");
    const from = [...row.querySelectorAll("td input")].indexOf(field);
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, below) => {
      if (below) row = row.nextElementSibling || add(table, row);
      line.split("\t").forEach((each, right) => {
        const one = row.querySelectorAll("td input")[from + right];
        if (one) { one.value = each.trim(); changed.push({ row, at: from + right, text: each }); }
      });
    });
    write(table, changed);
    count(table);
  });
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    act(button.closest(".grid-table"), button.dataset.do);
  });

  async function refresh() {
    const at = place.contains(document.activeElement) ? document.activeElement.getAttribute("name") : null;
    isStale = false;
    const answer = await send("/rules/grids", { text: view.state.doc.toString() });
    place.innerHTML = answer.html;
    if (at) place.querySelector(`[name="${at}"]`)?.focus();
  }

  let timer = 0;
  function changed(update) {
    if (update.transactions.some((one) => one.annotation(OF_THE_GRID))) return;
    isStale = true;
    clearTimeout(timer);
    if (isShown()) timer = setTimeout(refresh, 100);
  }

  // Each problem stands in the cell of its place; the lines are those of the text for which it was found.
  function problems(list) {
    if (isStale || !form()) return;
    const kept = [...refused].filter((field) => field.isConnected);
    refused.clear();
    place.querySelectorAll(".cell-problem").forEach((one) => one.remove());
    place.querySelectorAll(".is-wrong").forEach((one) => one.classList.remove("is-wrong"));
    place.querySelectorAll("[aria-invalid]").forEach((one) => { one.removeAttribute("aria-invalid"); one.removeAttribute("aria-describedby"); });
    for (const table of tables()) {
      const rows = new Map(rowsOf(table).map((row) => [Number(row.dataset.line), row]));
      const last = Math.max(Number(table.dataset.head), ...rows.keys()), above = table.querySelector(".grid-problems");
      above.replaceChildren();
      for (const one of list) {
        if (!isIn(one.line)) continue;
        const row = rows.get(one.line);
        if (row) {
          const at = cellsOf(lineOf(one.line).text, separatorOf(table)).findIndex((cell) => cell.start <= one.column - 1 && one.column - 1 <= Math.max(cell.end, cell.start + 1));
          const cell = row.children[at + 1], field = at < 0 ? null : cell.querySelector("input");
          say(cell, field, `p${one.line}-${at}-${cell.children.length}`, `${one.message}. ${one.help}`);
        } else if (one.line >= Number(table.dataset.first) && one.line <= last) {
          const item = above.appendChild(document.createElement("li"));
          item.append(Object.assign(document.createElement("div"), { textContent: one.message }),
            Object.assign(document.createElement("div"), { textContent: one.help, className: "text-secondary" }));
        }
      }
    }
    kept.forEach((field) => markRefused(field, true));
  }

  function jump(line) {
    const row = place.querySelector(`tr[data-line="${line}"]`);
    if (!row) return false;
    row.scrollIntoView({ block: "center" });
    focus(row, 0);
    return true;
  }

  return { changed, problems, jump, show: () => (isStale ? refresh() : undefined) };
}
