// What our articles may hold and the prose editor does not know of itself: without these it would drop captions and
// heads of tables, titles of works, marks within code and figures of anything but one picture, as soon as a text is
// edited. Loaded by articles.admin.widgets.ProseWidget; each export takes the place of the editor's extension of that name.

import {
  Code as BaseCode,
  CodeBlock as BaseCodeBlock,
  Extension,
  Image as BaseImage,
  ListItem as BaseListItem,
  Mark,
  Node,
  Table as BaseTable,
  TableCell as BaseTableCell,
  TableHeader as BaseTableHeader,
  TableRow as BaseTableRow,
  mergeAttributes,
  updateAttrsDialog,
} from "django-prose-editor/editor";

// Table captions

const INLINE = new Set(["a", "cite", "code", "em", "s", "strong", "sub", "sup", "u"]);
const KEPT_AS = { b: "strong", i: "em" };
const SAFE_ADDRESS = /^(https?:|mailto:|#|\/(?![/\\]))/i;

const keptElement = (element) => {
  const name = KEPT_AS[element.localName] || element.localName;
  if (!INLINE.has(name)) return null;
  const copy = document.createElement(name);
  const address = element.getAttribute("href") || "";
  if (name === "a" && SAFE_ADDRESS.test(address)) copy.setAttribute("href", address);
  return copy;
};

// A copy that holds nothing but known elements: a caption may come from any page, by a paste.
const copyInline = (from, to) => {
  for (const child of from.childNodes) {
    if (child.nodeType === window.Node.TEXT_NODE) to.append(child.data.replace(/\s+/g, " "));
    if (child.nodeType !== window.Node.ELEMENT_NODE) continue;
    const kept = keptElement(child);
    copyInline(child, kept || to);
    if (kept) to.append(kept);
  }
  return to;
};

const ownCaption = (table) =>
  [...table.children].find((child) => child.localName === "caption");

const captionElement = (html) => {
  const caption = document.createElement("caption");
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return copyInline(parsed.body, caption);
};

const plainText = (html) => captionElement(html).textContent;

const escaped = (text) => {
  const holder = document.createElement("p");
  holder.textContent = text;
  return holder.innerHTML;
};

const showCaption = (view, html) => {
  ownCaption(view.table)?.remove();
  if (!html) return;
  const caption = captionElement(html);
  caption.contentEditable = "false";
  view.table.prepend(caption);
};

// Heads and feet of tables: the editor knows rows only, so each row remembers where it stood.

const groupOf = (row, index, rows) => {
  if (row.dataset.group) return row.dataset.group;
  const isHead =
    index === 0 &&
    rows.length > 1 &&
    rows.every((other) => !other.dataset.group) &&
    [...row.children].every((cell) => cell.localName === "th");
  return isHead ? "thead" : "tbody";
};

const regroup = (body) => {
  const rows = [...body.children];
  let group = null;
  rows.map(groupOf).forEach((name, index) => {
    if (group?.localName !== name) {
      group = document.createElement(name);
      body.before(group);
    }
    group.append(rows[index]);
    rows[index].removeAttribute("data-group");
  });
  body.remove();
};

const withRowGroups = (html) => {
  if (!html.includes("<table")) return html;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  holder.content.querySelectorAll("tbody").forEach(regroup);
  return holder.innerHTML;
};

export const Table = BaseTable.extend({
  addOptions() {
    return { ...this.parent?.(), captionLabel: "Caption", captionTitle: "Table caption", saveLabel: "Save",
      rowsLabel: "Rows", columnsLabel: "Columns", headLabel: "Header row", insertLabel: "Insert" };
  },

  addAttributes() {
    return {
      ...this.parent?.(),
      caption: {
        default: null,
        rendered: false,
        parseHTML: (table) => {
          const caption = ownCaption(table);
          return (caption && copyInline(caption, document.createElement("p")).innerHTML.trim()) || null;
        },
      },
    };
  },

  onBeforeCreate() {
    const { editor } = this;
    const getHTML = editor.getHTML.bind(editor);
    editor.getHTML = () => withRowGroups(getHTML());
  },

  parseHTML() {
    return [{ tag: "table" }, { tag: "caption", ignore: true }]; // or its words would become a row
  },

  renderHTML({ node, HTMLAttributes }) {
    const caption = node.attrs.caption ? [captionElement(node.attrs.caption)] : [];
    return ["table", mergeAttributes(this.options.HTMLAttributes, HTMLAttributes), ...caption, ["tbody", 0]];
  },

  addNodeView() {
    const makeView = this.parent();
    return (props) => {
      const view = makeView(props);
      const update = view.update;
      showCaption(view, props.node.attrs.caption);
      view.update = (node) => {
        if (!update(node)) return false;
        showCaption(view, node.attrs.caption);
        return true;
      };
      return view;
    };
  },

  addCommands() {
    const dialog = updateAttrsDialog(
      { caption: { type: "string", title: this.options.captionLabel } },
      { title: this.options.captionTitle, submitText: this.options.saveLabel },
    );
    const whole = { type: "number", format: "number", min: "1", max: "100", required: true };
    const newTable = updateAttrsDialog(
      {
        rows: { ...whole, title: this.options.rowsLabel },
        cols: { ...whole, title: this.options.columnsLabel },
        withHeaderRow: { type: "boolean", title: this.options.headLabel },
      },
      { title: this.options.insertLabel, submitText: this.options.insertLabel },
    );
    return {
      ...this.parent?.(),
      insertTableWithOptions: () => ({ editor }) => {
        newTable(editor, { rows: "3", cols: "3", withHeaderRow: true }).then((chosen) => {
          if (!chosen) return;
          const { rows, cols, withHeaderRow } = chosen;
          editor.chain().focus().insertTable({ rows: Number(rows), cols: Number(cols), withHeaderRow }).run();
        });
        return true;
      },
      editTableCaption: () => ({ editor }) => {
        const present = plainText(editor.getAttributes("table").caption || "");
        dialog(editor, { caption: present }).then((typed) => {
          // Unchanged words keep their emphasis and links.
          if (!typed || typed.caption === present) return;
          const caption = escaped(typed.caption.trim()) || null;
          editor.chain().focus().updateAttributes("table", { caption }).run();
        });
        return true;
      },
    };
  },

  addMenuItems(storage) {
    this.parent?.(storage);
    storage.menu.defineItem({
      name: "table:caption",
      groups: "table",
      command: (editor) => editor.commands.editTableCaption(),
      button: storage.buttons.material("subtitles", this.options.captionTitle),
      active: (editor) => Boolean(editor.getAttributes("table").caption),
      hidden: (editor) => !editor.isActive("table"),
    });
  },
});

export const TableRow = BaseTableRow.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      group: {
        default: null,
        parseHTML: (row) => ["thead", "tfoot"].find((name) => row.parentElement?.localName === name) || null,
        renderHTML: ({ group }) => (group ? { "data-group": group } : {}),
      },
    };
  },
});

// Alignment is left to the stylesheet, as on the server.
const cellAttributes = (inherited) => {
  const { align, ...attributes } = inherited;
  return attributes;
};

export const TableCell = BaseTableCell.extend({
  addAttributes() {
    return cellAttributes(this.parent());
  },
});

export const TableHeader = BaseTableHeader.extend({
  addAttributes() {
    return { ...cellAttributes(this.parent()), scope: { default: null } };
  },
});

// Titles of works

export const Cite = Mark.create({
  name: "cite",

  addOptions() {
    return { label: "Title of a work" };
  },

  parseHTML: () => [{ tag: "cite" }],

  renderHTML: () => ["cite", 0],

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "cite",
      groups: "marks",
      command: (editor) => editor.chain().focus().toggleMark("cite").run(),
      button: buttons.material("menu_book", this.options.label),
      active: (editor) => editor.isActive("cite"),
      enabled: (editor) => editor.can().toggleMark("cite"),
    });
  },
});

// The editor's items start with a paragraph, and a list with another item would fall apart: an empty one is put first,
// which falls away on the server.

const STARTS_BADLY = "h2, h3, h4, blockquote, pre, figure, table, hr, img, ul, ol";

const withFirstParagraph = (item) => {
  const first = [...item.childNodes].find((child) => child.localName || child.data?.trim());
  if (!first?.matches?.(STARTS_BADLY)) return item;
  const copy = item.cloneNode(true);
  copy.prepend(document.createElement("p"));
  return copy;
};

export const ListItem = BaseListItem.extend({
  parseHTML: () => [{ tag: "li", contentElement: withFirstParagraph }],
});

// Links and emphasis go together with code.

export const Code = BaseCode.extend({ excludes: "code" });

export const CodeBlock = BaseCodeBlock.extend({
  marks: "bold cite italic link strike subscript superscript underline",
});

// Figures that are not one picture: a quotation, a table, several pictures.

const isOnePicture = (figure) =>
  [...figure.children].filter((child) => child.localName !== "figcaption").map((child) => child.localName).join() ===
  "img";

export const AnyFigure = Node.create({
  name: "anyFigure",
  group: "block",
  content: "block+",
  isolating: true,
  parseHTML: () => [
    { tag: "figure", priority: 60, getAttrs: (figure) => (isOnePicture(figure) ? false : null) },
  ],
  renderHTML: () => ["figure", 0],
});

// A box beside the course of the text: a warning, a tip, a note.

export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,

  addOptions() {
    return { label: "Callout" };
  },

  parseHTML: () => [{ tag: "aside" }],

  renderHTML: () => ["aside", 0],

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "callout",
      groups: "nodes",
      command: (editor) => editor.chain().focus().toggleWrap("callout").run(),
      button: buttons.material("campaign", this.options.label),
      active: (editor) => editor.isActive("callout"),
      enabled: (editor) => editor.isActive("callout") || editor.can().wrapIn("callout"),
    });
  },
});

// The editor names its buttons in English, and most of them before any extension is asked: they get our names when they
// are taken out to be shown.

const rename = ({ button, option }, names) => {
  if (names[button?.title]) {
    button.title = names[button.title];
    button.setAttribute("aria-label", button.title);
  }
  if (names[option?.textContent]) option.textContent = names[option.textContent];
};

export const ButtonNames = Extension.create({
  name: "buttonNames",

  addOptions() {
    return { names: {} };
  },

  addMenuItems({ menu }) {
    const { names } = this.options;
    const items = menu.items;
    menu.items = (groups) => {
      const found = items(groups);
      found.forEach((item) => rename(item, names));
      return found;
    };
  },
});

export const Image = BaseImage.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      image: {
        default: null,
        parseHTML: (picture) => picture.getAttribute("data-image"),
        renderHTML: ({ image }) => (image ? { "data-image": image } : {}),
      },
    };
  },
});
