// Keys. data-key="n" on a link, button or field answers to n; data-go="l" to g and then l. None works
// while typing; single keys can be switched off for the person (data-single-keys on the body).
(() => {
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  const GO_WITHIN_MS = 1500;
  let goUntil = 0;

  const typing = (target) => target instanceof Element && target.closest(TYPING);
  const visible = (element) => element.getClientRects().length > 0;
  const keyed = (attribute, key) =>
    [...document.querySelectorAll(`[${attribute}]`)].find(
      (each) => each.getAttribute(attribute) === key && (visible(each) || attribute === "data-go"),
    );

  function act(element) {
    if (element.matches(TYPING)) {
      element.focus();
      element.select?.();
    } else if (element.getAttribute("aria-disabled") !== "true") element.click();
  }

  function withControl(event) {
    if (event.key.toLowerCase() === "k") {
      const commands = document.getElementById("commands");
      if (!commands) return;
      event.preventDefault();
      window.lc.openCommands();
    } else if (event.key === "Enter") {
      const form = event.target.closest?.("form");
      if (!form) return;
      event.preventDefault();
      // htmx takes the button that has the focus for the one that was pressed: data-main marks the one that is meant.
      const main = form.querySelector("button[data-main]");
      if (main) main.click();
      else form.requestSubmit();
    }
  }

  function single(event) {
    const going = Date.now() < goUntil;
    goUntil = 0;
    if (going) {
      const place = keyed("data-go", event.key.toLowerCase());
      if (place) {
        event.preventDefault();
        act(place);
      }
      return;
    }
    if (event.key.toLowerCase() === "g") {
      goUntil = Date.now() + GO_WITHIN_MS;
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      document.querySelector("[data-opens='#keys']")?.click();
      return;
    }
    const found = keyed("data-key", event.key);
    if (found) {
      event.preventDefault();
      act(found);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) return withControl(event);
    // The key of an empty field that has the focus already: nobody looks for a slash alone.
    if (event.target.dataset?.key === event.key && event.target.value === "") return event.preventDefault();
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (document.body.dataset.singleKeys === "off") return;
    single(event);
  });

  // The list of keys shows what works on this page, read from the page itself.
  function row(words, ...keys) {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    const shown = document.createElement("dd");
    term.textContent = words;
    for (const key of keys) {
      const box = document.createElement("kbd");
      box.textContent = key.toUpperCase();
      shown.append(box);
    }
    line.append(term, shown);
    return line;
  }

  function nameOf(element) {
    // A field is called by its label: its own text is what somebody typed.
    if (element.matches(TYPING)) return element.getAttribute("aria-label") || textOf(element.labels?.[0]);
    const copy = (element.querySelector(".lc-nav__label") || element).cloneNode(true);
    for (const extra of copy.querySelectorAll(".lc-count, kbd")) extra.remove();
    return element.getAttribute("aria-label") || copy.textContent.replace(/\s+/g, " ").trim();
  }

  function textOf(label) {
    const copy = label?.cloneNode(true);
    copy?.querySelector(".lc-opt")?.remove();
    return (copy?.textContent || "").replace(/\s+/g, " ").trim();
  }

  window.lc = Object.assign(window.lc || {}, { nameOf });

  function fill(selector, elements, attribute, ...before) {
    const section = document.querySelector(selector);
    if (!section) return;
    section.hidden = elements.length === 0;
    const rows = elements.map((each) => row(nameOf(each), ...before, each.getAttribute(attribute)));
    const keys = document.createElement("dl");
    keys.append(...rows);
    section.querySelector("dl")?.remove();
    section.append(keys);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-opens='#keys']")) return;
    const here = [...document.querySelectorAll("[data-key]")].filter((each) => each.dataset.key !== "/");
    fill("[data-keys-go]", [...document.querySelectorAll(".lc-side [data-go]")], "data-go", "g");
    fill("[data-keys-page]", here.filter(visible), "data-key");
  }, true);
})();
