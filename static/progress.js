/* Progress numbers, patched in place without fetching anything:
     <div data-progress-topic="submission:…"> <progress …> <span data-progress="size">
   data-progress is size (52.3 of 84.2 MB, 90 of 180 bytes), percent (62%), rate (1.11 MB/s)
   or left. */
"use strict";
(() => {
  const WINDOW_MS = 5000;
  const seen = new Map(); // topic → the samples of the last seconds
  const SMALL = 1e5; // under a tenth of a megabyte
  const grouped = (number) => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",");
  const megabytes = (bytes, digits) => (bytes / 1e6).toFixed(digits);
  const sizeWords = (sent, size) => (size < SMALL ? `${grouped(sent)} of ${grouped(size)} bytes` : `${megabytes(sent, 1)} of ${megabytes(size, 1)} MB`);
  const rateWords = (rate) => (rate < SMALL ? `${grouped(rate / 1e3)} kB/s` : `${megabytes(rate, 2)} MB/s`);

  function rateOf(topic, sent) {
    const now = performance.now();
    const samples = (seen.get(topic) ?? []).filter((one) => now - one.at < WINDOW_MS && one.sent <= sent);
    samples.push({ at: now, sent });
    seen.set(topic, samples);
    const [first] = samples;
    return now - first.at < 500 ? 0 : (1000 * (sent - first.sent)) / (now - first.at);
  }

  function span(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    if (hours) return `${hours} h ${minutes} min left`;
    return minutes ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`;
  }

  function wordsOf(topic, sent, size) {
    const rate = rateOf(topic, sent);
    return {
      size: sizeWords(sent, size),
      percent: `${size ? Math.floor((100 * sent) / size) : 0}%`,
      rate: rate ? rateWords(rate) : "",
      left: rate ? span(Math.ceil((size - sent) / rate)) : "",
    };
  }

  window.portalProgress = ({ topic, progress: { sent, size } }) => {
    const words = wordsOf(topic, sent, size);
    for (const box of document.querySelectorAll(`[data-progress-topic="${CSS.escape(topic)}"]`)) {
      const bars = box.matches("progress") ? [box] : box.querySelectorAll("progress");
      for (const bar of bars) Object.assign(bar, { max: size || 1, value: sent });
      for (const place of box.querySelectorAll("[data-progress]")) place.textContent = words[place.dataset.progress] ?? "";
    }
  };
})();
