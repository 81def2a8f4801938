// The link dialog of the prose editor, with a field that finds pages of this site by their title (a combobox with a list,
// as the ARIA Authoring Practices describe it). The address of the chosen page is what the link keeps.

import { Link as BaseLink, updateAttrsDialog } from "django-prose-editor/editor";

const REST = 250; // milliseconds without a key before the server is asked

const element = (name, attributes, text = "") => {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
};

class Chooser {
  constructor(dialog, { targetsUrl, words }) {
    this.url = targetsUrl;
    this.words = words;
    this.input = dialog.querySelector("input[name=page]");
    this.address = dialog.querySelector("input[name=href]");
    const id = `${this.input.id}-list`;
    this.list = element("ul", { id, role: "listbox", class: "link-targets", "aria-label": words.search });
    this.list.hidden = true;
    this.status = element("p", { class: "link-targets__status", "aria-live": "polite" });
    this.input.after(this.list, this.status);
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    Object.entries(roles).forEach(([key, value]) => this.input.setAttribute(key, value));
    this.input.autocomplete = "off";
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), REST);
  }

  async find() {
    const typed = this.input.value.trim();
    if (!typed) {
      this.show([]);
      this.status.textContent = "";
      return;
    }
    const answer = await fetch(`${this.url}?${new URLSearchParams({ q: typed })}`).catch(() => null);
    if (!answer?.ok || typed !== this.input.value.trim()) return;
    const { results } = await answer.json();
    this.show(results);
    this.status.textContent = results.length ? this.words.found : this.words.none;
  }

  show(results) {
    const options = results.map(({ title, kind, address }, index) => {
      const id = `${this.list.id}-${index}`;
      const option = element("li", { id, role: "option", "aria-selected": "false", "data-address": address });
      option.append(element("span", { dir: "auto" }, title), " ", element("span", { class: "quiet" }, kind));
      return option;
    });
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(null);
  }

  mark(option) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  press(event) {
    const marked = this.list.querySelector("[aria-selected=true]");
    const { firstElementChild: first, lastElementChild: last } = this.list;
    if (event.key === "Enter") {
      event.preventDefault(); // it chooses, and does not close the dialog
      this.choose(marked || first);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.show([]);
    } else if (event.key === "ArrowDown" && !this.list.hidden) {
      event.preventDefault();
      this.mark(marked?.nextElementSibling || first);
    } else if (event.key === "ArrowUp" && !this.list.hidden) {
      event.preventDefault();
      this.mark(marked?.previousElementSibling || last);
    }
  }

  choose(option) {
    if (!option) return;
    this.address.value = option.dataset.address;
    this.input.value = option.firstElementChild.textContent;
    this.show([]);
    this.status.textContent = "";
    this.address.focus();
  }
}

export const Link = BaseLink.extend({
  addOptions() {
    return { ...this.parent?.(), targetsUrl: "", words: {} };
  },

  addCommands() {
    const { words } = this.options;
    const ask = updateAttrsDialog(
      {
        page: { type: "string", title: words.search },
        href: { type: "string", title: words.address },
        title: { type: "string", title: words.title },
      },
      { title: words.heading, submitText: words.save },
    );
    return {
      ...this.parent?.(),
      addLink: () => ({ editor }) => {
        const isLink = editor.isActive("link");
        if (editor.state.selection.empty && !isLink) return;
        const typed = ask(editor, editor.getAttributes("link"));
        const dialogs = editor.view.dom.parentElement.querySelectorAll("dialog");
        new Chooser([...dialogs].at(-1), this.options);
        typed.then((attributes) => {
          if (!attributes?.href) return;
          const { href, title } = attributes;
          const chain = editor.chain().focus();
          if (isLink) chain.extendMarkRange("link").updateAttributes("link", { href, title: title || null }).run();
          else chain.setMark("link", { href, title: title || null }).run();
        });
      },
    };
  },
});
