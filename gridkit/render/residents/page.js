"use strict";
const field = document.querySelector("input");
const rows = [...document.querySelectorAll("tr[data-homes]")];
const empty = document.querySelector("#empty");
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

function seek() {
  const wanted = plain(field.value);
  let shown = 0;
  for (const row of rows) {
    const fits = plain(row.textContent).includes(wanted);
    row.classList.toggle("none", !fits);
    shown += fits;
  }
  empty.classList.toggle("none", shown > 0);
}

function choose(row) {
  for (const marked of document.querySelectorAll(".mine")) marked.classList.remove("mine");
  row.classList.add("mine");
  for (const id of row.dataset.homes.split(" ")) document.getElementById(id)?.classList.add("mine");
}

field.addEventListener("input", seek);
for (const row of rows) {
  row.addEventListener("click", () => choose(row));
  row.addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose(row);
  });
}
