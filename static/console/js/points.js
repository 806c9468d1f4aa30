// Redeeming and reversing: the time until a code may be sent again, a check that no longer fits what is typed, and
// the name of the button that reverses. Without script the server says all of it.
(() => {
  const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

  // Without script the button can be pressed and the answer says how long; with it the button says so before.
  function tick() {
    for (const button of document.querySelectorAll("[data-wait-until]")) {
      const left = Math.ceil((Date.parse(button.dataset.waitUntil) - Date.now()) / 1000);
      const label = button.querySelector("[data-wait-label]");
      if (left > 0) {
        const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        label.textContent = button.dataset.waitWords.replace("{left}", time);
        button.setAttribute("aria-disabled", "true");
      } else {
        label.textContent = button.dataset.nowWords;
        button.removeAttribute("aria-disabled");
        delete button.dataset.waitUntil;
      }
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-wait-until][aria-disabled=true]")) event.preventDefault();
  }, true);

  document.addEventListener("input", (event) => {
    const form = event.target.closest(".lc-redeem");
    if (form && ["points", "programme_id", "mode"].includes(event.target.name)) form.dataset.stale = "";
    if (event.target.matches("[data-reverse-form] input[name=points]")) name(event.target);
  });

  // What is chosen now is no longer what was wrong.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("[data-reverse-form] select[aria-invalid=true]") || !field.value) return;
    field.removeAttribute("aria-invalid");
    document.getElementById(`${field.id}_error`)?.remove();
  });

  // The button and the balance name what is typed; the server names it again before anything moves.
  function name(input) {
    const form = input.closest("[data-reverse-form]");
    const typed = input.value.replace(/[,\s]/g, "");
    if (!/^\d{1,12}(\.\d{1,3})?$/.test(typed) || Number(typed) === 0) return;
    // More than is left is refused; until then everything goes on naming what is left.
    const amount = Math.min(Number(typed), Number(form.dataset.left));
    const agreed = Number(typed) > amount ? form.dataset.left : typed;
    const words = (amount === 1 ? form.dataset.one : form.dataset.many).replace("{n}", numbers.format(amount));
    for (const each of form.querySelectorAll("[data-points-words]")) each.textContent = words;
    const moved = form.querySelector("[data-points-moved]");
    if (moved) moved.textContent = `+${numbers.format(amount)}`;
    const after = form.querySelector("[data-points-after]");
    if (after) after.textContent = numbers.format(Number(after.dataset.before) + amount);
    const limit = form.dataset.alone;
    const asks = form.dataset.asks === "yes" || (limit !== "" && amount > Number(limit));
    for (const each of form.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== (asks ? "asks" : "alone");
    form.elements.agreed.value = `${asks ? "asks" : "alone"}:${agreed.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace(/^0+(?=\d)/, "")}`;
  }

  tick();
  setInterval(tick, 500);
  document.addEventListener("htmx:afterSettle", tick);
})();
