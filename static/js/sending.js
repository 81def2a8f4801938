// Forms that stay, and keep what was typed, when the site cannot be reached. Every form works without this script.
(() => {
  const words = document.currentScript.dataset;
  const LONGEST = 30_000; // milliseconds; a browser itself waits for minutes
  const KEPT = 7 * 24 * 3600 * 1000;

  const away = (message) => Object.assign(new Error(message), { isAway: true });

  const reach = async (address, options) => {
    try {
      const answer = await fetch(address, { ...options, signal: AbortSignal.timeout?.(LONGEST) });
      const text = await answer.text();
      if (answer.status >= 500) throw away(words.fault);
      const page = new DOMParser().parseFromString(text, "text/html");
      return { address: answer.url, isKept: answer.ok && answer.redirected, page };
    } catch (problem) {
      if (!(problem instanceof TypeError || problem instanceof DOMException)) throw problem;
      throw away(navigator.onLine ? words.away : words.offline);
    }
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button--quiet", textContent: text });
    made.addEventListener("click", act);
    return made;
  };

  // A screen reader says a notice that is there before it has words
  const notice = (role, text, button) => {
    const made = document.createElement("div");
    made.className = role === "alert" ? "notice notice--bad" : "notice";
    made.setAttribute("role", role);
    made.append(document.createElement("p"), button);
    setTimeout(() => (made.firstChild.textContent = text));
    return made;
  };

  const troubles = new Map(); // form or other place → its notice

  const forget = (place) => {
    troubles.get(place)?.remove();
    troubles.delete(place);
  };

  const tell = (place, text, again) => {
    forget(place);
    troubles.set(place, notice("alert", text, button(words.again, again)));
    place.append(troubles.get(place));
  };

  addEventListener("online", () => {
    for (const trouble of troubles.values()) trouble.firstChild.textContent = words.back;
  });

  // Drafts on this device, text and name alone: one for each form and tab

  const newKey = () =>
    crypto.randomUUID?.() || [..."0".repeat(32)].map(() => (crypto.getRandomValues(new Uint8Array(1))[0] % 16).toString(16)).join("");

  // An address may be a secret, which cannot be read from this.
  const digest = (name) => [...name].reduce((sum, sign) => (Math.imul(sum, 31) + sign.codePointAt(0)) | 0, 7) >>> 0;

  const write = (key, value) => {
    try {
      if (value) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
    } catch {} // a browser that stores nothing
  };

  const kept = (start) => {
    const found = [];
    try {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(start))) {
        const draft = JSON.parse(localStorage.getItem(key));
        if (Date.now() - draft.at < KEPT) found.push([key, draft]);
        else write(key);
      }
    } catch {}
    return found.sort(([, one], [, other]) => other.at - one.at);
  };

  const startOf = (address, parent = "") => `draft-${digest(`${new URL(address, location).pathname}#${parent}`)}-`;

  const made = new Map(); // by form, however often the server sends it anew
  const drafts = new WeakMap();

  // `use` is told what the server answers, in place of show()
  const keep = (form, use = drafts.get(form)?.use) => {
    if (drafts.has(form)) return (drafts.get(form).use = use);
    const start = startOf(form.action, form.elements.parent?.value);
    const draft = made.get(start) || { key: start + newKey() };
    made.set(start, draft);
    drafts.set(form, draft);
    draft.use = use;
    const text = form.querySelector("textarea");
    const { name } = form.elements;
    const said = () => text?.value.trim();

    const save = () =>
      write(draft.key, said() && { at: Date.now(), text: text.value, name: name?.value, attempt: draft.attempt, tried: draft.tried });

    // One number for all tries of the same words, so that the server keeps them once
    draft.prepare = () => {
      if (!draft.attempt || draft.tried !== said()) [draft.attempt, draft.tried] = [newKey(), said()];
      for (const input of form.querySelectorAll("[type=hidden][name=attempt]")) input.value = draft.attempt;
      save();
    };

    draft.done = () => {
      write(draft.key);
      draft.attempt = "";
      // Another tab may have kept its beginning.
      for (const [key, other] of kept(start)) if (said()?.startsWith(other.text.trim())) write(key);
    };

    const restore = () => {
      const [key, former] = kept(start)[0] || [];
      if (!former || former.text === text.value || text.value !== text.defaultValue || document.querySelector(".error-summary")) return;
      write(key);
      text.value = former.text;
      if (name && !name.value) name.value = former.name || "";
      ({ attempt: draft.attempt, tried: draft.tried } = former);
      save();
      const discard = button(words.discard, () => {
        text.value = text.defaultValue;
        text.dispatchEvent(new Event("input", { bubbles: true }));
        write(draft.key);
        box.remove();
        text.focus();
      });
      const box = notice("status", words.restored, discard);
      form.before(box);
    };

    if (!text) return;
    restore();
    form.addEventListener("input", save);
  };

  kept("draft-"); // forgets what is too old

  // Sending

  const show = (form, { isKept, address, page }) => {
    if (isKept) return location.assign(address);
    const isHere = new URL(form.action).pathname === location.pathname;
    const twin = [...page.forms].find((other) => other.action === form.action);
    const [former, next] = isHere || !twin ? [document.querySelector("main"), page.querySelector("main")] : [form, twin];
    former.replaceWith(document.adoptNode(next));
    start();
    const target = next.querySelector(".error-summary, [role=alert]") || next.querySelector("h1");
    target.tabIndex = -1;
    target.focus();
  };

  const usual = new WeakSet(); // forms that the browser itself sends

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (usual.has(form) || form.method !== "post" || form.enctype.startsWith("multipart")) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    keep(form);
    const draft = drafts.get(form);
    const again = () => form.requestSubmit(form.contains(submitter) ? submitter : null);
    try {
      draft.prepare();
      // Encoded as the form itself would be, which the server's limits are made for.
      const body = new URLSearchParams(new FormData(form, submitter));
      const answer = await reach(form.action, { method: "POST", body });
      forget(form);
      if (answer.isKept) draft.done();
      (draft.use || show)(form, answer);
    } catch (problem) {
      form.ariaBusy = "false";
      if (problem.isAway) return tell(form, problem.message, again);
      usual.add(form);
      setTimeout(again); // not within the event of the first try
    }
    form.ariaBusy = "false";
  });

  const start = () => document.querySelectorAll("form[method=post]").forEach((form) => keep(form));
  const hasDraft = (address, parent) => kept(startOf(address, parent)).length > 0;

  window.sending = { keep, reach, tell, forget, hasDraft, write, digest };
  start();
})();
