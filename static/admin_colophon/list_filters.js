// On narrow screens the filters of a list stand above it, folded. Without this script they stand below, with a link.

const filters = document.querySelector("[data-list-filters]");
const narrow = matchMedia("(max-width: 767px)");

function fold() {
  filters.open = !narrow.matches;
  filters.classList.toggle("list-filters--above", narrow.matches);
}

if (filters) {
  narrow.addEventListener("change", fold);
  fold();
}
