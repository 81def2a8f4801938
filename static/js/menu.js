// The menu opens without this. It closes when somebody goes on: by Escape, by Tab or by a click beside it.
const menu = document.querySelector(".menu");
const close = ({ target }) => {
  if (!menu.contains(target)) menu.open = false;
};

addEventListener("focusin", close);
addEventListener("click", close);
menu.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
