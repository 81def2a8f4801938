// Pasting into the prose editor: from word processors, web pages, and text in Markdown. Loaded by ProseWidget.
//
// Word processors write bold and italic as style attributes. The content security policy keeps the browser from reading
// those, also in a paste, so they become elements before the editor sees them. All other styles go, as on the server.

import { Extension, Plugin, pm } from "django-prose-editor/editor";

// The names of editors for screen readers

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const label = textarea.labels[0]?.textContent.replace(/:\s*$/, "").trim();
  const attributes = label ? { "aria-label": label } : {};
  editor.setOptions({ editorProps: { ...editor.options.editorProps, attributes } });
});

// Styles

const says = (style, name, values) => new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*(?:${values})`, "i").test(style);

const meantElements = (style) =>
  [
    says(style, "font-weight", "bold|[6-9]00") && "strong",
    says(style, "font-style", "italic") && "em",
    says(style, "vertical-align", "super") && "sup",
    says(style, "vertical-align", "sub(?!\\w|per)") && "sub",
  ].filter(Boolean);

// One word processor wraps whole documents in <b style="font-weight: normal">.
const isUndone = (element, style) =>
  (element.matches("b, strong") && says(style, "font-weight", "normal|400")) ||
  (element.matches("i, em") && says(style, "font-style", "normal"));

const rewrite = (element) => {
  const style = element.dataset.pastedStyle;
  element.removeAttribute("data-pasted-style");
  if (isUndone(element, style)) {
    element.replaceWith(...element.childNodes);
  } else if (element.matches("span")) {
    for (const name of meantElements(style)) {
      const wrap = element.ownerDocument.createElement(name);
      wrap.append(...element.childNodes);
      element.append(wrap);
    }
  }
};

const make = (name, ...children) => {
  const element = document.createElement(name);
  element.append(...children);
  return element;
};

const styleOf = (element) => element.dataset.pastedStyle ?? "";

// Lists: one program writes paragraphs with a level, and each sign as text before them; its version for browsers writes
// a list of one item for each, in a box of its own.

const LEVEL = /mso-list:\s*l\d+\s+level(\d+)/i;
const NUMBERED = /^\(?(\d+|[a-z]|[ivxlcdm]+)[.)]$/i;

const listItem = (level, sign, nodes) => {
  const number = parseInt(sign.replace("(", ""), 10);
  return { level, tag: NUMBERED.test(sign) ? "ol" : "ul", start: number > 1 ? number : null, nodes };
};

const itemOfParagraph = (paragraph) => {
  const level = Number(LEVEL.exec(styleOf(paragraph))?.[1]);
  if (!level || paragraph.localName !== "p") return null;
  const sign = paragraph.querySelector('[data-pasted-style*="mso-list:ignore" i], [data-pasted-style*="mso-list: ignore" i]');
  const text = sign?.textContent.trim() ?? "";
  sign?.remove();
  return listItem(level, text, [...paragraph.childNodes]);
};

const itemOfBox = (box) => {
  const items = box.matches(".ListContainerWrapper") ? box.querySelectorAll("li[data-aria-level]") : [];
  if (items.length !== 1) return null;
  const [item] = items;
  const number = item.dataset.ariaPosinset ?? item.getAttribute("aria-posinset");
  const sign = item.parentElement.localName === "ol" ? `${number}.` : "•";
  const nodes = [...item.childNodes].flatMap((node) => (node.localName === "p" ? [...node.childNodes] : [node]));
  return listItem(Number(item.dataset.ariaLevel), sign, nodes);
};

const nested = (items) => {
  const lists = [];
  const open = [];
  for (const { level, tag, start, nodes } of items) {
    while (open.length && open.at(-1).level > level) open.pop();
    if (open.at(-1)?.level === level && open.at(-1).list.localName !== tag) open.pop();
    if (!open.length || open.at(-1).level < level) {
      const list = make(tag);
      if (start) list.setAttribute("start", start);
      const parent = open.at(-1)?.list.lastElementChild;
      if (parent) parent.append(list);
      else lists.push(list);
      open.push({ level, list });
    }
    open.at(-1).list.append(make("li", make("p", ...nodes)));
  }
  return lists;
};

const listsOfParagraphs = (page) => {
  for (const parent of new Set([...page.querySelectorAll("p, .ListContainerWrapper")].map((part) => part.parentElement))) {
    let run = [];
    const close = () => {
      if (run.length) run[0].element.before(...nested(run.map(({ item }) => item)));
      for (const { element } of run) element.remove();
      run = [];
    };
    for (const element of [...parent.children]) {
      const item = itemOfParagraph(element) ?? itemOfBox(element);
      if (item) run.push({ element, item });
      else close();
    }
    close();
  }
};

// Footnotes: a mark is a link to the note, and the note begins with a link back.

const MARK = /#_?((?:ftn|edn|ftnt)\d+)$/;
const BACK = /#_?(ftn|edn|ftnt)_?ref(\d+)$/;

const takeNotes = (page) => {
  const notes = new Map();
  for (const link of page.querySelectorAll('a[href*="ref"]')) {
    const back = BACK.exec(link.getAttribute("href"));
    const holder = back && link.closest('div[id^="ftn"], div[id^="edn"], li, p');
    if (!holder) continue;
    link.remove();
    const url = [...holder.querySelectorAll("a[href]")].map((inner) => inner.getAttribute("href"));
    notes.set(`${back[1]}${back[2]}`, {
      text: holder.textContent.replace(/\s+/g, " ").trim(),
      url: url.find((address) => /^https?:/i.test(address)) ?? "",
    });
    holder.remove();
  }
  for (const box of page.querySelectorAll('[data-pasted-style*="mso-element:footnote-list" i], [data-pasted-style*="mso-element:endnote-list" i]')) {
    box.remove();
  }
  return notes;
};

// Turns the marks of footnotes into [n], counted on from `highest`, and returns their notes as { number, text, url }. Marks
// whose note is not in the page keep the number that they show.
const marksOfFootnotes = (page, highest) => {
  const notes = takeNotes(page);
  const found = [];
  const numbers = new Map();
  for (const link of page.querySelectorAll('a[href*="#"]')) {
    const key = MARK.exec(link.getAttribute("href"))?.[1];
    if (!key) continue;
    const note = notes.get(key);
    if (note && !numbers.has(key)) {
      numbers.set(key, highest + numbers.size + 1);
      found.push({ number: numbers.get(key), ...note });
    }
    const number = numbers.get(key) ?? link.textContent.replace(/\D/g, "");
    const raised = link.closest("sup");
    (raised?.textContent === link.textContent ? raised : link).replaceWith(number ? `[${number}]` : "");
  }
  return found;
};

// What is only there for the look of a page

const withoutRests = (page) => {
  for (const mark of page.querySelectorAll("o\\:p, w\\:sdt, font")) mark.replaceWith(...mark.childNodes);
  for (const line of page.querySelectorAll("br")) {
    const isBetweenBlocks = line.parentElement === page || line.parentElement.matches("b[id^=docs-internal-guid]");
    if (isBetweenBlocks || line.matches(".Apple-interchange-newline") || /page-break/i.test(styleOf(line))) line.remove();
  }
  for (const paragraph of page.querySelectorAll("p")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("img, br")) paragraph.remove();
  }
};

// Pages

// The title is the page's first heading, and below the fourth there is none: as the server has it.
const withOurHeadings = (html) => html.replace(/<(\/?)h1\b/gi, "<$1h2").replace(/<(\/?)h[56]\b/gi, "<$1h4");

const AROUND_THE_TEXT = "nav, form, button, input, select, textarea, iframe, script, style, svg, video, audio, noscript, [hidden]";

const readPage = (html) => {
  const renamed = html
    .replace(/<style[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)(?=\s*=)/gi, " data-pasted-$1"));
  return new DOMParser().parseFromString(renamed, "text/html").body;
};

const dropForeignPictures = (page) => {
  const isOwn = (picture) => /^\/(?![/\\])/.test(picture.getAttribute("src") ?? "");
  const foreign = [...page.querySelectorAll("img")].filter((picture) => !isOwn(picture));
  for (const picture of foreign) picture.remove();
  return foreign.length;
};

// Pictures that came within the text, as data: addresses. prose_pictures.js asks for their words, and puts them where the
// marks stand: a sign for private use, which no text has.
const PICTURE_MARK = "\ue001";

const takePictures = (page) => {
  const files = [];
  for (const picture of page.querySelectorAll('img[src^="data:image/"]')) {
    const [, type, content] = /^data:([^;,]+);base64,(.*)$/s.exec(picture.getAttribute("src")) ?? [];
    if (!content) continue;
    try {
      const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
      files.push(new File([bytes], `${picture.alt || "picture"}.${type.replace(/^image\/|\+.*/g, "")}`, { type }));
    } catch {
      continue; // cut off: it is dropped like those of other sites
    }
    picture.replaceWith(PICTURE_MARK);
  }
  return files;
};

// References of the article's form

const numberFields = () =>
  [...document.querySelectorAll('[name^="references-"][name$="-number"]')].filter(({ name }) => !name.includes("__"));

const highestReference = () => Math.max(0, ...numberFields().map((field) => Number(field.value) || 0));

const fill = (name, value) => {
  const field = document.querySelector(`[name="${name}"]`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const addReference = ({ number, text, url }) => {
  document.querySelector("#references-group .add-row a").click();
  const prefix = numberFields().at(-1).name.replace(/number$/, "");
  fill(`${prefix}number`, number);
  fill(`${prefix}text`, text);
  fill(`${prefix}url`, url);
};

const asParagraphs = (page, notes) => {
  for (const { number, text } of notes) {
    page.append(Object.assign(document.createElement("p"), { textContent: `[${number}] ${text}` }));
  }
};

// Markdown

const MARKDOWN = [
  /^#{1,6} \S/m, // a heading
  /^\s*[-*+] \S.*\n\s*[-*+] \S/m, // a list
  /^\s*\d+[.)] \S.*\n\s*\d+[.)] \S/m,
  /\*\*[^\s*][^*\n]*\*\*|__[^\s_][^_\n]*__/, // bold
  /\[[^\]\n]+\]\((?:https?:|\/|mailto:)[^)\s]*\)/, // a link
  /^\|.*\|\s*\n\|[\s:|-]+\|\s*$/m, // a table
  /^```/m,
  /^> \S/m,
];

const looksLikeMarkdown = (text) => MARKDOWN.some((sign) => sign.test(text.replace(/\r\n?/g, "\n")));

// The text without formats of some programs comes with a copy that shows it in their colours.
const isPlain = (data) => !data.getData("text/html") || data.types.includes("vscode-editor-data");

const htmlOfMarkdown = async (url, text) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
    body: new URLSearchParams({ text }),
    redirect: "error",
  });
  return response.ok ? (await response.json()).html : "";
};

// Whole blocks, where the pasted text begins and ends with one.
const wholeBlocks = (doc, { from, to }) => {
  const [start, end] = [doc.resolve(from), doc.resolve(to)];
  return {
    from: start.depth && start.parentOffset === 0 ? start.before() : from,
    to: end.depth && end.parentOffset === end.parent.content.size ? end.after() : to,
  };
};

export const Pasting = Extension.create({
  name: "pasting",

  addOptions() {
    return { markdownUrl: "", labels: {} };
  },

  addStorage() {
    return { isPastingText: false };
  },

  onCreate() {
    this.storage.status = document.createElement("p");
    this.storage.status.className = "prose-status";
    this.storage.status.setAttribute("role", "status");
    this.editor.view.dom.closest(".prose-editor")?.after(this.storage.status);
  },

  addProseMirrorPlugins() {
    const { editor, options, storage } = this;

    const tell = (name, count) => {
      storage.status.textContent = options.labels[name].replace("{count}", count);
    };

    const transformPastedHTML = (html) => {
      if (html.includes("data-pm-slice")) return html; // from an editor like this one
      const page = readPage(withOurHeadings(html));
      for (const part of page.querySelectorAll(AROUND_THE_TEXT)) part.remove();
      const notes = marksOfFootnotes(page, highestReference());
      listsOfParagraphs(page);
      withoutRests(page);
      page.querySelectorAll("[data-pasted-style]").forEach(rewrite);
      const hasReferences = document.querySelector("#references-group .add-row a");
      if (hasReferences) notes.forEach(addReference);
      else asParagraphs(page, notes);
      const files = takePictures(page);
      // Once the text is there.
      if (files.length) setTimeout(() => editor.emit("picturesPasted", { files, mark: PICTURE_MARK }));
      const pictures = dropForeignPictures(page);
      if (notes.length && hasReferences) tell("notes", notes.length);
      if (pictures) tell("pictures", pictures);
      return page.innerHTML;
    };

    const turnIntoHtml = async (text, pasted) => {
      let range = pasted;
      const follow = ({ transaction: { mapping } }) => {
        range = { from: mapping.map(range.from, -1), to: mapping.map(range.to) };
      };
      editor.on("transaction", follow);
      const html = await htmlOfMarkdown(options.markdownUrl, text).catch(() => "");
      editor.off("transaction", follow);
      if (!html || editor.isDestroyed) return;
      // A step of its own: undoing it brings the text as it was pasted back.
      editor.view.dispatch(pm.history.closeHistory(editor.state.tr));
      editor.chain().insertContentAt(wholeBlocks(editor.state.doc, range), html).run();
      tell("markdown");
    };

    const handlePaste = (view, event) => {
      const data = event.clipboardData;
      const text = data?.getData("text/plain") ?? "";
      const asItIs = storage.isPastingText || view.input?.shiftKey || editor.isActive("codeBlock");
      if (asItIs || !options.markdownUrl || !isPlain(data) || !looksLikeMarkdown(text)) return false;
      const { from } = view.state.selection;
      storage.isPastingText = true;
      view.pasteText(text, event);
      storage.isPastingText = false;
      turnIntoHtml(text, { from, to: view.state.selection.to });
      return true;
    };

    return [new Plugin({ props: { transformPastedHTML, handlePaste } })];
  },
});
