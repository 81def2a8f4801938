// Word processors write bold and italic as style attributes. The content security policy keeps the browser from reading
// those, also in a paste, so they become elements before the editor sees them. All other styles go, as on the server.
"use strict";

(() => {
  const says = (style, name, values) =>
    new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*(?:${values})`, "i").test(style);

  const meantElements = (style) =>
    [
      says(style, "font-weight", "bold|[6-9]00") && "strong",
      says(style, "font-style", "italic") && "em",
      says(style, "vertical-align", "super") && "sup",
      says(style, "vertical-align", "sub(?!\\w|per)") && "sub",
    ].filter(Boolean);

  // One word processor wraps whole documents in <b style="font-weight: normal">.
  const isUndone = (element, style) =>
    (element.matches("b, strong") && says(style, "font-weight", "normal|400")) ||
    (element.matches("i, em") && says(style, "font-style", "normal"));

  const rewrite = (element) => {
    const style = element.dataset.pastedStyle;
    element.removeAttribute("data-pasted-style");
    if (isUndone(element, style)) {
      element.replaceWith(...element.childNodes);
    } else if (element.matches("span")) {
      for (const name of meantElements(style)) {
        const wrap = element.ownerDocument.createElement(name);
        wrap.append(...element.childNodes);
        element.append(wrap);
      }
    }
  };

  // The title is the page's first heading, and below the fourth there is none: as the server has it.
  const withOurHeadings = (html) =>
    html.replace(/<(\/?)h1\b/gi, "<$1h2").replace(/<(\/?)h[56]\b/gi, "<$1h4");

  const withoutStyles = (html) => {
    if (!/\sstyle\s*=|<style/i.test(html)) return html;
    const renamed = html
      .replace(/<style[\s\S]*?<\/style\s*>/gi, "")
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-pasted-style"));
    const page = new DOMParser().parseFromString(renamed, "text/html");
    page.querySelectorAll("[data-pasted-style]").forEach(rewrite);
    return page.body.innerHTML;
  };

  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    const label = textarea.labels[0]?.textContent.replace(/:\s*$/, "").trim();
    editor.setOptions({
      editorProps: {
        ...editor.options.editorProps,
        attributes: label ? { "aria-label": label } : {},
        transformPastedHTML: (html) => withoutStyles(withOurHeadings(html)),
      },
    });
  });
})();
