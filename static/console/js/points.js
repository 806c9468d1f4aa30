// Redeeming and reversing: the time until a code may be sent again, a check that no longer fits what is typed, and
// the name of the button that reverses. Without script the server says all of it.
(() => {
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

  // Why what is typed cannot be given back, "" when it can or nothing is typed.
  function trouble(form, typed) {
    if (!typed || /^\d{1,12}\.$/.test(typed)) return "";
    if (!/^\d{1,12}(\.\d{1,3})?$/.test(typed)) return form.dataset.noNumber;
    if (Number(typed) === 0) return form.dataset.nothing;
    return Number(typed) > Number(form.dataset.left) ? form.dataset.tooMany : "";
  }

  // The button and the balance name what is typed, and nothing while it cannot be given back; the server names it
  // again before anything moves.
  function name(input) {
    const form = input.closest("[data-reverse-form]");
    const typed = window.lc.ungrouped(input.value);
    const wrong = trouble(form, typed);
    const number = Number(typed);
    const named = number > 0 && !wrong;
    window.lc.wrong(input, wrong);
    // More than is left is refused by the server; what it compares goes on naming what is left.
    const agreed = number > Number(form.dataset.left) ? form.dataset.left : typed;
    const amount = Number(agreed);
    const shown = named ? window.lc.number(amount) : "";
    const words = amount === 1 ? form.dataset.one : form.dataset.many;
    for (const each of form.querySelectorAll("[data-points-words]")) {
      each.textContent = named ? words.replace("{n}", shown) : form.dataset.none;
    }
    const moved = form.querySelector("[data-points-moved]");
    if (moved) moved.textContent = shown && `+${shown}`;
    const after = form.querySelector("[data-points-after]");
    if (after) after.textContent = named ? window.lc.number(Number(after.dataset.before) + amount) : "–";
    const limit = form.dataset.alone;
    const asks = form.dataset.asks === "yes" || (limit !== "" && amount > Number(limit));
    for (const each of form.querySelectorAll("[data-when]")) {
      each.hidden = each.dataset.when !== (asks ? "asks" : "alone") || (each.closest("button") && !named);
    }
    for (const each of form.querySelectorAll("[data-points-check]")) each.hidden = named;
    const button = form.querySelector("[data-points-button]");
    button?.classList.toggle("btn-danger", named);
    button?.classList.toggle("btn-primary", !named);
    if (!(amount > 0)) return;
    form.elements.agreed.value = `${asks ? "asks" : "alone"}:${agreed.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace(/^0+(?=\d)/, "")}`;
  }

  tick();
  setInterval(tick, 500);
  document.addEventListener("htmx:afterSettle", tick);
})();
