// The queue by keyboard, without leaving the page. Everything here is also a link, a form or a button.
"use strict";

(() => {
  const root = document.querySelector("[data-queue]");
  if (!root) return;
  const $ = (selector, from = root) => from.querySelector(selector);
  const list = $("[data-list]");
  const bulk = $("[data-bulk]");
  const help = $("[data-help-dialog]");
  const reasons = $("[data-reasons-dialog]");
  const words = $("[data-words]").content;
  const ENOUGH = 40; // comments in sight, below which the next batch is fetched
  const KEPT = 150; // rows on the page, above which decided ones are taken off its top
  const LOOK_AGAIN = 5000; // milliseconds
  const made = []; // my decisions, each as the comments and versions that it led to
  let current = null;
  let line = Promise.resolve(); // one request at a time, in the order of the keys
  let loading = null;

  const word = (name) => $(`[data-word=${name}]`, words).textContent;
  const rows = () => [...list.children];
  const row = (pk) => document.getElementById(`c-${pk}`);
  const isOpen = (li) => !li.matches(".is-settled, .is-deciding");
  const item = (li) => `${li.dataset.comment}-${li.dataset.version}`;
  const chosen = () => rows().filter((li) => $("[name=item]:checked", li) && isOpen(li));
  const html = (text) => {
    const template = document.createElement("template");
    template.innerHTML = text;
    return template.content.firstElementChild;
  };

  // Telling

  const say = (text) => {
    $("[data-says]").textContent = text;
  };
  let toastEnds = 0;
  const toast = (text) => {
    say(text);
    const box = $("[data-toast]");
    box.textContent = text;
    box.hidden = false;
    clearTimeout(toastEnds);
    toastEnds = setTimeout(() => (box.hidden = true), 8000);
  };
  const showCounts = (counts) => {
    for (const [name, count] of Object.entries(counts)) {
      $(`[data-tab-link=${name}] [data-count]`).textContent = count;
    }
  };

  // Where the moderator is

  const mark = (li) => {
    current?.removeAttribute("aria-current");
    current = li;
    li.tabIndex = -1;
    li.setAttribute("aria-current", "true");
  };
  const go = (li) => {
    if (!li) return;
    mark(li);
    li.focus({ preventScroll: true });
    li.scrollIntoView({ block: "start" });
  };
  const beyond = (li, step) => {
    const all = rows();
    const from = all.indexOf(li);
    const ways = step > 0 ? all.slice(from + 1) : all.slice(0, Math.max(from, 0)).reverse();
    return ways.find(isOpen);
  };
  const move = (step) => go(beyond(current, step));

  const showChosen = () => {
    if (!bulk) return;
    const n = chosen().length;
    bulk.classList.toggle("is-active", n > 0);
    $("[data-chosen]").textContent = word("chosen").replace("%(n)s", n);
  };
  const showEnd = () => {
    const over = !rows().some((li) => !li.matches(".is-settled")) && !$("[data-next] a");
    if (over && $("[data-end]").hidden) say(word("done"));
    $("[data-end]").hidden = !over;
    if (bulk) bulk.hidden = over;
  };

  // Rows as the server sees them

  const put = (pk, text) => {
    const old = row(pk);
    if (!old) return null;
    if (!text) {
      old.remove();
      return null;
    }
    const fresh = html(text);
    if (Number(fresh.dataset.version) < Number(old.dataset.version)) return null;
    const wasCurrent = current === old;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (wasCurrent) mark(fresh);
    if (hadFocus) fresh.focus({ preventScroll: true });
    return fresh;
  };
  const tidy = () => {
    for (const li of rows()) {
      if (list.children.length <= KEPT || li === current || isOpen(li)) break;
      li.remove();
    }
  };

  // Asking the server

  const ask = async (url, options = {}) => {
    const response = await fetch(url, { redirect: "manual", ...options });
    if (response.type === "opaqueredirect" || response.status === 403) {
      throw new Error(word("login"));
    }
    if (!response.ok) throw new Error(word("failed"));
    return response;
  };
  const post = async (verb, items, reason) => {
    const body = new FormData();
    body.set("verb", verb);
    body.set("back", root.dataset.back);
    body.set("reason", reason);
    for (const one of items) body.append("item", one);
    body.set("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]").value);
    const headers = { Accept: "application/json" };
    const response = await ask(root.dataset.decide, { method: "POST", body, headers });
    return response.json();
  };

  const learn = (answer) => {
    const fresh = Object.entries(answer.rows).map(([pk, text]) => put(pk, text));
    const left = fresh.filter((li) => li && answer.left.includes(Number(li.dataset.comment)));
    showCounts(answer.counts);
    say(answer.said);
    if (left.length) {
      const said = left.map((li) => {
        const told = $("[data-told]", li)?.textContent ?? word("changed");
        return `${$("h2", li).textContent}: ${told}`;
      });
      toast(`${word("left")} ${said.join("; ")}`);
    }
    showChosen();
    more();
    tidy();
    showEnd();
  };
  const failed = (error, lis = []) => {
    for (const li of lis) li.classList.remove("is-deciding");
    const known = [word("login"), word("failed")].includes(error.message);
    toast(known ? error.message : word("failed"));
  };

  const decide = (verb, lis, reason = "") => {
    lis = lis.filter(isOpen);
    if (!lis.length) return;
    const items = lis.map(item);
    const after = lis.includes(current) || !current ? beyond(lis.at(-1), 1) : current;
    for (const li of lis) {
      li.classList.add("is-deciding");
      const box = $("[name=item]:checked", li);
      if (box) box.checked = false;
    }
    go(after ?? beyond(lis[0], -1) ?? lis[0]);
    showChosen();
    more();
    line = line.then(async () => {
      try {
        const answer = await post(verb, items, reason);
        const done = Object.entries(answer.done).map(([pk, version]) => `${pk}-${version}`);
        if (done.length && verb !== "undo") made.push(done);
        learn(answer);
      } catch (error) {
        failed(error, lis);
      }
    });
  };
  const undo = () => {
    line = line.then(async () => {
      const items = made.pop();
      if (!items) return say(word("nothing"));
      try {
        const answer = await post("undo", items, "");
        learn(answer);
        go(row(items[0].split("-")[0]));
      } catch (error) {
        made.push(items);
        failed(error);
      }
    });
  };

  // What comes next, and what others do

  const more = () => {
    const next = $("[data-next] a");
    if (loading || !next || rows().filter(isOpen).length >= ENOUGH) return;
    loading = ask(next.href)
      .then((response) => response.text())
      .then((text) => {
        const page = new DOMParser().parseFromString(text, "text/html");
        for (const li of page.querySelectorAll("[data-list] > li")) {
          if (!row(li.dataset.comment)) list.append(li);
        }
        $("[data-next]").replaceWith($("[data-next]", page));
        $("[data-tabs]").replaceWith($("[data-tabs]", page));
        if (!current || !isOpen(current)) move(1);
        showEnd();
      })
      .catch(failed)
      .finally(() => (loading = null));
  };
  const look = async () => {
    const shown = rows().filter((li) => isOpen(li)).slice(0, 100);
    if (document.hidden || !shown.length) return;
    try {
      const seen = shown.map(item).join(",");
      const url = `${root.dataset.changes}?${root.dataset.back}&seen=${seen}`;
      const { rows: changed } = await (await ask(url)).json();
      const told = Object.entries(changed)
        .filter(([pk]) => row(pk) && isOpen(row(pk)))
        .map(([pk, text]) => put(pk, text))
        .filter(Boolean);
      if (told.length) say(told.map((li) => $("[data-told]", li)?.textContent ?? word("changed")).join(". "));
      if (current && !isOpen(current) && beyond(current, 1)) move(1);
      showEnd();
    } catch (error) {
      if (error.message === word("login")) failed(error);
    }
  };

  // Reasons

  let rejecting = [];
  const reject = (lis) => {
    rejecting = lis.filter(isOpen);
    if (!rejecting.length) return;
    $("[data-own-reason]", reasons).value = "";
    reasons.returnValue = "";
    reasons.showModal();
    $("[data-reject-now]", reasons).focus();
  };
  const close = (reason) => {
    reasons.close();
    decide("reject", rejecting, reason);
  };
  reasons?.addEventListener("close", () => {
    if (reasons.returnValue === "reject") {
      reasons.returnValue = "";
      decide("reject", rejecting, $("[data-own-reason]", reasons).value);
    }
  });
  reasons?.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || !/^[1-9]$/.test(event.key)) return;
    const button = reasons.querySelectorAll("[data-reason]")[event.key - 1];
    if (button) close(button.dataset.reason);
  });
  reasons?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reason]");
    if (button) close(button.dataset.reason);
  });

  // Buttons

  const rowOf = (element) => element.closest("[data-comment]");
  root.addEventListener("submit", (event) => {
    const form = event.target;
    const verb = event.submitter?.value;
    if (form === bulk || form.matches("[data-decide-one]")) {
      event.preventDefault();
      const lis = form === bulk ? chosen() : [rowOf(form)];
      if (verb === "reject") reject(lis);
      else if (verb === "undo") takeBack(lis[0]);
      else decide(verb, lis);
    }
  });
  const takeBack = (li) => {
    made.push([item(li)]);
    undo();
  };
  root.addEventListener("click", (event) => {
    const summary = event.target.closest("[data-reject] > summary");
    if (!summary) return;
    event.preventDefault();
    reject([rowOf(summary)]);
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) {
      for (const li of rows().filter(isOpen)) $("[name=item]", li).checked = event.target.checked;
    }
    showChosen();
  });
  list.addEventListener("focusin", (event) => {
    const li = rowOf(event.target);
    if (li !== current) mark(li);
  });

  // Keys

  const isTyping = (element) =>
    element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
  const targets = () => (chosen().length ? chosen() : current ? [current] : []);
  const choose = () => {
    const box = current && $("[name=item]", current);
    if (!box || !isOpen(current)) return;
    box.checked = !box.checked;
    showChosen();
    say($("[data-chosen]").textContent);
  };
  const openTab = (selector) => {
    const link = current && $(selector, current);
    if (link) window.open(link.href, "_blank", "noopener");
  };
  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    e: () => openTab("[data-page]"),
    o: () => openTab("[data-article]"),
    "/": () => $("#queue-q").focus(),
    "?": () => help.showModal(),
  };
  if (bulk || reasons) {
    Object.assign(KEYS, {
      a: () => decide("approve", targets()),
      r: () => reject(targets()),
      s: () => decide("spam", targets()),
      u: undo,
      x: choose,
    });
  }
  const keysOn = $("[data-keys-on]");
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

  $("[data-help]").hidden = false;
  $("[data-help]").addEventListener("click", () => help.showModal());
  if (bulk) $("[data-all]").hidden = false;
  root.classList.add("has-script");
  showChosen();
  more();
  const first = rows().find(isOpen);
  if (first) mark(first);
  window.setInterval(look, LOOK_AGAIN);
})();
