// Says things to screen readers, copies references, dismisses alerts and toasts.
(() => {
  let latest = 0;

  function announce(words) {
    const place = document.getElementById("announce");
    if (!place || !words) return;
    place.textContent = "";
    clearTimeout(latest);
    // A pause, so that the same words twice are read twice.
    latest = setTimeout(() => { place.textContent = words; }, 60);
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      announce(button.dataset.copied || "Copied.");
      button.classList.add("is-copied");
      setTimeout(() => button.classList.remove("is-copied"), 2000);
    } catch {
      announce(button.dataset.notCopied || "Not copied. Select the text and copy it yourself.");
    }
  }

  document.addEventListener("click", (event) => {
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    const dismisser = event.target.closest("[data-dismiss]");
    if (dismisser) {
      dismisser.closest(dismisser.dataset.dismiss)?.remove();
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    if (event.target.closest("[data-reload]")) {
      event.preventDefault();
      location.reload();
    }
  });

  window.lc = Object.assign(window.lc || {}, { announce });
})();
