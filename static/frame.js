/* The frame's script: Hong Kong clock, copy buttons, acting identity, end of session. */
"use strict";
(() => {
  const HONG_KONG = 8 * 3600_000; // no summer time there
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const clock = document.querySelector("[data-clock-time]");
  const date = document.querySelector("[data-clock-date]");
  const lost = document.querySelector("[data-clock-lost]");
  // Counted on the monotonic clock: the computer's own time may be wrong or moved.
  let ahead = Date.parse(clock.dateTime) - performance.now();

  const now = () => ahead + performance.now();
  const two = (number) => String(number).padStart(2, "0");
  const words = (at) => {
    const there = new Date(at + HONG_KONG);
    return [there.getUTCHours(), there.getUTCMinutes(), there.getUTCSeconds()].map(two).join(":");
  };
  window.portalClock = { now, words };

  function tick() {
    const there = new Date(now() + HONG_KONG);
    clock.textContent = words(now());
    clock.dateTime = there.toISOString().slice(0, 19) + "+08:00";
    date.textContent = `${DAYS[there.getUTCDay()]} ${there.getUTCDate()} ${MONTHS[there.getUTCMonth()]} ${there.getUTCFullYear()}`;
    setTimeout(tick, 1000 - (now() % 1000) + 5);
  }

  async function setRight() {
    if (document.hidden) return;
    const sent = performance.now();
    try {
      const answer = await fetch(document.body.dataset.clock, { headers: { "X-Partial": "1" }, signal: AbortSignal.timeout(5000) });
      const server = (await answer.json()).now * 1000;
      ahead = server - (sent + performance.now()) / 2;
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
  }
  tick();
  setInterval(setRight, 30_000);
  document.addEventListener("visibilitychange", setRight);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    button.dataset.label ??= button.getAttribute("aria-label");
    const told = await navigator.clipboard.writeText(button.dataset.copy).then(() => "Copied", () => "Not copied");
    button.dataset.told = told; // seen beside the button
    button.setAttribute("aria-label", told === "Copied" ? told : "Not copied: the browser refused");
    setTimeout(() => {
      button.setAttribute("aria-label", button.dataset.label);
      delete button.dataset.told;
    }, 2000);
  });

  // Without a script, the link asks for the page with all of them ticked.
  document.addEventListener("click", (event) => {
    const all = event.target.closest("a[data-tick-all]");
    if (!all) return;
    event.preventDefault();
    for (const box of all.closest("form").querySelectorAll("input[type=checkbox]")) box.checked = true;
  });

  // A form field with data-acting says for which identity this form acts.
  const acting = document.querySelector("[data-acting-for]");
  function showActing(field) {
    const words = field.selectedOptions ? field.selectedOptions[0]?.text : field.dataset.acting;
    if (acting && field.value && words) acting.textContent = words;
  }
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-acting]");
    if (field && (field.type !== "radio" || field.checked)) showActing(field);
  });

  // A part that is answered 401: the session is over, and sign-in leads back here.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  const session = document.querySelector("[data-session-ends]");
  if (session) {
    const WARN = 120_000;
    const box = session.firstElementChild;
    let ends = performance.now() + session.dataset.sessionEnds * 1000;
    setInterval(() => {
      const left = ends - performance.now();
      session.hidden = left > WARN;
      const state = left > 0 ? "soon" : "over";
      if (session.hidden || box.dataset.state === state) return;
      box.dataset.state = state; // said once, not every second
      session.querySelector("[data-soon]").hidden = state !== "soon";
      session.querySelector("[data-over]").hidden = state !== "over";
    }, 1000);
    session.addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Partial": "1" },
      }).catch(() => null);
      if (!answer || !answer.ok) return location.reload();
      const told = await answer.json().catch(() => ({}));
      ends = performance.now() + (told.session_seconds ?? Number(session.dataset.sessionIdle)) * 1000;
      box.dataset.state = "";
      session.hidden = true;
    });
  }
})();
