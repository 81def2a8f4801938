// Names the choosers of topics and people (select2) for screen readers: by the label of their field, and by what is chosen.

const labelOf = (select) => {
  const label = select.labels?.[0];
  if (label) label.id ||= `${select.id}_label`;
  return label;
};

const nameChooser = (select) => {
  const chooser = select.nextElementSibling?.querySelector("[role=combobox]");
  const shown = chooser?.querySelector(".select2-selection__rendered");
  const label = labelOf(select);
  if (!shown || !label) return;
  // A text field within the chooser would need a name of its own.
  for (const name of ["role", "aria-readonly"]) shown.removeAttribute(name);
  chooser.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
};

// What opens stands at the end of the page, outside its parts: a dialog of its own.
const nameOpened = ({ target }) => {
  const chooser = target.nextElementSibling.querySelector("[role=combobox]");
  const results = document.getElementById(chooser.getAttribute("aria-owns"));
  const opened = results?.closest(".select2-dropdown");
  if (!opened) return;
  chooser.setAttribute("aria-haspopup", "dialog");
  chooser.setAttribute("aria-controls", results.id);
  opened.setAttribute("role", "dialog");
  const name = labelOf(target)?.textContent.trim().replace(/:$/, "") ?? "";
  for (const part of [opened, results, opened.querySelector(".select2-search__field")])
    part?.setAttribute("aria-label", name);
};

const $ = window.django?.jQuery;
const nameAll = (place) => {
  for (const select of place.querySelectorAll("select.select2-hidden-accessible")) nameChooser(select);
};

// Django's own script makes the choosers at the same events, and was asked before.
$?.(() => nameAll(document));
document.addEventListener("formset:added", ({ target }) => nameAll(target));
$?.(document).on("select2:open", nameOpened);
