// The chosen entry is in sight in its tree when the page was not opened at it. The page works without this file.
"use strict";

const tree = document.querySelector(".tree");
const chosen = document.getElementById("entry-here");

if (!location.hash) {
  tree.scrollTop += chosen.getBoundingClientRect().top - tree.getBoundingClientRect().top - tree.clientHeight / 3;
  chosen.scrollIntoView({ block: "nearest" });
}
