// Toasts: success only. They go after 8 s, but stay while pointed at or focused. From the server:
// HX-Trigger: {"lc:toast": {"text": "…", "href": "/…", "link": "…"}}
(() => {
  const SHOWN_MS = 8000;

  function keep(toast) {
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS); };
    const stop = () => clearTimeout(timer);
    const restart = () => {
      stop();
      if (!toast.matches(":hover, :focus-within")) start();
    };
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", restart);
    toast.addEventListener("focusout", () => setTimeout(restart));
    start();
  }

  document.addEventListener("lc:toast", (event) => {
    const place = document.getElementById("toasts");
    const template = document.getElementById("toast-template");
    if (!place || !template) return;
    const { text, href, link } = event.detail;
    const toast = template.content.cloneNode(true).querySelector("[data-toast]");
    toast.querySelector("[data-toast-text]").textContent = text;
    const anchor = toast.querySelector("[data-toast-link]");
    if (href?.startsWith("/")) {
      anchor.href = href;
      anchor.hidden = false;
      if (link) anchor.textContent = link;
    }
    place.append(toast);
    keep(toast);
  });

  document.querySelectorAll("[data-toast]").forEach(keep);
})();
