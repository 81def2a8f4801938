// The list of pictures: files that are chosen or dropped on the page are sent one by one, so that each can be large.

const form = document.querySelector("[data-picture-drop]");
const part = (name) => form.querySelector(`[data-${name}]`);
let isSending = false;

const send = async (file) => {
  const body = new FormData();
  body.append("files", file);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body,
      redirect: "error",
    });
    if (response.ok) return "";
    const said = response.status === 422 ? (await response.json()).error : null;
    return said || `${file.name}: ${response.status}`;
  } catch {
    return `${file.name}: ${form.dataset.notReached}`;
  }
};

const refuse = (text) => {
  part("refused").append(Object.assign(document.createElement("li"), { textContent: text }));
};

const leadToWords = () => {
  const link = Object.assign(document.createElement("a"), {
    href: form.dataset.pictureDrop,
    textContent: form.dataset.describe,
  });
  part("status").replaceChildren(link);
};

const sendAll = async (files) => {
  if (isSending || files.length === 0) return;
  isSending = true;
  part("refused").replaceChildren();
  let added = 0;
  for (const [index, file] of files.entries()) {
    const place = { number: index + 1, count: files.length, name: file.name };
    part("status").textContent = form.dataset.sending.replace(/\{(\w+)\}/g, (_all, name) => place[name]);
    const error = await send(file);
    if (error) refuse(error);
    else added += 1;
  }
  isSending = false;
  part("status").textContent = "";
  form.reset();
  if (added === files.length) location.assign(form.dataset.pictureDrop);
  else if (added) leadToWords();
};

if (form) {
  part("hint").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll([...form.elements.files.files]);
  });
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.add("picture-drop--over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("picture-drop--over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("picture-drop--over");
    sendAll([...event.dataTransfer.files]);
  });
}
