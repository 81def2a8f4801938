// The page of a picture: a click on it says what crops must keep. The two fields below it say the same in numbers.

const focus = document.querySelector("[data-picture-focus]");
const fields = ["x", "y"].map((axis) => document.querySelector(`input[name=focus_${axis}]`));

const percent = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

const show = () => {
  const [x, y] = fields.map((field) => `${percent(field.value)}%`);
  const point = focus.querySelector(".picture-focus__point");
  point.style.insetInlineStart = x;
  point.style.insetBlockStart = y;
  for (const cut of focus.querySelectorAll(".picture-focus__cut")) cut.style.objectPosition = `${x} ${y}`;
};

const choose = ({ clientX, clientY }) => {
  const box = focus.querySelector(".large-picture").getBoundingClientRect();
  fields[0].value = percent((100 * (clientX - box.left)) / box.width);
  fields[1].value = percent((100 * (clientY - box.top)) / box.height);
  fields[0].dispatchEvent(new Event("input", { bubbles: true }));
};

if (focus && fields.every(Boolean)) {
  for (const part of focus.querySelectorAll("[hidden]")) part.hidden = false;
  for (const field of fields) field.addEventListener("input", show);
  focus.querySelector(".picture-focus__whole").addEventListener("click", choose);
  show();
}
