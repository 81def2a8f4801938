// Runs before the first paint: what is remembered of colours and size shows no flash of another.
(() => {
  const root = document.documentElement;
  const metas = [...document.querySelectorAll("meta[name=theme-color]")];
  const colours = metas.map((meta) => meta.content);
  const choices = { theme: /^(light|dark)$/, "text-size": /^(large|larger)$/ };
  const apply = () => {
    for (const [name, known] of Object.entries(choices)) {
      let chosen = "";
      try {
        chosen = localStorage.getItem(name);
      } catch {}
      if (!known.test(chosen)) chosen = "";
      root.setAttribute(`data-${name}`, chosen);
      for (const choice of document.getElementsByName(name)) choice.checked = choice.value === chosen;
    }
    const { theme } = root.dataset;
    metas.forEach((meta, at) => (meta.content = colours[theme ? +(theme === "dark") : at]));
  };
  root.dataset.script = navigator.share ? "share" : "";
  apply();
  addEventListener("pageshow", apply);
  addEventListener("storage", apply);
  addEventListener("change", ({ target }) => {
    if (!(target.name in choices)) return;
    try {
      localStorage.setItem(target.name, target.value);
    } catch {}
    apply();
  });
})();
