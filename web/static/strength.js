// How hard a new password is to guess, worked out here: nothing of it is sent before the form is.
"use strict";

const COMMON = [
  "password", "passwort", "qwerty", "qwertz", "asdf", "letmein", "welcome", "admin", "iloveyou", "dragon", "monkey",
  "football", "baseball", "master", "login", "secret", "summer", "winter", "spring", "autumn", "bindery", "changeme",
];
const ROWS = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890"];
const KINDS = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];
const STEPS = [
  [45, "weak"],
  [70, "fair"],
  [Infinity, "strong"],
];

// Pieces that people choose often count as one character each.
function squeezed(password, names) {
  let rest = password.toLowerCase().replace(/[@4]/g, "a").replace(/[0]/g, "o").replace(/[1!]/g, "i").replace(/[3]/g, "e").replace(/[5$]/g, "s");
  for (const word of [...names, ...COMMON]) rest = rest.split(word).join("\u0001");
  const plain = password.toLowerCase();
  let runs = 0;
  for (let index = 2; index < plain.length; index += 1) {
    const piece = plain.slice(index - 2, index + 1);
    const turned = [...piece].reverse().join("");
    if (ROWS.some((row) => row.includes(piece) || row.includes(turned)) || new Set(piece).size === 1) runs += 1;
  }
  return Math.max(1, rest.length - runs);
}

function bits(password, names) {
  const alphabet = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0);
  return alphabet ? squeezed(password, names) * Math.log2(alphabet) : 0;
}

for (const shown of document.querySelectorAll("[data-strength-of]")) {
  const field = document.getElementById(shown.dataset.strengthOf);
  const names = shown.dataset.names.toLowerCase().split(/[\s@.]+/).filter((name) => name.length > 2);
  const words = JSON.parse(shown.dataset.words);
  const [meter, word, hint] = ["meter", "strong", "span"].map((name) => shown.querySelector(name));
  const show = () => {
    shown.hidden = field.value === "";
    const found = bits(field.value, names);
    const [, kind] = STEPS.find(([limit]) => found < limit);
    shown.dataset.strength = kind;
    meter.value = Math.min(100, found);
    [word.textContent, hint.textContent] = words[kind];
  };
  field.addEventListener("input", show);
  show();
}
