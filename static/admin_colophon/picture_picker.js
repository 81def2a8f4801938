// The form's side of choosing a picture: opens the library, takes its answer.

const show = (picker, picture) => {
  const image = picker.querySelector("img");
  picker.querySelector("input").value = picture ? picture.id : "";
  picker.querySelector(".picture-picker__title").textContent = picture ? picture.title : "";
  image.hidden = !picture;
  if (picture) image.src = picture.url;
  picker.querySelector("[data-clear]").hidden = !picture;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture-picker] button");
  if (!button) return;
  const picker = button.closest("[data-picture-picker]");
  if ("clear" in button.dataset) {
    show(picker, null);
    picker.querySelector("[data-pick]").focus();
    return;
  }
  const target = encodeURIComponent(picker.querySelector("input").id);
  window.open(`${button.dataset.pick}?target=${target}`, "pick-picture", "width=900,height=700");
});

// Called by the library's window (picture_library.js).
window.colophonChoosePicture = (id, picture) => {
  const input = document.getElementById(id);
  const picker = input && input.closest("[data-picture-picker]");
  if (picker) show(picker, picture);
};
