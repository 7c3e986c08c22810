// Fills in what the address has after its "#", as links in mails do: no server and no log sees it.
const given = new URLSearchParams(location.hash.slice(1));
for (const field of document.querySelectorAll("form [name][aria-describedby]:not([type=checkbox], [type=file])"))
  if (given.has(field.name)) field.value = given.get(field.name);
if (given.size) history.replaceState(null, "", location.pathname + location.search);
