// Articles that a reader saves on this device: the button of an article. saved_list.js has the list. Nothing of it is sent.
(() => {
  const KEY = "saved";
  const MOST = 200;
  const read = () => {
    try {
      const list = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(list) ? list.filter((entry) => /^\/[^/]/.test(entry?.path)) : [];
    } catch {
      return [];
    }
  };

  const write = (list) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST)));
    } catch {} // a browser that stores nothing
  };

  const without = (path) => read().filter((entry) => entry.path !== path);

  // The button of an article

  const button = document.querySelector("[data-save]");
  const show = () => button.setAttribute("aria-pressed", read().some(({ path }) => path === button.dataset.save));
  if (button) {
    const { save: path, title } = button.dataset;
    button.addEventListener("click", () => {
      const others = without(path);
      write(others.length < read().length ? others : [{ path, title, at: Date.now() }, ...others]);
      show();
    });
    show();
    addEventListener("pageshow", show);
    addEventListener("storage", show);
  }

  window.saved = { read, write, without };
})();
