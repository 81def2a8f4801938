// Asks before a page with unsaved text is left. The prose editor tells its changes as input events too.

const form = document.querySelector(".change-form #content-main form");
// A form that came back with errors holds text that is nowhere else.
let isUnsaved = document.querySelector(".errornote") !== null;
for (const change of ["input", "change"]) {
  form?.addEventListener(change, () => {
    isUnsaved = true;
  });
}
form?.addEventListener("submit", () => {
  isUnsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (form && isUnsaved) event.preventDefault();
});
