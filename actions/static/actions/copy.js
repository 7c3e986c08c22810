// Puts the snippet before a button into the clipboard.
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.nextElementSibling.textContent = "Copied.";
  });
}
