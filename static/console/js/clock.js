// Keeps ages true ("8 s ago") and hides what was revealed when its time is over.
(() => {
  const WORDS = { ago: (age) => `${age} ago`, old: (age) => `${age} old`, bare: (age) => age, quiet: (age) => `${age} ago` };

  function duration(seconds) {
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours >= 24) {
      const days = Math.floor(hours / 24);
      return days === 1 ? "1 day" : `${days} days`;
    }
    return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  }

  function words(time, now) {
    const seconds = Math.floor((now - Date.parse(time.dateTime)) / 1000);
    if (Number.isNaN(seconds)) return null;
    if (seconds < -1) return `in ${duration(-seconds)}`;
    if (time.dataset.age === "quiet" && seconds < 60) return "just now";
    return (WORDS[time.dataset.age] || WORDS.ago)(duration(Math.max(0, seconds)));
  }

  function tick() {
    const now = Date.now();
    for (const time of document.querySelectorAll("time[data-age]")) {
      const next = words(time, now);
      if (next !== null && next !== time.textContent) time.textContent = next;
    }
    for (const shown of document.querySelectorAll("[data-shown-for]")) countDown(shown, now);
  }

  function countDown(shown, now) {
    // The end is kept as a time, so that a sleeping tab does not stretch the minute.
    shown.dataset.until ||= String(now + Number(shown.dataset.shownFor) * 1000);
    const left = Math.ceil((Number(shown.dataset.until) - now) / 1000);
    const line = shown.parentElement.querySelector("[data-countdown]");
    if (left > 0) {
      if (line) line.textContent = `shown for ${left} s`;
      return;
    }
    shown.textContent = shown.dataset.then;
    delete shown.dataset.shownFor;
    line?.remove();
    const again = shown.parentElement.querySelector("[data-again]");
    if (again) again.hidden = false;
    window.lc.announce("Hidden again.");
  }

  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
})();
