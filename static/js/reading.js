// Comforts for readers of an article. The page is whole without any of them.
(() => {
  const article = document.querySelector(".article");
  if (!article) return;
  const words = article.dataset;
  const status = document.createElement("p");
  status.className = "toast";
  status.setAttribute("role", "status");
  document.body.append(status);

  let fading;
  const say = (text) => {
    status.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => (status.textContent = ""), 4000);
  };

  const copy = (address) =>
    navigator.clipboard.writeText(address).then(
      () => say(words.copied),
      () => say(address),
    );

  // A link beside each heading. Not within it, where it would be read out as part of the heading.

  const addPermalink = (heading) => {
    const link = document.createElement("a");
    link.className = "permalink";
    link.href = `#${heading.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", `${words.permalink}: ${heading.textContent}`);
    link.addEventListener("click", () => navigator.clipboard && copy(link.href));
    heading.after(link);
  };

  article.querySelectorAll(".prose > :is(h2, h3, h4)[id]").forEach(addPermalink);

  // Where one is, in the contents list

  const contents = article.querySelector(".contents");
  const entries = new Map();
  contents?.querySelectorAll("a").forEach((link) => {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) entries.set(heading, link);
  });

  const keepInView = (link) => {
    const list = contents.getBoundingClientRect();
    const { top, bottom } = link.getBoundingClientRect();
    if (top < list.top || bottom > list.bottom) contents.scrollTop += top - list.top - list.height / 2;
  };

  const LINE = 0.3; // of the window's height: what is above it has been reached

  const markCurrent = () => {
    const reached = [...entries.keys()].filter(
      (heading) => heading.getBoundingClientRect().top < innerHeight * LINE,
    );
    const current = entries.get(reached.at(-1));
    for (const link of entries.values()) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    if (current) keepInView(current);
    else if (contents) contents.scrollTop = 0;
  };

  // All that is above the line counts as in view: a heading that is jumped over crosses it too.
  const rootMargin = `999999px 0px -${100 - LINE * 100}% 0px`;
  const watcher = new IntersectionObserver(markCurrent, { rootMargin });
  entries.forEach((_, heading) => watcher.observe(heading));

  // About how long the rest of the text takes. Not said aloud: it changes all the time.

  const text = article.querySelector(".prose--article");
  const left = document.createElement("p");
  left.className = "time-left";
  left.ariaHidden = true;

  const showLeft = () => {
    const { top, bottom, height } = text.getBoundingClientRect();
    const below = bottom - innerHeight - 1; // places are fractions of a pixel
    const rest = Math.ceil((words.minutes * below) / height);
    left.hidden = top > 0 || rest < 1;
    left.textContent = words.left.replace("{n}", rest);
  };

  if (words.minutes > 1) {
    left.hidden = true;
    article.append(left);
    addEventListener("scroll", showLeft, { passive: true });
  }

  // A reference's text beside its mark, on hover and on keyboard focus (WCAG 1.4.13)

  const preview = document.createElement("span");
  const canPreview = "popover" in preview;
  preview.className = "reference-preview";
  preview.id = "reference-preview";
  preview.popover = "manual";
  let shownFor = null;
  let waiting;

  const fill = (mark) => {
    const source = document.querySelector(`${mark.hash} > [dir]`);
    const address = document.querySelector(`${mark.hash} > .references__address`);
    preview.replaceChildren(...[source, address].filter(Boolean).map((part) => part.cloneNode(true)));
    return Boolean(source);
  };

  const place = (mark) => {
    const { left, top, bottom } = mark.getClientRects()[0];
    const { offsetWidth, offsetHeight } = preview;
    const room = document.documentElement.clientWidth - offsetWidth - 8;
    preview.style.left = `${Math.max(8, Math.min(left - 16, room))}px`;
    preview.style.top = `${top > offsetHeight + 8 ? top - offsetHeight : bottom}px`;
  };

  const hide = () => {
    clearTimeout(waiting);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    preview.remove();
  };

  const show = (mark) => {
    clearTimeout(waiting);
    if (mark === shownFor) return;
    hide();
    if (!fill(mark)) return;
    // Right after its mark, so that Tab goes on from the mark to the address in it.
    mark.after(preview);
    preview.showPopover();
    place(mark);
    mark.setAttribute("aria-describedby", preview.id);
    shownFor = mark;
  };

  const later = (act, delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(act, delay);
  };

  const markOf = (target) => target.closest?.(".reference-mark, .reference-preview");

  const enter = ({ target, pointerType }) => {
    const mark = markOf(target);
    if (!mark || pointerType === "touch") return;
    if (mark === preview) clearTimeout(waiting);
    else later(() => show(mark), 150);
  };

  const leave = ({ target }) => {
    // What has the keyboard's focus keeps its preview when the pointer wanders off.
    if (!markOf(target)) return;
    later(() => document.activeElement !== shownFor && !preview.contains(document.activeElement) && hide(), 300);
  };

  const focus = ({ target }) => {
    const mark = markOf(target);
    if (!mark) hide();
    else if (mark !== preview && mark.matches(":focus-visible")) show(mark);
  };

  if (canPreview) {
    article.addEventListener("pointerover", enter);
    article.addEventListener("pointerout", leave);
    article.addEventListener("click", ({ target }) => markOf(target)?.matches("a") && hide());
    document.addEventListener("focusin", focus);
    addEventListener("keydown", ({ key }) => key === "Escape" && hide());
    addEventListener("scroll", () => shownFor && place(shownFor), { passive: true });
    addEventListener("resize", hide);
  }

  // Share, copy, print

  const share = { title: document.title, url: words.address };
  const acts = {
    copy: () => copy(words.address),
    print: () => print(),
    share: () => navigator.share(share).catch(() => {}),
  };
  // The system's sheet can copy, too.
  const able = { copy: navigator.clipboard && !navigator.share, print: true, share: navigator.share };

  article.querySelectorAll("[data-act]").forEach((button) => {
    const { act } = button.dataset;
    if (able[act]) button.addEventListener("click", acts[act]);
    else button.remove();
  });
})();
