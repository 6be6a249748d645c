/* The submission page: asks the rules on each choice, sends the file once they pass,
   and lets it go to HKEX only when the whole of it has passed. */
"use strict";
(() => {
  const form = document.getElementById("submit");
  if (!form) return;
  const { Upload } = window.portalUpload;
  const TAIL = 65_600 + 65_536, PLAIN = /\.(csv|txt)$/i, AGAIN_MS = 1000;
  const fields = form.elements, input = fields.namedItem("file"), kept = fields.namedItem("upload");
  const token = fields.namedItem("csrfmiddlewaretoken").value;
  const box = document.getElementById("sending"), bar = box.querySelector("progress");
  const place = (name) => box.querySelector(`[data-upload="${name}"]`);
  let file = null, upload = null, asked = 0, sent = false;

  // --- the choice -------------------------------------------------------------

  function fitFileIds(menuChanged) {
    const menu = fields.namedItem("menu").value, select = fields.namedItem("file_id");
    for (const group of select.querySelectorAll("optgroup")) {
      group.hidden = group.disabled = group.dataset.menu !== menu;
      if (menuChanged && !group.disabled) select.value = group.querySelector("option").value;
    }
  }

  /* With one identity of the File ID's kind it is preset, with several it is chosen. */
  function fitSenders() {
    const kind = fields.namedItem("file_id").selectedOptions[0]?.dataset.kind;
    const select = fields.namedItem("sender");
    const fitting = [...select.options].filter((one) => one.dataset.kind === kind);
    for (const one of select.options) one.hidden = one.disabled = Boolean(one.value) && !fitting.includes(one);
    if (!select.selectedOptions[0] || select.selectedOptions[0].disabled) select.value = fitting.length === 1 ? fitting[0].value : "";
    showActing(select.selectedOptions[0]);
  }

  function showActing(option) {
    const who = document.querySelector("[data-acting-for]");
    if (!who || !option?.value) return;
    const code = document.createElement("strong");
    code.textContent = option.dataset.code;
    who.replaceChildren(code, ` (${option.dataset.kindWords})`);
  }

  // --- the rules --------------------------------------------------------------

  function choice() {
    const data = new FormData();
    for (const name of ["menu", "file_id", "sender"]) data.set(name, fields.namedItem(name).value);
    return data;
  }

  function question(tailSize) {
    const data = choice();
    if (kept.value) {
      data.set("upload", kept.value);
      data.set("name", kept.dataset.name);
    } else if (file) {
      data.set("name", file.name);
      data.set("size", file.size);
      data.set("tail", file.slice(Math.max(0, file.size - tailSize)), "tail");
    }
    return data;
  }

  async function check(tailSize = TAIL, tries = 0) {
    const mine = ++asked;
    let answer, text;
    try {
      answer = await fetch(form.dataset.check, { method: "POST", body: question(tailSize), headers: { "X-CSRFToken": token, "X-Partial": "1" } });
      text = await answer.text();
    } catch {
      if (mine === asked && tries < 5) setTimeout(() => mine === asked && check(tailSize, tries + 1), 1000 * (tries + 1));
      return;
    }
    if (mine !== asked) return;
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return refuse("The portal could not check the file. Nothing was sent. Reload the page and choose it again.");
    const more = Number(answer.headers.get("X-Needs-Tail"));
    if (more) return check(more, tries);
    show(text);
    if (answer.headers.get("X-May-Upload") && file && !upload) send();
    if (document.querySelector("#part-packing[data-again]")) setTimeout(() => mine === asked && check(), AGAIN_MS);
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old && old.outerHTML !== part.outerHTML) old.replaceWith(document.adoptNode(part));
    }
    lockSend();
  }

  function lockSend() {
    const button = form.querySelector("[data-send]");
    if (button?.dataset.send === "no") button.setAttribute("aria-disabled", "true");
  }

  function refuse(sentence) {
    const why = document.getElementById("why");
    if (why) why.textContent = sentence;
    lockSend();
  }

  // --- the file ---------------------------------------------------------------

  async function choose(chosen) {
    await drop();
    file = chosen;
    check();
  }

  async function drop() {
    const old = upload;
    Object.assign(kept, { value: "" });
    [file, upload, input.value] = [null, null, ""];
    box.hidden = true;
    await old?.cancel();
  }

  async function send() {
    const mine = new Upload(file, { url: form.dataset.uploads, token, told: (news) => mine === upload && progress(news), finishing: choice });
    upload = mine;
    box.hidden = false;
    phase("run");
    progress(mine.numbers());
    try {
      const done = await mine.run();
      if (mine !== upload) return;
      [kept.value, kept.dataset.name] = [done.pk, file.name];
      progress({ ...mine.numbers(), left: null, rate: 0 });
      phase("ok");
      check();
    } catch (error) {
      if (mine !== upload) return;
      phase("bad");
      refuse(error.message);
    }
  }

  /* run, ok or bad: what the bar is, and the status word with its icon. */
  function phase(now) {
    for (const one of box.querySelectorAll("[data-phase]")) one.hidden = one.dataset.phase !== now;
    bar.dataset.s = now;
    place("cancel").hidden = now === "ok";
    if (now !== "run") place("trouble").textContent = "";
  }

  function progress({ state, trouble = "", done, total, rate, left }) {
    const sized = (bytes) => (total < 1e5 ? bytes.toLocaleString("en") : (bytes / 1e6).toFixed(1));
    Object.assign(bar, { max: total || 1, value: done });
    const words = {
      state: state || `Uploading ${total ? Math.floor((100 * done) / total) : 0}%`,
      trouble,
      size: `${sized(done)} of ${sized(total)} ${total < 1e5 ? "bytes" : "MB"}`,
      rate: rate ? `${(rate / 1e6).toFixed(2)} MB/s` : "",
      left: left === null || !rate ? "" : left < 60 ? `${Math.ceil(left)} s left` : `${Math.floor(left / 60)} min ${Math.floor(left % 60)} s left`,
    };
    for (const [name, text] of Object.entries(words)) if (place(name).textContent !== text) place(name).textContent = text;
  }

  // --- what people do ---------------------------------------------------------

  form.addEventListener("change", (event) => {
    if (event.target === input) return input.files.length && choose(input.files[0]);
    if (event.target.name === "menu") fitFileIds(true);
    if (event.target.name !== "sender") fitSenders();
    else showActing(event.target.selectedOptions[0]);
    if (file && kept.value && PLAIN.test(file.name)) return choose(file); // its zip was made for another choice
    check();
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-remove], [data-upload=cancel]")) drop().then(() => { check(); input.focus(); });
  });
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("[data-send]");
    if (sent || button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return void form.querySelector("#why a")?.focus();
    }
    sent = input.disabled = true; // the file is at the portal: it does not go twice
  });
  addEventListener("pageshow", (event) => { if (event.persisted) sent = input.disabled = false; });

  const zone = form.querySelector(".drop");
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.dataset.over = ""; });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => { event.preventDefault(); delete zone.dataset.over; });
  zone.addEventListener("drop", (event) => {
    const { files } = event.dataTransfer;
    if (files.length === 1) choose(files[0]);
    else if (files.length) refuse("Several files were dropped. None was taken. Drop one zip file.");
  });

  document.querySelector("[data-focus]")?.focus();
  fitFileIds(false);
  fitSenders();
  lockSend();
  check();
})();
