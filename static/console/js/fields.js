// What is wrong with a field, said beside it while somebody types, as the server would say it.
(() => {
  // The one place the sentence stands in, whether the server wrote it or we do; no words take it away.
  function wrong(input, words) {
    const id = `${input.id}_error`;
    let place = document.getElementById(id);
    if (!words) {
      place?.remove();
      input.removeAttribute("aria-invalid");
      describe(input, id, false);
      return;
    }
    if (!place) {
      place = document.getElementById("field-error-template").content.firstElementChild.cloneNode(true);
      place.id = id;
      input.closest(".lc-field").append(place);
    }
    const text = place.lastElementChild;
    if (text.textContent !== words) text.textContent = words;
    input.setAttribute("aria-invalid", "true");
    describe(input, id, true);
  }

  function describe(input, id, told) {
    const ids = new Set((input.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean));
    if (told) ids.add(id);
    else ids.delete(id);
    if (ids.size) input.setAttribute("aria-describedby", [...ids].join(" "));
    else input.removeAttribute("aria-describedby");
  }

  window.lc = Object.assign(window.lc || {}, { wrong });
})();
