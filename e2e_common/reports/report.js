"use strict";
// The page reads without this: it adds the filter, the theme's button, and what a link to a request opens.
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add("js");

  const theme = document.getElementById("theme");
  const dark = () => getComputedStyle(root).colorScheme === "dark" ||
    (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const say = () => theme.setAttribute("aria-pressed", String(dark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    say();
  });
  say();

  const filter = document.getElementById("filter");
  const form = filter.form;
  const told = document.getElementById("told");
  const rows = all(".requests > li").map((row) => {
    const request = row.firstElementChild;
    return { row, verdict: request.dataset.verdict, text: request.firstElementChild.textContent.toLowerCase() };
  });
  const parts = all("details.part[data-requests]").map((part) => ({ part, open: part.open, own: all(".requests > li", part) }));

  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = form.elements.verdict.value;
    let shown = 0;
    for (const { row, verdict: own, text } of rows) {
      row.hidden = Boolean(verdict && own !== verdict) || !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    const narrowed = Boolean(words.length || verdict);
    for (const { part, open, own } of parts) {
      part.open = narrowed ? own.some((row) => !row.hidden) : open;
    }
    told.value = narrowed ? `${shown} of ${rows.length} shown` : "";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search], textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "Escape" && typing) {
      filter.value = "";
      apply();
    }
  });

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let up = target; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
      up.hidden = false;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details.part:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });
})();
