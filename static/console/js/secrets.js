// Shows a password while somebody wants to read what they typed; hidden again before it is sent.
(() => {
  function set(button, shown) {
    const field = document.getElementById(button.dataset.shows);
    if (!field) return;
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shows]");
    if (button) set(button, button.getAttribute("aria-pressed") !== "true");
  });

  // Browsers would keep what is sent in a field of plain text, and offer it to the next person.
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("[data-shows]")) set(button, false);
  }, true);
})();
