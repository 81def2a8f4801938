// A long run goes on by itself; "Stop here" is a link.

document.querySelector("[data-goes-on]")?.submit();
