// Keys, the theme, forms that are sent once, and parts of pages that are read again. Every page works without this script.
import htmx from "htmx.org";

// Pages allow no style and no script in themselves, and hold nothing of one page for another.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, historyCacheSize: 0, selfRequestsOnly: true });
const go = { c: "/customers", o: "/orders", q: "/quotes", i: "/invoices", r: "/reports", h: "/", p: "/pipeline", t: "/transactions" };
let before = "";

function rows() { return [...document.querySelectorAll("table[data-rows] tbody tr")]; }

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("is-current"));
  all.forEach((row) => row.classList.remove("is-current"));
  const row = all[Math.max(0, Math.min(all.length - 1, at + step))];
  row.classList.add("is-current");
  row.querySelector("a")?.focus();
}

function isTyping(target) { return target.closest("input, textarea, select, [contenteditable]"); }

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (before === "g" && go[event.key]) { location.href = go[event.key]; }
  else if (event.key === "/") { event.preventDefault(); document.querySelector("input[type=search]")?.focus(); }
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  before = event.key;
});

// What is typed into other lines of a quote while one is sent stays: the page to which it leads back has it in its address.
function keepLines(form, submitter) {
  if (!form.matches("#new-line, [id^='line-']")) return;
  form.querySelector("[name=back]")?.remove();
  const fields = [...document.querySelectorAll("table.lines [data-saved]")].filter((one) => one.form !== form && one.value !== one.dataset.saved);
  if (!fields.length) return;
  const gone = submitter?.getAttribute("formaction") === "/do/remove_line" ? Number(form.id.slice(5)) : Infinity;
  const name = (id) => (Number(id.slice(5)) > gone ? `line-${Number(id.slice(5)) - 1}` : id);
  const typed = new URLSearchParams(fields.map((one) => [`${name(one.form.id)}.${one.name}`, one.value]));
  const back = Object.assign(document.createElement("input"), { type: "hidden", name: "back", value: `${document.querySelector("table.lines").dataset.page}?${typed}` });
  form.append(back);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") { keepLines(form, event.submitter); form.dataset.sent = "yes"; form.classList.add("is-waiting"); }
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.classList.remove("is-waiting");
}));

// What a form says of what it would do is counted as one types; a link of it that is clicked before then waits for the new one.
let awaited = "";
document.addEventListener("input", (event) => event.target.form?.querySelector("#form-summary")?.classList.add("is-old"));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#form-summary.is-old a");
  if (!link) return;
  event.preventDefault();
  awaited = link.textContent;
});
document.addEventListener("htmx:afterSettle", () => {
  const summary = document.querySelector("#form-summary:not(.is-old)");
  if (!awaited || !summary) return;
  const link = [...summary.querySelectorAll("a")].find((one) => one.textContent === awaited);
  awaited = "";
  if (link) location.href = link.href;
});

// A card of the board that is dropped on a column sends its own form, as its menu does.
let dragged = null;
document.querySelectorAll("[data-card]").forEach((card) => {
  card.addEventListener("dragstart", (event) => { dragged = card; event.dataTransfer.setData("text/plain", ""); });
  card.addEventListener("dragend", () => { dragged = null; });
});
document.querySelectorAll("[data-stage]").forEach((column) => {
  column.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!dragged || column.contains(dragged)) return;
    const form = dragged.querySelector("form");
    form.elements.stage.value = column.dataset.stage;
    if (form.elements.stage.value === column.dataset.stage) form.requestSubmit();
  });
});

// A part that cannot be read again stays as it was, and the page says why; a session that ended is no page to put there.
const unread = document.getElementById("unread");
function tell(event) {
  if (!unread) return;
  const isEnded = event.detail.xhr?.status === 401;
  const box = document.createElement("div");
  Object.assign(box, { className: "alert alert-warning", role: "alert" });
  box.append(isEnded ? unread.dataset.ended : unread.dataset.unread);
  if (isEnded) {
    const link = Object.assign(document.createElement("a"), { href: "/sign-in?back=/", target: "_blank", className: "alert-link ms-2" });
    link.append(unread.dataset.signIn);
    box.append(link);
  }
  if (unread.textContent !== box.textContent) unread.replaceChildren(box);
}
document.addEventListener("htmx:responseError", tell);
document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:afterSwap", () => unread?.replaceChildren());

const menu = document.getElementById("menu");
document.querySelector(".menu-button")?.addEventListener("click", (event) => {
  event.currentTarget.setAttribute("aria-expanded", String(menu.classList.toggle("is-open")));
});

const wanted = localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.documentElement.dataset.bsTheme = wanted;
document.getElementById("theme")?.addEventListener("click", () => {
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.documentElement.dataset.bsTheme = next;
  localStorage.setItem("theme", next);
});
document.querySelectorAll("[data-closes]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
