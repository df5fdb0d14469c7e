"use strict";
// The page is readable without this. It adds the filter, and the buttons that copy a command.
document.documentElement.classList.add("js");

document.addEventListener("click", ({ target }) => {
  if (!target.matches(".copy")) return;
  const done = (word) => { target.textContent = word; };
  navigator.clipboard.writeText(target.previousElementSibling.textContent).then(() => done("copied"), () => done("refused"));
});

const form = document.querySelector(".tools");
const rows = [...document.querySelectorAll(".requests > li")];
form.addEventListener("input", () => {
  const words = form.elements.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdict = form.elements.verdict.value;
  for (const row of rows) {
    const text = row.querySelector("summary").textContent.toLowerCase();
    row.hidden = !["all", row.firstElementChild.dataset.verdict].includes(verdict) || !words.every((word) => text.includes(word));
    if (!row.hidden) row.closest(".suite details").open = true;
  }
  document.getElementById("shown").value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
});
form.addEventListener("submit", (event) => event.preventDefault());
