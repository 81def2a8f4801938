// Comforts for those who comment. Every form and link here works without them.
(() => {
  const first = document.querySelector(".comment-desk");
  if (!first || !window.sending) return;
  const words = first.dataset;
  const { sending } = window;
  const COMMENTER = "commenter";
  // Noted when a comment is sent from here: only then has this browser the cookie that tells which ones are its own.
  const SENT = `sent-${sending.digest(words.own)}`;
  const REPLIES = ".comment__foot a[href$='/reply/']";

  // What happened, for screen readers

  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);

  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };

  const linkTo = (address, text, label = text) => {
    const link = element("a", "", text);
    link.href = address;
    if (label !== text) link.setAttribute("aria-label", label);
    return link;
  };

  const focusOn = (target) => {
    if (!target.matches("input, textarea, button")) target.tabIndex = -1;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  };

  // How many characters are left, counted as the server counts them

  const addCounter = (form) => {
    const text = form.elements.body;
    const counter = element("p", "field__hint");
    counter.id = "comment-counter";
    const count = () => {
      const left = text.dataset.limit - [...text.value].length;
      const number = Math.abs(left);
      const [one, many] = left < 0 ? [words.overOne, words.overMany] : [words.leftOne, words.leftMany];
      counter.textContent = number === 1 ? one : many.replace("{n}", number.toLocaleString(document.documentElement.lang));
      counter.classList.toggle("field__error", left < 0);
      if (left < 0) status.textContent = counter.textContent;
    };
    text.after(counter);
    text.setAttribute("aria-describedby", `${text.getAttribute("aria-describedby") || ""} ${counter.id}`.trim());
    text.addEventListener("input", count);
    count();
  };

  // Name and address kept on this device, when asked

  const stored = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const remember = ({ name, email }, wanted) => sending.write(COMMENTER, wanted && { name: name.value, email: email.value });

  const addMemory = (form) => {
    const { name, email } = form.elements;
    const known = stored(COMMENTER);
    const field = element("div", "field field--check");
    const box = element("input", "");
    box.type = "checkbox";
    box.id = "remember-commenter";
    box.checked = Boolean(known);
    const label = element("label", "field__label", words.remember);
    label.htmlFor = box.id;
    field.append(box, label);
    email.closest(".field").after(field);
    if (known && !name.value && !email.value) [name.value, email.value] = [known.name || "", known.email || ""];
    box.addEventListener("change", () => box.checked || remember(form.elements, false));
    form.addEventListener("submit", () => box.checked && remember(form.elements, true));
  };

  // Pages of the server are asked for and their part is taken out

  const titleOf = (answer) => answer.page.querySelector("h1").textContent;
  const deskOf = (answer) => answer.page.querySelector(".comment-desk");

  const show = (desk, answer) => {
    const next = document.adoptNode(deskOf(answer));
    desk.replaceWith(next);
    if (desk === reply) makeReply(next, answered);
    else own = next;
    prepare(next);
    focusOn(next.querySelector(".error-summary, [role=alert], .comment-desk__preview") || next);
    status.textContent = titleOf(answer);
  };

  const thank = (desk, answer) => {
    const notice = element("div", "notice notice--good");
    const told = answer.page.querySelectorAll("main .notice > p");
    const title = element("p", "");
    title.append(element("strong", "", titleOf(answer)));
    notice.append(title, ...told, linkTo(answer.address, words.ownPage));
    desk.replaceWith(notice);
    if (desk === reply) putBack();
    focusOn(notice);
  };

  // A reply is written below what it answers: one form at a time, so that no id stands twice

  let own = first; // the form under the thread
  let reply = null;
  let answered = null; // the link that opened the reply
  let wanted = null; // the link chosen last, whose form may still be on its way
  const place = element("div", "");

  const putBack = () => {
    reply = null;
    place.replaceWith(own);
  };

  const cancel = () => {
    reply.remove();
    putBack();
    focusOn(answered);
  };

  const makeReply = (desk, link) => {
    [reply, answered] = [desk, link];
    desk.querySelector(".comment-desk__answered")?.remove();
    desk.prepend(element("h3", "", link.getAttribute("aria-label")));
    const back = element("button", "button button--quiet", words.cancel);
    back.type = "button";
    back.addEventListener("click", cancel);
    (desk.querySelector(".form__buttons") || desk).append(back);
  };

  const openReply = async (link) => {
    wanted = link;
    const desk = deskOf(await sending.reach(link.href));
    if (wanted !== link) return; // another one was chosen before this answer came
    const form = desk.querySelector("form");
    const before = (reply || own).querySelector("form");
    for (const name of ["name", "email"]) form.elements[name].value = before.elements[name].value;
    if (reply) reply.remove();
    else own.replaceWith(place);
    makeReply(document.adoptNode(desk), link);
    link.closest(".comment").append(reply);
    prepare(reply);
    focusOn(form.elements[form.elements.name.value ? "body" : "name"]);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(REPLIES);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const place = link.closest(".comment");
    sending.forget(place);
    openReply(link).catch((problem) => {
      if (problem.isAway) sending.tell(place, words.unreachable, () => link.click());
      else location.href = link.href;
    });
  });

  const prepare = (desk) => {
    const form = desk.querySelector("form");
    if (!form) return;
    addMemory(form);
    form.addEventListener("submit", ({ submitter }) => submitter?.name !== "preview" && sending.write(SENT, true));
    sending.keep(form, (_form, answer) => (answer.isKept ? thank : show)(desk, answer));
    addCounter(form);
  };

  // Replies that were begun: what was written comes back when the form is opened

  for (const link of document.querySelectorAll(REPLIES)) {
    const number = link.pathname.split("/").at(-3);
    if (sending.hasDraft(first.querySelector("form").action, number)) link.after(element("span", "comment__edited", words.begun));
  }

  // One's own comments, with what can be done to them. The page is the same for everybody, so the server is asked once.

  const markOwn = async () => {
    const { own } = await (await fetch(words.own)).json();
    if (!own.length) sending.write(SENT);
    for (const comment of own) {
      const shown = document.getElementById(`comment-${comment.id}`);
      if (!shown) continue; // on another page, or not public
      shown.querySelector(".comment__author").after(element("span", "badge", words.mine));
      const acts = [linkTo(comment.delete, words.delete, words.deleteMine)];
      if (comment.edit) acts.unshift(linkTo(comment.edit, words.edit, words.editMine));
      shown.querySelector(".comment__foot").append(...acts);
    }
  };

  prepare(first);
  if (stored(SENT)) markOwn().catch(() => {}); // a comfort: the page is whole without it
})();
