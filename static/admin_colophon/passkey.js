// Adds and uses passkeys (WebAuthn). Each place on the page says where it begins and ends; without JavaScript, or in a
// browser that does not know passkeys, it stays hidden.

async function post(address, body, token) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const page = answer.headers.get("Content-Type") ?? "";
  const told = page.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(told.problem ?? "");
  return told;
}

const CEREMONIES = {
  add: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  use: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function run(place) {
  const { begin, end, passkey } = place.dataset;
  const token = place.closest("form").elements.csrfmiddlewaretoken.value;
  const credential = await CEREMONIES[passkey](await post(begin, {}, token));
  const name = place.querySelector("input[name=name]")?.value ?? "";
  const { next } = await post(end, { ...credential.toJSON(), name }, token);
  if (next) location.assign(next);
  else location.reload();
}

function prepare(place) {
  const button = place.querySelector("button");
  const status = place.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    status.textContent = "";
    try {
      await run(place);
    } catch (error) {
      status.textContent = place.dataset.failed;
      button.disabled = false;
    }
  });
  place.hidden = false;
}

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const place of document.querySelectorAll("[data-passkey]")) prepare(place);
}
