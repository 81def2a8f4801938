// Keeps the form on the server while somebody types, tells who else has it open, and asks before a save whether the
// person is still logged in.

const REST = 3_000; // after the last key press
const PATIENCE = 10_000; // with a server that does not answer
const BEAT = 3_000; // signs of life of a page that is seen
const BEAT_UNSEEN = 30_000; // of one in the background; KeptForm.SILENCE is three of them
const LONGEST = 10_000; // of typing without a rest until the form is kept

const watch = document.querySelector("[data-keep]");
const form = watch?.closest("form");
const part = (name) => form.querySelector(`[data-${name}]`);
let isChanged = false;
let rest = null;
let sign = null;
let changedSince = 0;
let told = "";
let save = "none"; // then "asked about", then "allowed"

const tell = (name, text) => {
  if (part(name).textContent !== text) part(name).textContent = text;
};

const trouble = (text) => {
  if (text === told) return; // the link keeps the focus, and nothing is read aloud again
  told = text;
  tell("trouble", text);
  if (text !== watch.dataset.loggedOut) return;
  const link = Object.assign(document.createElement("a"), {
    href: watch.dataset.logIn,
    target: "_blank",
    textContent: watch.dataset.logInLabel,
  });
  part("trouble").append(" ", link);
};

const useToken = (token) => {
  form.elements.csrfmiddlewaretoken.value = token;
};

const typed = () => {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return new URLSearchParams(data).toString();
};

const post = (fields) =>
  fetch(watch.dataset.keep, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: new URLSearchParams(fields),
  });

// A log-in in another tab made the token invalid: fetch a new one and try once more.
const send = async (fields) => {
  const response = await post(fields);
  if (response.status !== 403) return response;
  const fresh = await fetch(watch.dataset.keep, { redirect: "manual" });
  if (!fresh.ok) return fresh;
  useToken((await fresh.json()).token);
  return post(fields);
};

const TROUBLES = { 0: "loggedOut", 403: "refused", 404: "gone" };

// A sign of life, with the form if it is to be kept. Returns whether the form can be saved now.
const beat = async (sent) => {
  if (sent) {
    isChanged = false;
    changedSince = performance.now();
  }
  try {
    const response = await send(sent ? { form: typed() } : {});
    if (!response.ok) {
      isChanged ||= sent;
      trouble(watch.dataset[TROUBLES[response.status] ?? "notReached"]);
      return response.status === 404;
    }
    const { token, kept, others } = await response.json();
    useToken(token);
    trouble("");
    if (kept) tell("state", kept);
    part("others").replaceChildren(
      ...others.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    return true;
  } catch {
    isChanged ||= sent;
    trouble(watch.dataset.notReached);
    return false;
  }
};

const note = () => {
  if (!isChanged) changedSince = performance.now();
  isChanged = true;
  clearTimeout(rest);
  rest = setTimeout(() => beat(isChanged), REST);
};

// The next one waits for the answer: a slow server is asked less often.
const live = async () => {
  clearTimeout(sign);
  // A page that goes out of sight may never be seen again: a telephone ends it without a word.
  await beat(isChanged && (document.hidden || performance.now() - changedSince > LONGEST));
  clearTimeout(sign);
  sign = setTimeout(live, document.hidden ? BEAT_UNSEEN : BEAT);
};

const checkThenSave = async (event) => {
  if (save === "allowed" || event.submitter?.name === "_kept") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (save === "asked about") return;
  save = "asked about";
  if (await beat(true)) {
    save = "allowed";
    form.requestSubmit(event.submitter);
  } else {
    save = "none";
    part("trouble").scrollIntoView({ block: "center" });
  }
};

if (form) {
  for (const change of ["input", "change"]) form.addEventListener(change, note);
  // Before other scripts: they take the page for saved.
  form.addEventListener("submit", checkThenSave, { capture: true });
  window.addEventListener("pagehide", () => {
    const data = new URLSearchParams({
      closed: "1",
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    });
    navigator.sendBeacon(watch.dataset.keep, data);
  });
  document.addEventListener("visibilitychange", live);
  live();
}
