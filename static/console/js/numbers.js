// Numbers as the page's region writes them, and as people type them: grouped in thousands or in lakhs. A comma elsewhere
// stays, and what has one is no number: the server says the same.
(() => {
  const GROUPED = /^(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})$/;

  function ungrouped(typed) {
    const text = typed.replace(/\s/g, "");
    return GROUPED.test(text.split(".")[0]) ? text.replace(/,/g, "") : text;
  }

  const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3 });
  window.lc = Object.assign(window.lc || {}, { ungrouped, number: (value) => shown.format(value) });
})();
