// Inviting: the button names how many rows are filled in, or checks while one cannot be sent, and a row that was checked while somebody types on is marked.
// Without script the server says all of it.
(() => {
  function name(form) {
    const rows = [...form.querySelectorAll("[data-invite-row]")];
    const count = rows.filter((row) => [...row.querySelectorAll("input")].some((input) => input.value.trim())).length;
    const bad = rows.some((row) => !row.dataset.changed && row.querySelector("[data-wrong]")?.dataset.wrong);
    const words = bad ? form.dataset.check : count === 0 ? form.dataset.none : count === 1 ? form.dataset.one : form.dataset.many;
    for (const each of form.querySelectorAll("[data-invite-words]")) {
      each.textContent = words.replace("{n}", window.lc.number(count));
    }
    for (const button of form.querySelectorAll("[data-main]")) {
      button.toggleAttribute("formaction", bad);
      if (bad) button.setAttribute("formaction", form.dataset.checkUrl);
    }
    form.elements.agreed.value = count || "";
  }

  // The notes come alone, so that what is being typed stays; their fields are told here.
  function mark(form) {
    for (const note of form.querySelectorAll("[data-wrong]")) {
      if (!missed.has(form.querySelector("[data-invite-rows]"))) delete note.parentElement.dataset.changed;
      for (const input of note.parentElement.querySelectorAll("input")) {
        const wrong = input.name === note.dataset.wrong;
        input.toggleAttribute("aria-invalid", wrong);
        if (wrong) {
          input.setAttribute("aria-invalid", "true");
          input.setAttribute("aria-describedby", note.id);
        } else input.removeAttribute("aria-describedby");
      }
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-invite]");
    if (!form || !["name", "contact"].includes(event.target.name)) return;
    // What was wrong may be right by now: inviting checks it again.
    event.target.closest("[data-invite-row]").dataset.changed = "yes";
    name(form);
  });

  // A row that changes while an earlier check is under way is checked once that is through.
  const missed = new WeakSet();
  document.addEventListener("htmx:confirm", (event) => {
    const { elt } = event.detail;
    if (elt.matches("[data-invite-rows]") && event.defaultPrevented) missed.add(elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt } = event.detail;
    if (!elt.matches?.("[data-invite-rows]")) return;
    const form = elt.closest("[data-invite]");
    if (!form) return;
    mark(form);
    name(form);
    if (missed.delete(elt)) setTimeout(() => elt.dispatchEvent(new CustomEvent("lc:recheck")));
  });
})();
