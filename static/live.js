/* Live updates: the stream names topics, the page fetches the parts that show them.
   EventSource does not retry a failed first connect, so the retry is ours. */
"use strict";
(() => {
  const { live, poll, after } = document.body.dataset;
  const FETCH_MS = 250, POLL_MS = 2000, SILENT_MS = 40_000, TRIES = 3;
  const notice = document.querySelector("[data-lost-notice]");
  const parts = new WeakMap();
  let seq = Number(after), source = null, failures = 0, timer = 0, heard = performance.now();
  let right = window.portalClock.now(), isLost = null, knows = Date.now() - performance.now();

  function fetchPart(part) {
    const state = parts.get(part) ?? { timer: 0, last: -FETCH_MS };
    parts.set(part, state);
    if (state.timer) return;
    state.timer = setTimeout(() => {
      state.timer = 0;
      state.last = performance.now();
      if (!part.isConnected) return;
      htmx.ajax("GET", part.dataset.liveUrl, { source: part, target: part, swap: "patch", headers: { "X-Partial": "1" } });
    }, Math.max(0, state.last + FETCH_MS - performance.now()));
  }

  function shows(part, topics) {
    const mine = (part.dataset.liveTopics ?? "").split(" ");
    return topics.includes("everything") || mine.includes("*") || mine.some((topic) => topics.includes(topic));
  }

  function changed({ seq: now, topics }) {
    seq = now;
    for (const part of document.querySelectorAll("[data-live-url]")) if (shows(part, topics)) fetchPart(part);
  }

  function mark(lost) {
    isLost = lost;
    if (!lost) right = window.portalClock.now();
    for (const dot of document.querySelectorAll("[data-live-mark]")) {
      delete dot.dataset.still;
      dot.toggleAttribute("data-lost", lost);
      dot.textContent = `${lost ? "Not live since" : "Live, updated"} ${window.portalClock.words(right)}`;
    }
    if (!notice) return;
    notice.hidden = !lost;
    if (lost) notice.querySelector("[data-lost-since]").textContent = window.portalClock.words(right);
  }

  // Since when the page may have missed what was told: from its request on, at first
  // (not by timeOrigin: that reckons with the clock of the browser's own start).
  const away = () => Math.max(0, Math.ceil((Date.now() - knows) / 1000));
  function told() { heard = performance.now(); knows = Date.now(); mark(false); }
  const read = (act) => (event) => { told(); act(JSON.parse(event.data)); };

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function connect() {
    close();
    if (document.hidden) return;
    heard = performance.now();
    source = new EventSource(`${live}?after=${seq}&away=${away()}`);
    source.onopen = () => { failures = 0; heard = performance.now(); mark(false); };
    source.onerror = () => { close(); failures += 1; timer = setTimeout(retry, failures < TRIES ? 500 * failures : POLL_MS); };
    source.addEventListener("change", read(changed));
    source.addEventListener("progress", read(window.portalProgress));
    source.addEventListener("beat", told);
    source.addEventListener("gone", () => location.reload()); // to sign-in, and back here
  }

  // After three failures the page polls, and tries the stream again now and then.
  async function retry() {
    if (document.hidden) return;
    if (failures < TRIES || failures % 10 === 9) return connect();
    failures += 1;
    try {
      const answer = await fetch(`${poll}?after=${seq}&away=${away()}`, { headers: { "X-Partial": "1" }, signal: AbortSignal.timeout(5000) });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      told();
      const news = await answer.json();
      if (news.topics.length) changed(news);
    } catch {
      mark(true);
    }
    timer = setTimeout(retry, POLL_MS);
  }

  connect();
  // A part that came fresh has a mark as the server drew it: it says what the others say.
  document.addEventListener("htmx:afterSwap", () => isLost !== null && mark(isLost));
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : connect()));
  addEventListener("pagehide", close);
  // Leaving (or only downloading): what this very step changes needs no fetching.
  addEventListener("beforeunload", () => { close(); timer = setTimeout(connect, 5000); });
  addEventListener("pageshow", (event) => event.persisted && connect());
  addEventListener("online", connect);
  setInterval(() => { if (source && performance.now() - heard > SILENT_MS) { mark(true); connect(); } }, 5000);
  setInterval(() => { if (!document.hidden) document.querySelectorAll("[data-live-minutely]").forEach(fetchPart); }, 60_000);
  // What was being typed is sent or left: the part may be fetched again.
  document.addEventListener("focusout", (event) => {
    const part = event.target.closest("[data-stale]")?.closest("[data-live-url]");
    if (part) setTimeout(() => fetchPart(part));
  });
})();
