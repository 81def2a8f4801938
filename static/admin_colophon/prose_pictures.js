// Pictures that are dropped on the prose editor or pasted into it go to the library, with the words that they need.
// Loaded by ProseWidget.

import { Extension, Plugin, crel } from "django-prose-editor/editor";

const picturesIn = (data) => [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));

// Programs that copy text put a picture of it beside it.
const isOnlyPictures = (data) => {
  const html = data.getData("text/html");
  return !html || !new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
};

const send = async (url, file, words) => {
  const body = new FormData();
  body.append("files", file, file.name);
  for (const [name, value] of Object.entries(words)) if (value) body.append(name, value);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body,
    redirect: "error",
  });
  const answer = response.ok || response.status === 422 ? await response.json() : {};
  if (!response.ok) throw new Error(answer.error || response.status);
  return answer;
};

const field = (id, label, input) =>
  crel("div", { className: "prose-editor-dialog-field" }, [crel("label", { htmlFor: id, textContent: label }), input]);

const buildDialog = (file, { labels }) => {
  const address = URL.createObjectURL(file);
  const alt = crel("textarea", { id: "dropped-alt", name: "alt_text", rows: 3, maxLength: 300 });
  const decoration = crel("input", { id: "dropped-decoration", name: "is_decoration", type: "checkbox" });
  const error = crel("p", { className: "errornote", role: "alert", hidden: true });
  const submit = crel("button", { type: "submit", textContent: labels.add });
  const cancel = crel("button", { type: "button", textContent: labels.cancel });
  const form = crel("form", { method: "dialog" }, [
    crel("h3", { id: "dropped-title", className: "prose-editor-dialog-title", textContent: labels.title }),
    crel("img", { className: "dropped-picture", src: address, alt: "" }),
    crel("p", { className: "prose-editor-help", textContent: file.name }),
    error,
    field(alt.id, labels.alt, alt),
    crel("div", { className: "prose-editor-dialog-field" }, [
      decoration,
      crel("label", { htmlFor: decoration.id, textContent: labels.decoration }),
    ]),
    crel("div", { className: "prose-editor-dialog-buttons" }, [submit, cancel]),
  ]);
  const dialog = crel("dialog", { className: "prose-editor-dialog", "aria-labelledby": "dropped-title" }, [form]);
  dialog.addEventListener("close", () => {
    URL.revokeObjectURL(address);
    dialog.remove();
  });
  cancel.addEventListener("click", () => dialog.close());
  return { dialog, form, alt, decoration, error, submit };
};

// Asks what the picture shows, and sends it. Resolves with the picture of the library, or null.
const askAndSend = (file, editor, options) =>
  new Promise((resolve) => {
    const { dialog, form, alt, decoration, error, submit } = buildDialog(file, options);
    const refuse = (text) => {
      error.hidden = false;
      error.textContent = text;
    };
    let picture = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (submit.disabled) return;
      if (!alt.value.trim() && !decoration.checked) {
        refuse(options.labels.needed);
        alt.focus();
        return;
      }
      submit.disabled = true;
      try {
        picture = await send(options.url, file, { alt_text: alt.value.trim(), is_decoration: decoration.checked ? "on" : "" });
        dialog.close();
      } catch (problem) {
        refuse(problem instanceof TypeError ? options.labels.notReached : problem.message);
        submit.disabled = false;
      }
    });
    dialog.addEventListener("close", () => resolve(picture));
    document.body.append(dialog); // not in the form around the editor, which would take its events for its own
    dialog.showModal();
    alt.focus();
  });

const figureOf = ({ id, url, alt_text: alt }) => ({
  type: "figure",
  content: [{ type: "image", attrs: { src: url, alt, file: String(id) } }],
});

// Behind the outermost block at a position, or in its place if it is empty.
const placeAt = (doc, position) => {
  const $position = doc.resolve(position);
  if (!$position.depth) return { from: position, to: position };
  const isEmpty = $position.node(1).isTextblock && !$position.node(1).content.size;
  return { from: isEmpty ? $position.before(1) : $position.after(1), to: $position.after(1) };
};

const positionsOf = (mark, doc) => {
  const found = [];
  doc.descendants((node, position) => {
    const text = node.text ?? "";
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) found.push(position + at);
  });
  return found;
};

export const LibraryUploads = Extension.create({
  name: "libraryUploads",

  addOptions() {
    return { url: "", labels: {} };
  },

  addProseMirrorPlugins() {
    const { editor, options } = this;

    // One position for each file. While somebody describes one picture, the text may change.
    const take = async (files, positions) => {
      let places = positions.map((position) => placeAt(editor.state.doc, position));
      const follow = ({ transaction: { mapping } }) => {
        places = places.map(({ from, to }) => ({ from: mapping.map(from), to: mapping.map(to) }));
      };
      editor.on("transaction", follow);
      for (const [number, file] of files.entries()) {
        const picture = await askAndSend(file, editor, options);
        if (picture && !editor.isDestroyed) editor.chain().focus().insertContentAt(places[number], figureOf(picture)).run();
      }
      editor.off("transaction", follow);
    };

    editor.on("picturesPasted", ({ files, mark }) => {
      const marks = positionsOf(mark, editor.state.doc);
      const withoutMarks = editor.state.tr.setMeta("addToHistory", false);
      for (const position of marks.toReversed()) withoutMarks.delete(position, position + mark.length);
      editor.view.dispatch(withoutMarks);
      const end = editor.state.selection.to;
      take(files, files.map((_file, number) => (number in marks ? marks[number] - number * mark.length : end)));
    });

    const handlePaste = (view, event) => {
      const files = picturesIn(event.clipboardData);
      if (!files.length || !isOnlyPictures(event.clipboardData)) return false;
      take(files, files.map(() => view.state.selection.to));
      return true;
    };

    const handleDrop = (view, event, _slice, isMoved) => {
      const files = picturesIn(event.dataTransfer);
      if (isMoved || !files.length) return false;
      const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
      event.preventDefault();
      take(files, files.map(() => place?.pos ?? view.state.selection.to));
      return true;
    };

    return [new Plugin({ props: { handlePaste, handleDrop } })];
  },
});
