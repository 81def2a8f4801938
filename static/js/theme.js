// Runs before the first paint: a remembered choice of light or dark shows no flash of the other.
(() => {
  const root = document.documentElement;
  const metas = [...document.querySelectorAll("meta[name=theme-color]")];
  const colours = metas.map((meta) => meta.content);
  const apply = () => {
    let theme = "";
    try {
      theme = localStorage.getItem("theme");
    } catch {}
    if (!/^(light|dark)$/.test(theme)) theme = "";
    root.dataset.theme = theme;
    metas.forEach((meta, at) => (meta.content = colours[theme ? +(theme === "dark") : at]));
    for (const choice of document.getElementsByName("theme")) choice.checked = choice.value === theme;
  };
  root.dataset.script = navigator.share ? "share" : "";
  apply();
  addEventListener("pageshow", apply);
  addEventListener("storage", apply);
  addEventListener("change", ({ target }) => {
    if (target.name !== "theme") return;
    try {
      localStorage.setItem("theme", target.value);
    } catch {}
    apply();
  });
})();
