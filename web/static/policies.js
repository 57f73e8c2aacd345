// The policy editor's comforts: findings while one types, levels of actions ticked at once. It works without this file.
"use strict";

const editor = document.querySelector("[data-editor]");
const WAIT = 400;

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter(Boolean));
  return made;
}

function icon(name) {
  const known = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${known}#${name}`);
  svg.append(use);
  return svg;
}

function status(kind, words) {
  const name = { good: "done", warn: "warning", bad: "warning" }[kind] || "info";
  return element("span", `status status-${kind}`, icon(name), words);
}

function finding(each) {
  const path = each.path && element("code", "id", each.path);
  const detail = each.detail && element("span", "quiet-inline", ` (${each.detail})`);
  return element(
    "li",
    `finding finding-${each.kind}`,
    element("p", "finding-head", status(each.kind, each.label), path && " ", path),
    element("p", "", each.message, detail),
    element("p", "finding-fix", each.fix),
  );
}

function show(answer) {
  const panel = document.querySelector("[data-findings]");
  const list = panel.querySelector("[data-list]");
  const fresh = answer.findings.length
    ? element("ul", "finding-list", ...answer.findings.map(finding))
    : element("p", "none", status("good", panel.dataset.nothing));
  if (list.textContent.trim() !== fresh.textContent.trim()) list.replaceChildren(fresh);
  panel.querySelector("[data-count]").textContent = `(${answer.findings.length})`;
  panel.querySelector("[data-size]").textContent = answer.size.toLocaleString(document.documentElement.lang);
  const gives = panel.querySelector("[data-gives]");
  gives.hidden = answer.gives.length === 0;
  gives.replaceChildren(...answer.gives.map((each) => element(
    "span", each.allows ? "give" : "give give-deny", each.words,
  )));
  const same = document.querySelector(".as-json");
  if (!same) return;
  same.querySelector("pre code").textContent = answer.document;
  same.querySelector("[data-copy]").dataset.copy = answer.document;
}

if (editor) {
  let waiting = 0;
  let asked = 0;

  const ask = async () => {
    const number = ++asked;
    const fields = new FormData(editor);
    fields.set("act", "keep");
    fields.set("kind", editor.dataset.kind || "identity");
    try {
      const answer = await fetch(editor.dataset.check, { method: "POST", body: new URLSearchParams(fields) });
      if (answer.ok && number === asked) show(await answer.json());
    } catch {
      // The next change asks again; saving tells in any case.
    }
  };

  editor.addEventListener("input", (event) => {
    if (event.target.closest("[data-outside]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });

  for (const select of editor.querySelectorAll("[data-chooses]")) {
    const button = editor.querySelector(`button[value="${select.dataset.chooses}"]`);
    button.hidden = true;
    select.addEventListener("change", () => editor.requestSubmit(button));
  }

  for (const level of editor.querySelectorAll("[data-level]")) {
    const boxes = [...level.querySelectorAll("input[type=checkbox]")];
    const count = level.querySelector("[data-chosen]");
    const all = element("button", "btn btn-line btn-small tick-all");
    all.type = "button";
    const tell = () => {
      const chosen = boxes.filter((each) => each.checked).length;
      count.textContent = editor.dataset.share.replace("{}", chosen).replace("{}", boxes.length);
      all.textContent = chosen === boxes.length ? editor.dataset.tickNone : editor.dataset.tickAll;
    };
    all.addEventListener("click", () => {
      const wanted = boxes.some((each) => !each.checked);
      for (const each of boxes) each.checked = wanted;
      tell();
      level.dispatchEvent(new Event("input", { bubbles: true }));
    });
    level.addEventListener("change", tell);
    level.querySelector(".action-grid").before(all);
    tell();
  }

  for (const box of editor.querySelectorAll("[data-all]")) {
    const part = document.getElementById(`${box.dataset.all}-actions`);
    const dim = () => part.classList.toggle("dimmed", box.checked);
    box.addEventListener("change", dim);
    dim();
  }
}
