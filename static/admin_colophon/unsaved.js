// Asks before a page with unsaved text is left. The prose editor tells its changes as input events too.
"use strict";

(() => {
  let unsaved = false;
  const form = document.querySelector(".change-form #content-main form");
  if (!form) return;
  // A form that came back with errors holds text that is nowhere else.
  unsaved = document.querySelector(".errornote") !== null;
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      unsaved = true;
    });
  }
  form.addEventListener("submit", () => {
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
})();
