"use strict";
// The page is readable without this. It adds the filter, the buttons that copy a command, and opens the target of a link.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  document.addEventListener("click", ({ target }) => {
    if (!target.matches(".copy")) return;
    const done = (word) => { target.textContent = word; };
    navigator.clipboard.writeText(target.previousElementSibling.textContent).then(() => done("copied"), () => done("refused"));
  });

  const filter = document.getElementById("filter");
  const form = filter.form;
  const shown = document.getElementById("shown");
  const rows = all(".requests > li").map((row) => ({
    row, verdict: row.firstElementChild.dataset.verdict, text: row.querySelector("summary").textContent.toLowerCase(),
  }));
  const parts = all("details.part[data-requests]").map((part) => ({ part, open: part.open, own: all(".requests > li", part) }));
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = form.elements.verdict.value;
    let count = 0;
    for (const { row, verdict: own, text } of rows) {
      row.hidden = Boolean(verdict && own !== verdict) || !words.every((word) => text.includes(word));
      count += !row.hidden;
    }
    const narrowed = Boolean(words.length || verdict);
    for (const { part, open, own } of parts) part.open = narrowed ? own.some((row) => !row.hidden) : open;
    shown.value = narrowed ? `${count} of ${rows.length} shown` : "";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
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
    for (let up = target; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
      up.hidden = false;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
