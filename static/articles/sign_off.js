// A comfort for experts: the form for a remark comes to the paragraph, with the words that are selected there.
const form = document.querySelector("[data-write-remark]");
const title = form?.querySelector("h3");
const fields = form?.querySelector("form").elements;

const selectedIn = (passage) => {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  const text = passage.firstElementChild;
  return range && text.contains(range.commonAncestorContainer) ? selection.toString().trim() : "";
};

const move = (link) => {
  const passage = link.closest("[data-passage]");
  const words = selectedIn(passage);
  passage.append(form);
  fields.paragraph.value = passage.dataset.passage;
  fields.passage.value = words;
  title.textContent = link.getAttribute("aria-label");
  let quoted = form.querySelector(".remark__passage");
  if (!quoted) {
    quoted = document.createElement("p");
    quoted.className = "remark__passage";
    quoted.dir = "auto";
    title.after(quoted);
  }
  quoted.textContent = words;
  quoted.hidden = !words || fields.passage.type !== "hidden";
  fields.text.focus();
};

if (form) {
  for (const link of document.querySelectorAll(".annotated__add")) {
    // A click would end the selection.
    link.addEventListener("mousedown", (event) => event.preventDefault());
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      move(link);
    });
  }
}
