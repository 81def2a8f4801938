// "/" and Ctrl+K (on a Mac also Cmd+K) lead into the search for everything.

const box = document.querySelector("[data-search-everything]");

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
  const isTyping = event.target.isContentEditable || event.target.closest("input, textarea, select");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey;
  // In the prose editor Ctrl+K makes a link.
  const isKey = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.target.isContentEditable;
  if (!box || !(isSlash || isKey)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
