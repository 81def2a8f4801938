// The desk's calendar: arrow keys go from day to day, and a scheduled article is moved to another day by Shift and an arrow
// key, or dragged. Both send the entry's own small form, which works without this script.

const calendar = document.querySelector("[data-calendar]");
const days = [...calendar.querySelectorAll("[data-day]")];
let dragged = null;

document.querySelector("[data-hint]").hidden = false;

// One day can be reached by Tab, the others by the arrows.
function visit(day) {
  for (const other of days) other.tabIndex = other === day ? 0 : -1;
}

function moveFocus(event) {
  const here = days.indexOf(event.target);
  if (here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -(here % 7), End: 6 - (here % 7)};
  const ways = {PageUp: "[data-previous]", PageDown: "[data-next]"};
  if (event.key in ways) {
    event.preventDefault();
    document.querySelector(ways[event.key]).click();
  } else if (event.key in steps) {
    event.preventDefault();
    const seen = days.filter(day => day.checkVisibility());
    // In a list of days that have something, up and down are the next one.
    const isList = seen.length < days.length;
    const step = isList ? Math.sign(steps[event.key]) : steps[event.key];
    const among = isList ? seen : days;
    const next = among[among.indexOf(event.target) + step];
    if (next) {
      visit(next);
      next.focus();
    }
  }
}

// The days between are counted in UTC, where each has 24 hours.
function moveEntry(event) {
  const steps = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7};
  if (!event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || !(event.key in steps)) return;
  if (event.target.matches("input")) return;
  event.preventDefault();
  const form = event.currentTarget.querySelector("form");
  const day = new Date(`${form.elements.day.defaultValue}T00:00Z`);
  day.setUTCDate(day.getUTCDate() + steps[event.key]);
  form.elements.day.value = day.toISOString().slice(0, 10);
  form.requestSubmit();
}

function takesIt(day) {
  return dragged && day && !("past" in day.dataset) && !day.contains(dragged);
}

calendar.addEventListener("keydown", moveFocus);
calendar.addEventListener("focusin", event => {
  if (days.includes(event.target)) visit(event.target);
});
visit(days.find(day => day.getAttribute("aria-current")) ?? days[0]);

for (const entry of calendar.querySelectorAll("[data-moves]")) {
  entry.draggable = true;
  entry.addEventListener("keydown", moveEntry);
  entry.addEventListener("dragstart", event => {
    dragged = entry;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.querySelector("a").textContent);
  });
  entry.addEventListener("dragend", () => {
    dragged = null;
    for (const day of days) day.classList.remove("calendar-day--target");
  });
}

for (const day of days) {
  day.addEventListener("dragover", event => {
    if (!takesIt(day)) return;
    event.preventDefault();
    day.classList.add("calendar-day--target");
  });
  day.addEventListener("dragleave", () => day.classList.remove("calendar-day--target"));
  day.addEventListener("drop", event => {
    if (!takesIt(day)) return;
    event.preventDefault();
    const form = dragged.querySelector("form");
    form.elements.day.value = day.dataset.day;
    form.requestSubmit();
  });
}
