// The list of saved articles at /saved/.
(() => {
  const { read, write, without } = window.saved;
  const { lang } = document.documentElement;
  const language = lang === "en" ? "en-GB" : lang; // days before months, as the pages write them

  const element = (name, text, fields = {}) => Object.assign(document.createElement(name), { textContent: text }, fields);

  const place = document.getElementById("saved");
  const words = place.dataset;
  const status = element("p", "", { className: "visually-hidden", role: "status" });
  place.before(status);

  const remove = (list) => {
    write(list);
    listAll();
    status.textContent = words.removed;
    document.querySelector("h1").focus();
  };

  const item = ({ path, title, at }) => {
    const line = element("li", "");
    const day = new Date(at).toLocaleDateString(language, { dateStyle: "long" });
    const act = element("button", words.remove, { type: "button", className: "button button--quiet", ariaLabel: words.removeOne.replace("{title}", title) });
    act.addEventListener("click", () => remove(without(path)));
    const about = element("p", "");
    about.append(element("a", title, { href: path, dir: "auto" }), element("span", words.on.replace("{day}", day)));
    line.append(about, act);
    return line;
  };

  const listAll = () => {
    const saved = read();
    if (!saved.length) return place.replaceChildren(element("p", words.empty));
    const list = element("ul", "");
    list.append(...saved.map(item));
    const clear = element("button", words.clear, { type: "button", className: "button button--quiet" });
    clear.addEventListener("click", () => remove([]));
    place.replaceChildren(list, ...(saved.length > 1 ? [clear] : []));
  };

  listAll();
  addEventListener("storage", listAll);
})();
