// What lists and forms have beyond plain HTML. Every page works without this file.
"use strict";

// Parts of a form that belong to a choice are there only while it is chosen.
const revealing = [...document.querySelectorAll("[data-reveals]")];

function showWhatIsChosen() {
  const chosen = new Set(revealing.filter((each) => each.checked).map((each) => each.dataset.reveals));
  for (const input of revealing) {
    const part = document.getElementById(input.dataset.reveals);
    if (part) part.hidden = !chosen.has(input.dataset.reveals);
  }
}

for (const input of revealing) input.addEventListener("change", showWhatIsChosen);
showWhatIsChosen();

// Long lists of choices can be narrowed down.
for (const box of document.querySelectorAll("[data-narrows]")) {
  const choices = [...document.getElementById(box.dataset.narrows).querySelectorAll("label")];
  box.parentElement.hidden = false;
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const each of choices) {
      const text = each.textContent.toLowerCase();
      each.hidden = !words.every((word) => text.includes(word)) && !each.querySelector("input").checked;
    }
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// Ticking rows of a list, and what can be done with those that are ticked.
for (const table of document.querySelectorAll("table[data-select]")) {
  const rows = [...table.querySelectorAll("tbody .select input:enabled")];
  const all = table.querySelector("[data-select-all]");
  const bulk = document.querySelector("[data-bulk]");
  const count = () => {
    const ticked = rows.filter((each) => each.checked).length;
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
    if (!bulk) return;
    bulk.querySelector("button").disabled = ticked === 0;
    bulk.querySelector(".bulk-count").textContent = ticked ? said.dataset.selected.replace("{}", ticked) : "";
  };
  all.hidden = rows.length === 0;
  all.addEventListener("change", () => { for (const each of rows) each.checked = all.checked; count(); });
  for (const each of rows) each.addEventListener("change", count);
  count();
}

// What is shown once is covered until it is asked for, and leaving it behind asks first.
for (const field of document.querySelectorAll("[data-hidden]")) field.type = "password";
for (const field of document.querySelectorAll("[readonly]")) field.addEventListener("focus", () => field.select());

const once = document.querySelector("[data-keep]");
if (once) {
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask);
  for (const button of once.querySelectorAll("[data-copy], [data-kept] button")) {
    button.addEventListener("click", () => removeEventListener("beforeunload", ask));
  }
}

// Progress shows itself when an answer takes longer than a moment; files that are downloaded leave the page as it is.
function wait() {
  const shown = setTimeout(() => document.body.classList.add("waiting"), 300);
  addEventListener("pageshow", () => { clearTimeout(shown); document.body.classList.remove("waiting"); });
}

for (const form of document.forms) if (!("kept" in form.dataset)) form.addEventListener("submit", wait);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !link.hash && !link.download) wait();
});

// Work that goes on by itself is looked at again and again.
const watched = document.querySelector("[data-watch]");
if (watched) setTimeout(() => location.reload(), 1000);
