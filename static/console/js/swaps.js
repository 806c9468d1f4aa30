// Around htmx: what is said and focused after a swap, and what is shown when an answer never came.
(() => {
  const WHOLE_PAGE = /^\s*<!doctype/i;
  let heldFocus = false;

  // A whole page (a failure outside our own pages) must not land inside a panel.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    heldFocus = target.contains(document.activeElement);
    if (xhr.status >= 400 && isQuiet(event.detail.requestConfig.elt)) {
      event.detail.shouldSwap = false;
      return;
    }
    if (xhr.status < 400 || !WHOLE_PAGE.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    showFailed(target, xhr, xhr.getResponseHeader("X-Reference"));
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!isQuiet(event.detail.elt)) showFailed(event.detail.target, event.detail.xhr);
    });
  }

  // What asks by itself in the background (data-quiet) asks again later, and nobody is told of a failure between.
  function isQuiet(asking) {
    return asking?.matches?.("[data-quiet]");
  }

  function showFailed(target, xhr, reference) {
    const template = document.getElementById("failed-template");
    if (!template || !target) return;
    const piece = template.content.cloneNode(true);
    const line = piece.querySelector("[data-reference]");
    if (reference && line) {
      line.hidden = false;
      line.querySelector(".lc-mono").textContent = reference;
    }
    target.querySelector(":scope > [role=alert]")?.remove();
    target.querySelector("[aria-busy=true]")?.remove();
    const dialog = target.closest("dialog");
    target.prepend(piece);
    if (dialog && !dialog.open && !window.lc.askedByItself(xhr)) dialog.showModal();
  }

  // htmx:afterSettle fires on each swapped element.
  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.elt;
    const wrong = swapped.querySelector?.("[aria-invalid=true]");
    // data-focus="first" goes before a wrong field: somebody asked for that very place.
    const asked = swapped.querySelector?.("[data-focus=first]");
    const wanted = asked || wrong || swapped.querySelector?.("[data-focus]");
    // hx-swap="none" checks while somebody types: they are somewhere else by now, and stay there.
    if (event.detail.requestConfig?.elt?.getAttribute("hx-swap") !== "none") wanted?.focus();
    // The pressed link went with the old piece: the new one takes its place, not the page's top.
    if (heldFocus && document.activeElement === document.body && swapped.isConnected) {
      swapped.tabIndex = -1;
      swapped.focus();
    }
    heldFocus = false;
    const told = swapped.matches?.("[data-announce]") ? swapped : swapped.querySelector?.("[data-announce]");
    if (told) window.lc.announce(told.dataset.announce);
  });

  // A form is sent once: a second press while the first is under way does nothing. htmx would queue it.
  const underWay = new WeakSet();
  document.addEventListener("htmx:confirm", (event) => {
    if (event.detail.verb !== "get" && underWay.has(event.detail.elt)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => underWay.add(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => underWay.delete(event.detail.elt));

  // The same without htmx; data-repeat lets a form that answers with a download be sent again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "repeat" in form.dataset) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
    }
  });
})();
