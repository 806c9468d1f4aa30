// Commands (Ctrl K): the page's own links and keyed acts as a list, filtered while typing.
(() => {
  const dialog = document.getElementById("commands");
  if (!dialog) return;
  const input = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const lookup = dialog.querySelector("form[data-lookup]");
  let shown = [];
  let chosen = 0;

  function everything() {
    const links = document.querySelectorAll(".lc-side .lc-nav__link, main .lc-tab, main [data-key]");
    const seen = new Set();
    return [...links].filter((each) => {
      const fresh = each.matches("a, button") && !seen.has(each);
      seen.add(each);
      return fresh;
    }).map((each) => ({ words: window.lc.nameOf(each), go: () => each.click() }));
  }

  function matching(typed) {
    const found = everything().filter((each) => each.words.toLowerCase().includes(typed.toLowerCase()));
    if (typed && lookup) found.push({ words: `${dialog.dataset.lookupWords}: ${typed}`, go: () => lookUp(typed) });
    return found;
  }

  // By POST: what is looked up stands in no address.
  function lookUp(typed) {
    lookup.elements.q.value = typed;
    lookup.requestSubmit();
  }

  function draw() {
    shown = matching(input.value.trim());
    chosen = Math.max(0, Math.min(chosen, shown.length - 1));
    list.replaceChildren(...shown.map((each, number) => {
      const row = document.createElement("li");
      row.className = "lc-opt-row";
      row.id = `command-${number}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(number === chosen));
      row.textContent = each.words;
      row.addEventListener("click", () => run(number));
      return row;
    }));
    if (shown.length) input.setAttribute("aria-activedescendant", `command-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  function run(number) {
    const command = shown[number];
    if (!command) return;
    dialog.close();
    command.go();
  }

  input.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + shown.length) % Math.max(1, shown.length);
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(chosen);
    }
  });

  window.lc = Object.assign(window.lc || {}, {
    openCommands() {
      if (dialog.open) return;
      input.value = "";
      chosen = 0;
      dialog.showModal();
      draw();
      input.focus();
    },
  });
})();
