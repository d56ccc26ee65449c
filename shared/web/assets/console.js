// The console by keyboard: "/" search, "j" and "k" move through the list, "Enter" opens, "?" shows this help.
const rows = () => [...document.querySelectorAll("[data-row] a[href]")];
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function move(step) {
  const all = rows();
  const next = all.indexOf(document.activeElement) + step;
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

const keys = {
  "/": () => document.querySelector("input[type=search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  "?": () => {
    const help = document.getElementById("tastatur");
    if (help) help.open = !help.open;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
