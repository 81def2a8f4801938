// A long run goes on by itself; "Stop here" is a link.
"use strict";

document.querySelector("[data-goes-on]")?.submit();
