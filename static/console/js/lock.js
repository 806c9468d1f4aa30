// Covers the page when nobody has used it for some minutes, or when the session is over. The page under it stays
// as it is, unreadable and out of reach, until the password is given. The server decides; this only asks it.
(() => {
  const template = document.getElementById("lock-template");
  if (!template) return;
  const MINUTE = 60_000;
  const TOLD_BEFORE = 5 * MINUTE;
  const told = template.dataset;
  const idle = Number(told.idleSeconds) * 1000;
  let ends = Date.parse(told.ends);
  // A page that has just come was asked for by somebody; the server wrote that down within the last minute.
  let lastUse = Date.now();
  let lastTold = Date.now() - MINUTE;
  let cover = null;
  let asking = false;
  let before = {};
  // What pages ask by themselves waits while they are covered; what was refused behind the lock is asked again.
  const waiting = new Map();
  const issuers = new WeakMap();

  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  function used() {
    if (cover) return;
    lastUse = Date.now();
    if (lastUse - lastTold > MINUTE) tell();
  }

  // The last use may be a while ago when it is told: the lock counts from it, not from the telling.
  const idleSeconds = () => String(Math.floor((Date.now() - lastUse) / 1000));

  async function tell() {
    lastTold = Date.now();
    const headers = { "X-CSRFToken": token(), "HX-Request": "true", "X-Idle-Seconds": idleSeconds() };
    try {
      const answer = await fetch(told.used, { method: "POST", headers, redirect: "manual" });
      if (answer.status === 401) lock();
    } catch { /* Away at the moment: the next use tells it. */ }
  }

  async function ask() {
    // Whoever is signed out is sent to sign in: that is an answer too.
    const answer = await fetch(told.state, { redirect: "manual", signal: AbortSignal.timeout(4000) });
    if (answer.status >= 500) throw new Error("away");
    return answer.ok ? answer.json() : null;
  }

  async function look() {
    if (asking) return;
    asking = true;
    try {
      const state = await ask();
      if (!state || !state.person) over();
      else if (state.person !== told.person) location.assign("/");
      else if (state.locked) lock();
      else {
        adopt(state);
        if (cover) uncover();
        lastUse = Date.now() - idle + state.left * 1000;
      }
    } catch {
      // Nobody can say whether it is locked: then it is.
      if (!cover && Date.now() - lastUse >= idle) lock();
    } finally {
      asking = false;
    }
  }

  // After a new sign-in, or a lock opened in another tab, the forms of this page need the token that counts now.
  function adopt(state) {
    ends = Date.parse(state.ends);
    if (!state.token) return;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": state.token }));
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = state.token;
  }

  const lock = () => show("locked");
  const over = () => show("over");

  function show(part) {
    if (!cover) raise();
    for (const each of cover.querySelectorAll("[data-lock-part]")) each.hidden = each.dataset.lockPart !== part;
    cover.setAttribute("aria-labelledby", part === "over" ? "over-title" : "lock-title");
    cover.setAttribute("aria-describedby", part === "over" ? "over-words" : "lock-words");
    if (cover.dataset.shows === part) return;
    cover.dataset.shows = part;
    cover.querySelector(`[data-lock-part="${part}"] :is(input:not([hidden], [type=hidden]), a, button.btn-primary)`)?.focus();
  }

  function raise() {
    before = { title: document.title, focus: document.activeElement };
    cover = template.content.firstElementChild.cloneNode(true);
    document.documentElement.classList.add("lc-is-locked");
    document.title = told.title;
    document.body.append(cover);
    window.htmx?.process(cover);
    // Whoever has a passkey is asked for it: the question is a fresh one each time.
    if (told.passkeys && !document.querySelector("script[src*='passkeys']")) {
      const script = document.createElement("script");
      script.src = told.passkeys;
      document.head.append(script);
    }
    if (told.form) window.htmx?.ajax("GET", told.form, { target: "#lock-form", swap: "outerHTML", source: cover });
    cover.addEventListener("cancel", (event) => event.preventDefault());
    // Browsers let a second Escape through.
    cover.addEventListener("close", () => cover?.showModal());
    cover.showModal();
  }

  function uncover() {
    const gone = cover;
    cover = null;
    gone.close();
    gone.remove();
    document.documentElement.classList.remove("lc-is-locked");
    document.title = before.title;
    if (before.focus?.isConnected) before.focus.focus({ preventScroll: true });
    lastUse = lastTold = Date.now();
    window.lc.announce(told.opened);
    const again = [...waiting];
    waiting.clear();
    for (const [element, goOn] of again) if (element.isConnected) goOn();
  }

  document.addEventListener("lc:unlocked", () => { if (cover) uncover(); });
  document.addEventListener("lc:locked", lock);

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, issueRequest } = event.detail;
    const goOn = () => issueRequest(true);
    if (cover && !cover.contains(elt)) {
      event.preventDefault();
      waiting.set(elt, goOn);
    } else issuers.set(elt, goOn);
  });

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-Idle-Seconds"] = idleSeconds();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    if (xhr?.status !== 401 || cover?.contains(elt)) return;
    // The pressed button says what was meant; without one the same request goes out once more.
    const pressed = requestConfig.triggeringEvent?.submitter;
    waiting.set(elt, pressed?.isConnected ? () => pressed.click() : issuers.get(elt) || (() => {}));
  });

  for (const name of ["pointerdown", "keydown", "wheel", "touchstart", "input"]) {
    window.addEventListener(name, used, { capture: true, passive: true });
  }

  // No key of the console works through the cover.
  window.addEventListener("keydown", (event) => {
    if (cover && (!cover.contains(event.target) || event.ctrlKey || event.metaKey)) event.stopPropagation();
  }, true);

  function remind() {
    const place = document.getElementById("session-ending");
    const words = document.getElementById("session-ending-template");
    if (place && words && !place.firstElementChild && ends - Date.now() < TOLD_BEFORE) {
      place.replaceChildren(words.content.cloneNode(true));
    }
  }

  let ticks = 0;
  function tick() {
    const now = Date.now();
    ticks += 1;
    remind();
    if (now >= ends && cover?.dataset.shows !== "over") look();
    // Another tab may have opened the lock.
    else if (cover) { if (ticks % 3 === 0 && !document.hidden) look(); }
    else if (now - lastUse >= idle) look();
    else if (lastUse > lastTold && now - lastTold > MINUTE) tell();
  }

  setInterval(tick, 5000);
  for (const name of ["visibilitychange", "focus", "pageshow"]) {
    window.addEventListener(name, () => { if (cover && !document.hidden) look(); else tick(); });
  }
  remind();
})();
