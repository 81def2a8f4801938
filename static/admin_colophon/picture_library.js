// The library's side: a chosen picture goes back to the form, or to the prose editor's figure dialog, that opened it.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-picture]");
  if (!button || !window.opener) return;
  const picture = JSON.parse(button.dataset.picture);
  const call = new URLSearchParams(location.search);
  if (call.has("target")) {
    window.opener.colophonChoosePicture(call.get("target"), picture);
  } else {
    const { callFunction } = window.opener.CKEDITOR.tools;
    callFunction(call.get("CKEditorFuncNum"), picture.url, {
      id: picture.id,
      alternative_text: picture.alt_text,
      caption: picture.caption,
    });
  }
  window.close();
});
