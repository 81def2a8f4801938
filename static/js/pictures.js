// Opens a large picture over the page. Without this script its link leads to the file.
(() => {
  const article = document.querySelector(".article");
  const box = document.createElement("dialog");
  if (!article || !box.showModal) return;
  box.className = "large-picture";
  const close = document.createElement("button");
  Object.assign(close, { className: "button button--quiet", type: "button", textContent: article.dataset.close });
  const picture = new Image();
  box.append(picture, close);
  box.addEventListener("click", ({ target }) => target !== picture && box.close());
  article.append(box);

  article.addEventListener("click", (event) => {
    const link = event.target.closest("a.enlarge");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    picture.alt = link.querySelector("img").alt;
    box.setAttribute("aria-label", picture.alt);
    picture.src = link.href;
    box.showModal();
  });
})();
