// A DOI typed as the address of a reference fills in its source, where that is still empty.

const DOI = /(^|doi\.org\/|doi:\s*)10\.\d{4,9}\//i;

const sourceOf = (address) => document.getElementById(address.id.replace(/-url$/, "-text"));

const say = (address, text) => {
  let status = address.parentElement.querySelector(".source-lookup");
  if (!status) {
    status = document.createElement("p");
    status.className = "source-lookup quiet";
    status.setAttribute("role", "status");
    address.after(status);
  }
  status.textContent = text;
};

document.addEventListener("change", async ({ target: address }) => {
  const { lookup, found } = address.dataset ?? {};
  const source = lookup && sourceOf(address);
  if (!source || source.value.trim() || !DOI.test(address.value.trim())) return;
  const body = new URLSearchParams({
    address: address.value,
    csrfmiddlewaretoken: address.form.elements.csrfmiddlewaretoken.value,
  });
  const answer = await fetch(lookup, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || source.value.trim()) return; // written meanwhile
  const { text, problem } = await answer.json();
  if (text) {
    source.value = text;
    source.dispatchEvent(new Event("input", { bubbles: true })); // the form keeps itself
  }
  say(address, text ? found : problem);
});
