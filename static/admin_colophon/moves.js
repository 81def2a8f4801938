// The page of an import or export that is at work tells how far it is, and shows the report when it has ended. Without
// this script, its link loads it again.

const SECONDS = 3;
const place = document.querySelector("[data-move]");

async function look() {
  let page;
  try {
    const answer = await fetch(location.href, {headers: {Accept: "text/html"}});
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    wait(); // the line was lost for a moment
    return;
  }
  const fresh = page.querySelector("[data-move]");
  if (!fresh) return;
  if ("underWay" in fresh.dataset) {
    const shown = place.querySelector("[role=status]");
    const said = fresh.querySelector("[role=status]").textContent;
    if (shown.textContent !== said) shown.textContent = said;
    wait();
  } else {
    location.reload();
  }
}

function wait() {
  setTimeout(look, SECONDS * 1000);
}

if ("underWay" in place.dataset) wait();
