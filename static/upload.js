/* One file to the portal in chunks: goes on after a broken line or a reload, tells how
   far it is, can be given up. What is kept in this browser is the upload's id only. */
"use strict";
window.portalUpload = (() => {
  const LEAST = 1 << 20, MOST = 8 << 20, QUICK_MS = 2000, WAITS_MS = [500, 1000, 2000, 5000, 10_000];
  const LASTING = [400, 401, 403, 404, 410, 413, 422]; // trying again would not help

  class Refused extends Error {}
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const identify = (file) => [file.name, file.size, file.lastModified].join("|");
  const keyOf = (url) => `upload ${url}`;

  function remembered(url, file) {
    try {
      const kept = JSON.parse(localStorage.getItem(keyOf(url)) ?? "null");
      return kept && kept.file === identify(file) ? kept.pk : null;
    } catch {
      return null;
    }
  }
  function remember(url, file, pk) {
    try {
      localStorage.setItem(keyOf(url), JSON.stringify({ file: identify(file), pk }));
    } catch { /* a full or forbidden store: a reload begins anew */ }
  }
  function forget(url) {
    try {
      localStorage.removeItem(keyOf(url));
    } catch { /* as above */ }
  }

  class Upload {
    /* finishing: what the last request carries, asked when it is due. */
    constructor(file, { url, token, told, finishing = () => null }) {
      Object.assign(this, { file, url, token, told, finishing });
      Object.assign(this, { pk: null, received: 0, chunk: LEAST, request: null, cancelled: false, rate: 0 });
    }

    /* Answers {pk, sha256}; throws with the sentence for the person. */
    async run() {
      await this.retried(() => this.open());
      for (;;) {
        while (this.received < this.file.size) await this.retried(() => this.sendNext());
        this.told({ state: "Sending: all is there, the portal checks it", ...this.numbers() });
        const done = await this.retried(() => this.ask("POST", `${this.pk}/finish/`, this.finishing(), [409]));
        if (!done.conflict) return forget(this.url), done;
        this.received = done.received; // the portal has less than we believed
      }
    }

    async open() {
      this.pk ??= remembered(this.url, this.file);
      const known = this.pk && (await this.ask("GET", `${this.pk}/`, null, [404]));
      if (known && !["cancelled", "failed"].includes(known.status) && known.name === this.file.name && known.size === this.file.size) {
        this.received = known.received;
        return;
      }
      const { name, size } = this.file;
      const fresh = await this.ask("POST", "", JSON.stringify({ name, size }));
      Object.assign(this, { pk: fresh.pk, received: fresh.received });
      remember(this.url, this.file, this.pk);
    }

    async sendNext() {
      const body = this.file.slice(this.received, this.received + this.chunk);
      const began = performance.now();
      const answer = await this.ask("PUT", `${this.pk}/chunk/?offset=${this.received}`, body, [409]);
      const took = performance.now() - began;
      if (!answer.conflict) this.measure(body.size, took);
      this.received = answer.received;
      this.told(this.numbers());
    }

    measure(bytes, took) {
      const rate = (1000 * bytes) / Math.max(took, 1);
      this.rate = this.rate ? 0.7 * this.rate + 0.3 * rate : rate;
      if (took < QUICK_MS) this.chunk = Math.min(MOST, 2 * this.chunk);
      else if (took > 4 * QUICK_MS) this.chunk = Math.max(LEAST, this.chunk / 2);
    }

    numbers(more = 0) {
      const done = Math.min(this.file.size, this.received + more);
      return { done, total: this.file.size, rate: this.rate, left: this.rate ? (this.file.size - done) / this.rate : null };
    }

    /* A broken line or a server in trouble is waited for, as long as nobody cancels. */
    async retried(act) {
      for (let failures = 0; ; failures += 1) {
        if (this.cancelled) throw new Refused("The upload was cancelled. Nothing was sent to HKEX.");
        try {
          return await act();
        } catch (error) {
          if (error instanceof Refused || this.cancelled) throw error;
          this.told({ trouble: "The connection to the portal is lost. What has come is kept. It goes on by itself as soon as it can.", ...this.numbers() });
          await wait(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
        }
      }
    }

    ask(method, path, body = null, expected = []) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        this.request = request;
        request.open(method, this.url + path);
        request.setRequestHeader("X-CSRFToken", this.token);
        request.setRequestHeader("X-Partial", "1");
        if (body instanceof Blob) {
          request.setRequestHeader("Content-Type", "application/octet-stream");
          request.upload.onprogress = (event) => this.told(this.numbers(event.loaded));
        }
        request.timeout = 120_000;
        request.onerror = request.ontimeout = request.onabort = () => reject(new Error("no answer"));
        request.onload = () => this.read(request, expected, resolve, reject);
        request.send(body);
      });
    }

    read(request, expected, resolve, reject) {
      const { status } = request;
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch { /* an error page: the status says enough */ }
      if (status < 300) return resolve(answer);
      if (expected.includes(status)) return resolve(status === 409 ? { ...answer, conflict: true } : null);
      if (!LASTING.includes(status)) return reject(new Error(String(status)));
      if (status === 401) location.reload();
      return reject(new Refused(answer.error ?? "The portal did not take the file. Nothing was sent. Reload the page and choose it again."));
    }

    async cancel() {
      this.cancelled = true;
      forget(this.url);
      this.request?.abort();
      if (this.pk) await this.ask("DELETE", `${this.pk}/`, null, [404]).catch(() => null);
    }
  }

  return { Upload };
})();
