// The queue by keyboard, without leaving the page. Everything here is also a link, a form or a button.

const root = document.querySelector("[data-queue]");
const find = (selector, from = root) => from.querySelector(selector);
const list = find("[data-list]");
const bulk = find("[data-bulk]");
const help = find("[data-help-dialog]");
const reasons = find("[data-reasons-dialog]");
const words = find("[data-words]").content;
const FETCH_BELOW = 40; // open comments on the page: with fewer, the next batch is fetched
const MOST_ROWS = 150; // on the page: with more, decided ones are taken off its top, or a long session slows down
const CHANGES_EVERY = 5000; // milliseconds
const ownDecisions = []; // what may be undone, newest last: each the comments and the versions it gave them
let current = null;
// Decisions are sent one after the other, in the order of the keys: an undo needs the answer to what it undoes.
let lastRequest = Promise.resolve();
let nextBatch = null; // the request under way

const textOf = (name) => find(`[data-word=${name}]`, words).textContent;
const allRows = () => [...list.children];
const rowWith = (pk) => document.getElementById(`c-${pk}`);
const isOpen = (row) => !row.matches(".is-settled, .is-deciding");
const itemOf = (row) => `${row.dataset.comment}-${row.dataset.version}`;
const chosen = () => allRows().filter((row) => find("[name=item]:checked", row) && isOpen(row));
const decisionOn = (row) => find("[data-told]", row)?.textContent ?? textOf("changed");
const elementFrom = (text) => {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content.firstElementChild;
};

// What a screen reader is told, and everybody where it matters

const announce = (text) => {
  find("[data-says]").textContent = text;
};
let toastTimer = 0;
const toast = (text) => {
  announce(text);
  const box = find("[data-toast]");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), 8000);
};
const showCounts = (counts) => {
  for (const [name, count] of Object.entries(counts)) {
    find(`[data-tab-link=${name}] [data-count]`).textContent = count;
  }
};

// Where the moderator is

const makeCurrent = (row) => {
  current?.removeAttribute("aria-current");
  current = row;
  row.tabIndex = -1;
  row.setAttribute("aria-current", "true");
};
const goTo = (row) => {
  if (!row) return;
  makeCurrent(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
};
const nextOpenRow = (row, step) => {
  const all = allRows();
  const from = all.indexOf(row);
  const ahead = step > 0 ? all.slice(from + 1) : all.slice(0, Math.max(from, 0)).reverse();
  return ahead.find(isOpen);
};
const moveBy = (step) => goTo(nextOpenRow(current, step));

const showChosen = () => {
  if (!bulk) return;
  const number = chosen().length;
  bulk.classList.toggle("is-active", number > 0);
  find("[data-chosen]").textContent = textOf("chosen").replace("%(n)s", number);
};
const showEnd = () => {
  const isOver = !allRows().some((row) => !row.matches(".is-settled")) && !find("[data-next] a");
  if (isOver && find("[data-end]").hidden) announce(textOf("done"));
  find("[data-end]").hidden = !isOver;
  if (bulk) bulk.hidden = isOver;
};

// Rows as the server knows them

const replaceRow = (pk, text) => {
  const old = rowWith(pk);
  if (!old) return null;
  if (!text) {
    old.remove();
    return null;
  }
  const fresh = elementFrom(text);
  // An answer that was overtaken by a newer one.
  if (Number(fresh.dataset.version) < Number(old.dataset.version)) return null;
  const wasCurrent = current === old;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (wasCurrent) makeCurrent(fresh);
  if (hadFocus) fresh.focus({ preventScroll: true });
  return fresh;
};
const dropDecidedRows = () => {
  for (const row of allRows()) {
    if (list.children.length <= MOST_ROWS || row === current || isOpen(row)) break;
    row.remove();
  }
};

// Asking the server

const request = async (url, options = {}) => {
  // Followed, a redirect to the login page would look like an answer.
  const response = await fetch(url, { redirect: "manual", ...options });
  if (response.type === "opaqueredirect" || response.status === 403) {
    throw new Error(textOf("login"));
  }
  if (!response.ok) throw new Error(textOf("failed"));
  return response;
};
const sendDecision = async (verb, items, reason) => {
  const body = new FormData();
  body.set("verb", verb);
  body.set("back", root.dataset.back);
  body.set("reason", reason);
  for (const item of items) body.append("item", item);
  body.set("csrfmiddlewaretoken", find("[name=csrfmiddlewaretoken]").value);
  const headers = { Accept: "application/json" };
  const response = await request(root.dataset.decide, { method: "POST", body, headers });
  return response.json();
};

const showAnswer = (answer) => {
  const fresh = Object.entries(answer.rows).map(([pk, text]) => replaceRow(pk, text));
  const left = fresh.filter((row) => row && answer.left.includes(Number(row.dataset.comment)));
  showCounts(answer.counts);
  announce(answer.said);
  if (left.length) {
    const said = left.map((row) => `${find("h2", row).textContent}: ${decisionOn(row)}`);
    toast(`${textOf("left")} ${said.join("; ")}`);
  }
  showChosen();
  fetchNextBatch();
  dropDecidedRows();
  showEnd();
};
const showFailure = (error, rows = []) => {
  for (const row of rows) row.classList.remove("is-deciding");
  const known = [textOf("login"), textOf("failed")].includes(error.message);
  toast(known ? error.message : textOf("failed"));
};

const decide = (verb, rows, reason = "") => {
  rows = rows.filter(isOpen);
  if (!rows.length) return;
  const items = rows.map(itemOf);
  const next = rows.includes(current) || !current ? nextOpenRow(rows.at(-1), 1) : current;
  for (const row of rows) {
    row.classList.add("is-deciding");
    const box = find("[name=item]:checked", row);
    if (box) box.checked = false;
  }
  // On to the next comment without waiting for the server.
  goTo(next ?? nextOpenRow(rows[0], -1) ?? rows[0]);
  showChosen();
  fetchNextBatch();
  lastRequest = lastRequest.then(async () => {
    try {
      const answer = await sendDecision(verb, items, reason);
      const done = Object.entries(answer.done).map(([pk, version]) => `${pk}-${version}`);
      if (done.length && verb !== "undo") ownDecisions.push(done);
      showAnswer(answer);
    } catch (error) {
      showFailure(error, rows);
    }
  });
};
const undo = () => {
  lastRequest = lastRequest.then(async () => {
    const items = ownDecisions.pop();
    if (!items) return announce(textOf("nothing"));
    try {
      const answer = await sendDecision("undo", items, "");
      showAnswer(answer);
      goTo(rowWith(items[0].split("-")[0]));
    } catch (error) {
      ownDecisions.push(items);
      showFailure(error);
    }
  });
};

// What comes next, and what others do

const fetchNextBatch = () => {
  const next = find("[data-next] a");
  if (nextBatch || !next || allRows().filter(isOpen).length >= FETCH_BELOW) return;
  nextBatch = request(next.href)
    .then((response) => response.text())
    .then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      for (const row of page.querySelectorAll("[data-list] > li")) {
        if (!rowWith(row.dataset.comment)) list.append(row);
      }
      find("[data-next]").replaceWith(find("[data-next]", page));
      find("[data-tabs]").replaceWith(find("[data-tabs]", page));
      if (!current || !isOpen(current)) moveBy(1);
      showEnd();
    })
    .catch(showFailure)
    .finally(() => (nextBatch = null));
};
const fetchChanges = async () => {
  const shown = allRows().filter((row) => isOpen(row)).slice(0, 100);
  if (document.hidden || !shown.length) return;
  try {
    const seen = shown.map(itemOf).join(",");
    const url = `${root.dataset.changes}?${root.dataset.back}&seen=${seen}`;
    const { rows: changed } = await (await request(url)).json();
    const updated = Object.entries(changed)
      .filter(([pk]) => rowWith(pk) && isOpen(rowWith(pk)))
      .map(([pk, text]) => replaceRow(pk, text))
      .filter(Boolean);
    if (updated.length) announce(updated.map(decisionOn).join(". "));
    if (current && !isOpen(current) && nextOpenRow(current, 1)) moveBy(1);
    showEnd();
  } catch (error) {
    if (error.message === textOf("login")) showFailure(error);
  }
};

// Reasons

let rowsToReject = [];
const askForReason = (rows) => {
  rowsToReject = rows.filter(isOpen);
  if (!rowsToReject.length) return;
  find("[data-own-reason]", reasons).value = "";
  reasons.returnValue = "";
  reasons.showModal();
  find("[data-reject-now]", reasons).focus();
};
const rejectFor = (reason) => {
  reasons.close();
  decide("reject", rowsToReject, reason);
};
reasons?.addEventListener("close", () => {
  if (reasons.returnValue === "reject") {
    reasons.returnValue = "";
    decide("reject", rowsToReject, find("[data-own-reason]", reasons).value);
  }
});
reasons?.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || !/^[1-9]$/.test(event.key)) return;
  const button = reasons.querySelectorAll("[data-reason]")[event.key - 1];
  if (button) rejectFor(button.dataset.reason);
});
reasons?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reason]");
  if (button) rejectFor(button.dataset.reason);
});

// Buttons

const rowOf = (element) => element.closest("[data-comment]");
root.addEventListener("submit", (event) => {
  const form = event.target;
  const verb = event.submitter?.value;
  if (form === bulk || form.matches("[data-decide-one]")) {
    event.preventDefault();
    const rows = form === bulk ? chosen() : [rowOf(form)];
    if (verb === "reject") askForReason(rows);
    else if (verb === "undo") takeBack(rows[0]);
    else decide(verb, rows);
  }
});
const takeBack = (row) => {
  ownDecisions.push([itemOf(row)]);
  undo();
};
root.addEventListener("click", (event) => {
  const summary = event.target.closest("[data-reject] > summary");
  if (!summary) return;
  event.preventDefault();
  askForReason([rowOf(summary)]);
});
root.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose-all]")) {
    for (const row of allRows().filter(isOpen)) find("[name=item]", row).checked = event.target.checked;
  }
  showChosen();
});
list.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row !== current) makeCurrent(row);
});

// Keys

const isTyping = (element) =>
  element.isContentEditable ||
  element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
const affectedRows = () => (chosen().length ? chosen() : current ? [current] : []);
const toggleChosen = () => {
  const box = current && find("[name=item]", current);
  if (!box || !isOpen(current)) return;
  box.checked = !box.checked;
  showChosen();
  announce(find("[data-chosen]").textContent);
};
const openTab = (selector) => {
  const link = current && find(selector, current);
  if (link) window.open(link.href, "_blank", "noopener");
};
const KEYS = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  e: () => openTab("[data-page]"),
  o: () => openTab("[data-article]"),
  "/": () => find("#queue-q").focus(),
  "?": () => help.showModal(),
};
if (bulk || reasons) {
  Object.assign(KEYS, {
    a: () => decide("approve", affectedRows()),
    r: () => askForReason(affectedRows()),
    s: () => decide("spam", affectedRows()),
    u: undo,
    x: toggleChosen,
  });
}
const keysOn = find("[data-keys-on]");
// A browser that keeps nothing for this site throws here.
try {
  keysOn.checked = localStorage.getItem("queue-keys") !== "off";
} catch {}
keysOn.addEventListener("change", () => {
  try {
    localStorage.setItem("queue-keys", keysOn.checked ? "on" : "off");
  } catch {}
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  if (!(event.key in KEYS) || !(keysOn.checked || event.key === "?")) return;
  event.preventDefault();
  KEYS[event.key]();
});

find("[data-help]").hidden = false;
find("[data-help]").addEventListener("click", () => help.showModal());
if (bulk) find("[data-all]").hidden = false;
root.classList.add("has-script");
showChosen();
fetchNextBatch();
const first = allRows().find(isOpen);
if (first) makeCurrent(first);
window.setInterval(fetchChanges, CHANGES_EVERY);
