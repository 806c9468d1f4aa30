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

  // Why what is typed cannot be approved, "" when it can or nothing is typed.
  function trouble(form, typed) {
    if (!typed) return "";
    if (!/^[1-9]\d{0,11}$/.test(typed)) return form.dataset.noNumber;
    if (form.dataset.asked && Number(typed) > Number(form.dataset.asked)) return form.dataset.overAsked;
    if (form.dataset.most && Number(typed) > Number(form.dataset.most)) return form.dataset.overMost;
    return "";
  }

  // The button and the sum below name what is typed, and nothing while it cannot be approved; the server names it
  // again before anything moves.
  function name(input) {
    const form = input.closest("[data-amount-form]");
    const typed = window.lc.ungrouped(input.value).replace(/^0+(?=\d)/, "");
    const wrong = trouble(form, typed);
    const amount = typed && !wrong ? Number(typed) : null;
    const words = amount === 1 ? form.dataset.one : form.dataset.many;
    const shown = amount === null ? "" : window.lc.number(amount);
    window.lc.wrong(input, wrong);
    for (const each of form.querySelectorAll("[data-amount-words]")) {
      each.textContent = amount === null ? form.dataset.none : words.replace("{n}", shown);
    }
    for (const each of form.querySelectorAll("[data-amount-named]")) {
      each.hidden = (each.dataset.amountNamed === "yes") !== (amount !== null);
    }
    const signed = form.querySelector("[data-amount-signed]");
    if (signed) signed.textContent = shown && `+${shown}`;
    const after = form.querySelector("[data-amount-after]");
    if (after) after.textContent = shown ? window.lc.number(Number(after.dataset.before) + amount) : "–";
    const keeps = form.querySelector("[data-amount-keeps]");
    if (keeps) keeps.textContent = window.lc.number(Math.max(0, Number(keeps.dataset.left) - (amount || 0)));
    const part = form.querySelector("[data-amount-part]");
    if (part) {
      part.hidden = amount === null || amount >= Number(form.dataset.asked);
      part.textContent = part.dataset.amountPart.replace("{n}", shown);
    }
    // Whether a second person decides depends on the amount: without one neither is said.
    const { two } = form.dataset;
    const known = two === "" || amount !== null;
    const when = two !== "" && amount > Number(two) ? "first" : "alone";
    for (const each of form.querySelectorAll("[data-amount-when]")) {
      each.hidden = !known || each.dataset.amountWhen !== when;
    }
    form.elements.shown.value = amount === null ? "" : typed;
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
