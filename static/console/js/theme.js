// Sets the look before the first paint, and again when the person or their system changes it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function show(look) {
    root.dataset.look = look;
    root.dataset.bsTheme = look === "auto" ? (dark.matches ? "dark" : "light") : look;
    for (const button of document.querySelectorAll("[data-look-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lookChoice === look));
    }
    // For the pages before signing in, which know no person.
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `lc_theme=${look}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  root.classList.add("js");
  show(root.dataset.look || "auto");
  dark.addEventListener("change", () => show(root.dataset.look));
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.look));
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-look-choice]");
    if (choice) show(choice.dataset.lookChoice);
  });
})();
