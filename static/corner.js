/* Which files are chosen, over all pages of the list, and how much they are. */
"use strict";
(() => {
  const form = document.querySelector("#chosen");
  const words = form.querySelector("[data-chosen-words]");
  const button = form.querySelector("[data-chosen-button]");
  const none = form.querySelector("[data-choose-none]");
  const plain = words.textContent;
  const key = `chosen:${form.dataset.chosenOf}`; // by tab: nobody else's choice
  const chosen = new Map(remembered());
  const boxes = () => [...document.querySelectorAll("input[name=file][form=chosen]")];
  const grouped = (number) => number.toLocaleString("en");
  const small = (bytes) => (bytes === 1 ? "1 byte" : `${grouped(bytes)} bytes`);
  const size = (bytes) => (bytes < 1e5 ? small(bytes) : `${(bytes / 1e6).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`);

  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(key)) || [];
    } catch {
      return [];
    }
  }

  function remember() {
    try {
      sessionStorage.setItem(key, JSON.stringify([...chosen]));
    } catch {
      // Without a store the choice is this page's.
    }
  }

  function mark(box) {
    if (box.checked) chosen.set(box.value, Number(box.dataset.size));
    else chosen.delete(box.value);
  }

  /* What is chosen on other pages of the list goes with the form, too. */
  function carry(here) {
    for (const old of form.querySelectorAll("input[name=file]")) old.remove();
    for (const pk of chosen.keys()) {
      if (here.has(pk)) continue;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "file", value: pk });
      form.append(input);
    }
  }

  function tell() {
    const shown = boxes();
    for (const box of shown) box.checked = chosen.has(box.value);
    carry(new Set(shown.map((box) => box.value)));
    const total = [...chosen.values()].reduce((sum, one) => sum + one, 0);
    const files = chosen.size === 1 ? "file" : "files";
    words.textContent = chosen.size ? `Download ${grouped(chosen.size)} chosen ${files}, ${size(total)}` : plain;
    button.disabled = chosen.size === 0;
    button.hidden = chosen.size === 0 && !document.querySelector("#corner-files tbody");
    none.hidden = chosen.size === 0;
    const all = document.querySelector("[data-choose-all]");
    if (!all) return;
    all.hidden = shown.length === 0;
    all.checked = shown.length > 0 && shown.every((box) => box.checked);
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-choose-all]"))
      for (const one of boxes()) {
        one.checked = box.checked;
        mark(one);
      }
    else if (box.matches("input[name=file][form=chosen]")) mark(box);
    else return;
    remember();
    tell();
  });
  none.addEventListener("click", () => {
    chosen.clear();
    remember();
    tell();
  });
  document.addEventListener("htmx:afterSwap", tell);
  addEventListener("pageshow", tell);
  tell();
})();
