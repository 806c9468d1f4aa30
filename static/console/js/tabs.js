// A row of tabs wider than the screen shows the one that is open.
(() => {
  const show = () => {
    for (const open of document.querySelectorAll(".lc-tabs [aria-current]")) {
      const row = open.closest(".lc-tabs");
      // Only the row moves: the page stays where it is.
      row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
    }
  };
  show();
  document.addEventListener("htmx:afterSettle", show);
})();
