// Passkeys: hands the page's question to the browser and sends its answer with the form around the button.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  function create(options) {
    const user = { ...options.user, id: bytes(options.user.id) };
    const excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({
      publicKey: { ...options, user, excludeCredentials, challenge: bytes(options.challenge) },
    });
  }

  function get(options) {
    const allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({
      publicKey: { ...options, allowCredentials, challenge: bytes(options.challenge) },
    });
  }

  function written(key) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) response[name] = text(key.response[name]);
    }
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
  }

  async function use(button) {
    const form = button.closest("form");
    const trouble = form.querySelector("[data-passkey-trouble]");
    trouble.hidden = true;
    button.disabled = true;
    try {
      const options = JSON.parse(form.querySelector("[data-passkey-question]").value).publicKey;
      const key = await (button.dataset.passkey === "create" ? create(options) : get(options));
      form.querySelector("[data-passkey-answer]").value = written(key);
      form.requestSubmit();
    } catch {
      // Closed, too slow, none there, known already: browsers do not say which, on purpose.
      trouble.hidden = false;
      button.disabled = false;
      button.focus();
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-passkey]");
    if (button) use(button);
  });
})();
