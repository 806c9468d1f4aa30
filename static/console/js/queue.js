// The queue: j and k move through it (by the keys of the page), an amount typed in a dialog is named on its
// button, and several can be chosen. Without script all of it works as links and forms.
(() => {
  const REST_MS = 250;
  let opening = 0;

  const items = () => [...document.querySelectorAll("[data-queue] a.lc-qitem")];

  // The mark moves at once; the request is opened when the keys rest, so that passing by reads nothing.
  function step(by) {
    const all = items();
    let here = all.indexOf(document.activeElement);
    if (here < 0) here = all.findIndex((each) => each.hasAttribute("aria-current"));
    const next = all[here + by];
    clearTimeout(opening);
    if (!next) {
      if (by > 0) document.querySelector("[data-queue-later]")?.click();
      return;
    }
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    opening = setTimeout(() => next.click(), REST_MS);
  }

  document.addEventListener("click", (event) => {
    const stepper = event.target.closest("[data-queue-step]");
    if (stepper) step(Number(stepper.dataset.queueStep));
    else if (event.target.closest("a, button")) clearTimeout(opening);
  });

  document.querySelector("[data-queue] a.lc-qitem[aria-current]")?.scrollIntoView({ block: "nearest" });

  // The button and the sum below name what is typed; the server names it again before anything moves.
  const numbers = new Intl.NumberFormat("en");
  function name(input) {
    const form = input.closest("[data-amount-form]");
    const typed = input.value.replace(/[,\s]/g, "");
    if (!/^[1-9]\d{0,11}$/.test(typed)) return;
    const amount = Number(typed);
    const words = amount === 1 ? form.dataset.one : form.dataset.many;
    for (const each of form.querySelectorAll("[data-amount-words]")) {
      each.textContent = words.replace("{n}", numbers.format(amount));
    }
    const signed = form.querySelector("[data-amount-signed]");
    if (signed) signed.textContent = `+${numbers.format(amount)}`;
    const after = form.querySelector("[data-amount-after]");
    if (after) after.textContent = numbers.format(Number(after.dataset.before) + amount);
    const keeps = form.querySelector("[data-amount-keeps]");
    if (keeps) keeps.textContent = numbers.format(Math.max(0, Number(keeps.dataset.left) - amount));
    form.elements.shown.value = typed;
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-amount-form] input[name=amount]")) name(event.target);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-choose]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=chosen]")];
    const all = form.querySelector("[data-choose-all]");
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const told = form.querySelector("[data-choose-count]");
    told.textContent = told.dataset.words.replace("{count}", count);
  });
})();
