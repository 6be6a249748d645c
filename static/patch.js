/* An htmx swap, hx-swap="patch": the fresh part is laid over the old one in place, so
   that focus, scroll, open details and what is being typed stay as they are. */
"use strict";
(() => {
  const key = (node) => node.id || node.dataset?.key || "";
  const alike = (a, b) => a.nodeName === b.nodeName && key(a) === key(b);

  // A form that somebody is filling in, or that came back with a fault to mend, is
  // never touched: it is marked stale.
  function inUse(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return false;
    const fields = node.matches("input,select,textarea") ? [node] : node.querySelectorAll("input,select,textarea");
    return [...fields].some((field) => field === document.activeElement || field.ariaInvalid === "true" || changed(field));
  }
  function changed(field) {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0;
    return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
  }

  // Whether the fresh one says something else: its token is another each time, and a
  // fault that is still to be mended is the older one's own.
  function isNewer(old, fresh) {
    if (old.querySelector("[aria-invalid=true]")) return false;
    const [mine, theirs] = [old, fresh].map((node) => node.cloneNode(true));
    for (const copy of [mine, theirs]) copy.querySelector("[name=csrfmiddlewaretoken]")?.remove();
    return !mine.isEqualNode(theirs);
  }

  function patch(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.isEqualNode(fresh)) return;
    if (old.matches("form,input,select,textarea") && inUse(old)) {
      if (isNewer(old, fresh)) old.dataset.stale = "";
      return;
    }
    attributes(old, fresh);
    children(old, fresh);
  }

  function attributes(old, fresh) {
    const mine = (name) => old.nodeName === "DETAILS" && name === "open";
    for (const { name, value } of fresh.attributes)
      if (!mine(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    for (const { name } of [...old.attributes])
      if (!mine(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }

  function children(old, fresh) {
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      let match = at;
      while (match && !alike(match, next)) match = match.nextSibling;
      if (!match) {
        old.insertBefore(next, at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      patch(match, next);
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      if (inUse(gone)) gone.dataset.stale = "";
      else gone.remove();
    }
  }

  htmx.defineExtension("patch", {
    isInlineSwap: (style) => style === "patch",
    handleSwap(style, target, fragment) {
      if (style !== "patch") return false;
      const fresh = fragment.firstElementChild;
      if (!fresh || fresh.nodeName !== target.nodeName) return [];
      const focused = document.activeElement;
      patch(target, fresh);
      if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
      return [target];
    },
  });
})();
