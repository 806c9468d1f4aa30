// Dialogs and drawers on the native element. A link that fills one has hx-target="#dialog" (or
// "#drawer"); one written into the page is opened by data-opens="#id".
(() => {
  const openers = new WeakMap();

  function open(dialog, opener) {
    if (dialog.open) return;
    const from = opener || document.activeElement;
    // What the dialog changes may replace its opener: then the new piece in its place takes the focus.
    openers.set(dialog, { from, place: from?.closest?.("[id]")?.id });
    dialog.showModal();
  }

  // data-unsent marks a form whose answer holds what was typed: its fields look untouched.
  function unsent(dialog) {
    if (dialog.querySelector("[data-unsent]")) return true;
    return [...dialog.querySelectorAll("input, textarea, select")].some((control) => {
      if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
      if (control.tagName === "SELECT") return [...control.options].some((each) => each.selected !== each.defaultSelected);
      return control.type !== "hidden" && control.value !== control.defaultValue;
    });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.querySelector(opener.dataset.opens);
      if (dialog) {
        event.preventDefault();
        open(dialog, opener);
      }
    }
    if (event.target.closest("[data-close]")) {
      const dialog = event.target.closest("dialog");
      if (dialog) {
        event.preventDefault();
        dialog.close();
      }
    }
  });

  // Closed by mistake: what was typed is still there, so the same link shows it again.
  document.addEventListener("htmx:confirm", (event) => {
    const { elt, target, path, verb } = event.detail;
    if (verb !== "get" || !(target instanceof HTMLDialogElement)) return;
    if (target.dataset.filledFrom === path && unsent(target)) {
      event.preventDefault();
      open(target, elt);
    }
  });

  // What a dialog asks by itself (while somebody types, or again and again) never opens it: closed meanwhile, it takes
  // the answer in silence. What was sent from it opens it again: what became of that must be seen.
  const byItself = new WeakSet();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target, xhr, requestConfig } = event.detail;
    const dialog = elt.closest("dialog");
    const asks = requestConfig.verb === "get" || elt.getAttribute("hx-swap") === "none";
    if (dialog && asks && target?.closest?.("dialog") === dialog) byItself.add(xhr);
  });
  window.lc = Object.assign(window.lc || {}, { askedByItself: (xhr) => byItself.has(xhr) });

  document.addEventListener("htmx:afterSwap", (event) => {
    const { target, requestConfig, xhr } = event.detail;
    const dialog = target?.closest?.("dialog");
    if (!dialog) return;
    if (requestConfig.verb === "get") dialog.dataset.filledFrom = requestConfig.path;
    if (!dialog.textContent.trim()) dialog.close();
    else if (!byItself.has(xhr)) open(dialog, requestConfig.elt);
  });

  document.addEventListener("lc:close", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) {
      dialog.close();
      if (dialog.dataset.filledFrom) dialog.replaceChildren();
    }
  });

  document.addEventListener("close", (event) => {
    const { from, place } = openers.get(event.target) || {};
    if (from?.isConnected) {
      from.focus();
      return;
    }
    const piece = place && document.getElementById(place);
    if (!piece) return;
    if (!piece.matches("a, button, input, select, textarea")) piece.tabIndex = -1;
    piece.focus({ preventScroll: true });
  }, true);

  // Menus (details) close on Escape and on a click elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.lc-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.lc-menu[open]")) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
})();
