// The form of an article: counts words while somebody types, lists the headings, and shows the text alone.

const REST = 400; // after the last key press
const WORDS_PER_MINUTE = 230; // as articles/rich_text/deriving.py, which also counts these signs one by one
const UNSPACED = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/g;

const length = document.querySelector("[data-length]");
const outline = document.querySelector("[data-outline]");
const fullScreen = document.querySelector("[data-full-screen]");
const menus = [...document.querySelectorAll(".writing-bar__menu")];
const text = () => document.querySelector(".field-body .ProseMirror[contenteditable=true]");

// The title is one line, however it is wrapped.

const title = document.querySelector(".field-title textarea");
title?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  document.querySelector(".field-standfirst textarea")?.focus();
});
title?.addEventListener("input", () => {
  if (/[\r\n]/.test(title.value)) title.value = title.value.replace(/\s*[\r\n]+\s*/g, " ");
});

// Words

const countWords = (plain) => {
  const spaced = plain.replace(UNSPACED, " ").split(/\s+/);
  const signs = plain.match(UNSPACED)?.length ?? 0;
  return signs + spaced.filter((word) => /[\p{L}\p{N}_]/u.test(word)).length;
};

const showLength = () => {
  if (!text()) return;
  const words = countWords(text().innerText);
  const minutes = Math.max(1, Math.round(words / WORDS_PER_MINUTE));
  const form = words === 1 ? length.dataset.one : length.dataset.many;
  length.textContent = form.replace("{words}", words).replace("{minutes}", minutes);
};

let rest = null;
length.closest("form").addEventListener("input", () => {
  clearTimeout(rest);
  rest = setTimeout(showLength, REST);
});

// Outline

const goTo = (heading) => {
  outline.open = false;
  getSelection().collapse(heading, 0);
  text().focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
};

const lineOf = (heading) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => goTo(heading));
  const line = document.createElement("li");
  line.dataset.level = heading.localName[1];
  line.append(button);
  return line;
};

outline.addEventListener("toggle", () => {
  if (!outline.open) return;
  const headings = [...(text()?.querySelectorAll("h2, h3, h4") ?? [])];
  const lines = headings.filter((heading) => heading.textContent.trim()).map(lineOf);
  outline.querySelector("[data-outline-list]").replaceChildren(...lines);
  outline.querySelector("[data-outline-empty]").hidden = lines.length > 0;
});

// Full screen

const isFull = () => fullScreen.getAttribute("aria-pressed") === "true";

const setFull = (isOn) => {
  fullScreen.setAttribute("aria-pressed", isOn);
  document.documentElement.classList.toggle("is-full-screen", isOn);
};

fullScreen.addEventListener("click", () => setFull(!isFull()));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const open = menus.find((menu) => menu.open);
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (isFull()) {
    setFull(false);
  }
});

document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});

// The bar is as high as its lines: what stays below it has to know.

new ResizeObserver(([bar]) => {
  document.documentElement.style.setProperty("--bar", `${bar.target.offsetHeight}px`);
}).observe(length.closest(".writing-bar"));

outline.hidden = false;
fullScreen.hidden = false;
