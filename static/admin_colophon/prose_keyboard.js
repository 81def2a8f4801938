// Ways on with the keyboard, and the pull quote. Loaded by ProseWidget.

import { Extension, pm } from "django-prose-editor/editor";

// The caret goes behind the outermost block, into a paragraph that is made if nothing to write in follows.
const goBehind = (editor) => {
  const { $to } = editor.state.selection;
  if (!$to.depth && !editor.state.selection.node) return false;
  const end = $to.depth ? $to.after(1) : $to.pos;
  const chain = editor.chain();
  if (!editor.state.doc.nodeAt(end)?.isTextblock) chain.insertContentAt(end, { type: "paragraph" });
  return chain.setTextSelection(end + 1).scrollIntoView().run();
};

const isInLastBlock = ({ doc, selection: { $to } }) => ($to.depth ? $to.after(1) : $to.pos) === doc.content.size;

const isPlainEnd = ({ doc }) => ["paragraph", "heading"].includes(doc.lastChild?.type.name);

export const WaysOn = Extension.create({
  name: "waysOn",
  priority: 1000, // before the table's own keys

  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      // The last cell leads out of the table: rows have buttons, and nothing keeps the caret.
      Tab: () => editor.isActive("table") && (editor.commands.goToNextCell() || goBehind(editor)),
      Enter: () => editor.isActive("caption") && goBehind(editor),
      ArrowDown: () => {
        const { state, view } = editor;
        const stays = !state.selection.empty && !state.selection.node;
        if (stays || isPlainEnd(state) || !isInLastBlock(state)) return false;
        return (state.selection.node || view.endOfTextblock("down")) && isLastLine(state) ? goBehind(editor) : false;
      },
    };
  },

  // A click below a table or figure that ends the text
  onCreate() {
    const { editor } = this;
    editor.view.dom.addEventListener("mousedown", (event) => {
      const last = editor.view.dom.lastElementChild;
      if (event.target !== editor.view.dom || isPlainEnd(editor.state)) return;
      if (event.clientY < last.getBoundingClientRect().bottom) return;
      event.preventDefault();
      const end = editor.state.doc.content.size;
      editor.chain().focus().insertContentAt(end, { type: "paragraph" }).setTextSelection(end + 1).run();
    });
  },
});

// Below the caret nothing of the last block follows: the last row of a table, the last paragraph of a box.
const isLastLine = ({ selection: { $to } }) => {
  for (let depth = 1; depth < $to.depth; depth += 1) {
    const isRow = $to.node(depth).type.name === "tableRow";
    if (!isRow && $to.indexAfter(depth) < $to.node(depth).childCount) return false;
  }
  return true;
};

// A short quotation with its source, which readers see set apart (articles/rich_text/presenting.py)

const quoteDepth = ($position) => {
  for (let depth = $position.depth; depth > 0; depth -= 1) {
    if ($position.node(depth).type.name === "blockquote") return depth;
  }
  return 0;
};

export const PullQuote = Extension.create({
  name: "pullQuote",

  addOptions() {
    return { label: "Pull quote", source: "Source" };
  },

  addCommands() {
    const { source } = this.options;
    return {
      // Puts the source at the end of the quotation around the caret, and selects it to be typed over.
      addSource: () => ({ tr, state, dispatch }) => {
        const depth = quoteDepth(tr.selection.$to);
        if (!depth) return false;
        if (!dispatch) return true;
        const { cite } = state.schema.marks;
        const end = tr.selection.$to.end(depth);
        tr.insert(end, state.schema.nodes.paragraph.create(null, state.schema.text(source, [cite.create()])));
        tr.setSelection(pm.state.TextSelection.create(tr.doc, end + 1, end + 1 + source.length)).scrollIntoView();
        return true;
      },
    };
  },

  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "pullQuote",
      groups: "nodes",
      command: (editor) => {
        const chain = editor.chain().focus();
        (editor.isActive("blockquote") ? chain : chain.wrapIn("blockquote")).addSource().run();
      },
      button: buttons.material("record_voice_over", this.options.label),
      enabled: (editor) => editor.isActive("blockquote") || editor.can().wrapIn("blockquote"),
    });
  },
});
