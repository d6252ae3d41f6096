// A form is sent once: who presses twice, because the line is slow, does not write twice.

document.addEventListener("submit", (event) => {
  // What a script answers by itself is never sent.
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});

// Who comes back to the page may send it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
