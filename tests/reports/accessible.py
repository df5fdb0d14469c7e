"""What a page must have so that everyone can read it, looked up in a browser: names, landmarks, headings, contrast."""

from __future__ import annotations

import re
from typing import Any

from selenium.webdriver import Chrome

TEXT, LARGE_TEXT = 4.5, 3.0  # WCAG 2.2, success criterion 1.4.3, level AA

_STRUCTURE = r"""
const found = [];
const all = (selector) => [...document.querySelectorAll(selector)];
const shown = (each) => each.checkVisibility();
const label = (each) => (each.getAttribute("aria-label") || each.labels?.[0]?.textContent ||
  document.getElementById(each.getAttribute("aria-labelledby"))?.textContent || each.textContent || "").trim();
if (!document.documentElement.lang) found.push("no language");
if (!document.title) found.push("no title");
for (const name of ["header", "main", "footer"]) {
  if (all(`body > ${name}`).length !== 1) found.push(`not one ${name}`);
}
for (const each of all("button, input, summary, a[href], nav, section[aria-labelledby], [role=region]")) {
  if (shown(each) && !label(each)) found.push(`no name: ${each.outerHTML.slice(0, 120)}`);
}
for (const each of all("fieldset")) {
  if (each.firstElementChild?.tagName !== "LEGEND") found.push("a fieldset without a legend");
}
for (const each of all("svg")) {
  if (each.getAttribute("aria-hidden") !== "true") found.push("a drawing that is read out");
}
for (const each of all("thead th")) if (each.scope !== "col") found.push("a head of a column that does not say so");
for (const each of all("tbody th")) if (each.scope !== "row") found.push("a head of a row that does not say so");
const ids = all("[id]").map((each) => each.id);
if (new Set(ids).size !== ids.length) found.push("an id that is there twice");
let before = 0;
for (const each of all("h1, h2, h3, h4, h5, h6")) {
  const level = Number(each.tagName[1]);
  if (level > before + 1) found.push(`a heading skips a level: ${each.outerHTML.slice(0, 120)}`);
  before = level;
}
if (all("h1").length !== 1) found.push("not one h1");
for (const each of all("[tabindex]")) if (each.tabIndex > 0) found.push("an order of its own for Tab");
for (const each of all("button, input[type=search], summary, .choice")) {
  const { height, width } = each.getBoundingClientRect();
  if (!each.checkVisibility({ contentVisibilityAuto: true })) continue;
  if (height < 24 || width < 24) found.push(`too small: ${each.outerHTML.slice(0, 120)}`);
}
return found;
"""

_COLOURS = r"""
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Map();
const ground = (each) => {
  for (; each; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour;
  }
  return "rgb(255, 255, 255)";
};
while (walk.nextNode()) {
  const on = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || !on.checkVisibility() || on.closest("script, style, .unseen, .skip")) continue;
  const style = getComputedStyle(on);
  const size = [parseFloat(style.fontSize), Number(style.fontWeight)];
  const row = [style.color, ground(on), ...size, on.outerHTML.slice(0, 120)];
  found.set(row.slice(0, 4).join(), row);
}
return [...found.values()];
"""


def problems(page: Chrome) -> list[str]:
    """What is wrong with the page as it is shown now; empty where nothing is."""
    structure: list[str] = page.execute_script(_STRUCTURE)
    colours: list[list[Any]] = page.execute_script(_COLOURS)
    assert len(colours) > 5, "there is text to look at"
    return [*structure, *(told for row in colours if (told := _unreadable(*row)))]


def luminance(colour: str) -> float:
    """The relative luminance (WCAG 2.2) of a colour as a browser computes it, `rgb(0, 0, 0)`."""
    match = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert match, colour
    parts = [int(part) / 255 for part in match.groups()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _unreadable(colour: str, ground: str, pixels: float, weight: int, where: str) -> str:
    one, other = sorted((luminance(colour), luminance(ground)))
    contrast = (other + 0.05) / (one + 0.05)
    is_large = pixels >= 24 or (pixels >= 18.66 and weight >= 700)
    least = LARGE_TEXT if is_large else TEXT
    return "" if contrast >= least else f"contrast {contrast:.2f}: {colour} on {ground}, {where}"
