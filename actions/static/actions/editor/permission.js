// Whoever ticks a right means the table: choose it for them.

for (const table of document.querySelectorAll(".permission-table")) {
  const choice = table.parentElement.querySelector('input[type="radio"][value="table"]');
  table.addEventListener("change", () => {
    choice.checked = true;
  });
}
