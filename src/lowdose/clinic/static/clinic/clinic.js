// Small helps that work without them too: nothing here is needed to use a page.
"use strict";

// Forms say that they are being sent, and are not sent twice by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A number beside every slider.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type !== "range") return;
  const shown = document.querySelector(`output[for="${slider.id}"]`);
  if (shown) shown.textContent = slider.value;
});

// Fields that only matter for one choice: data-when="field=value other".
function showWhatMatters() {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    const chosen = document.querySelector(`[name="${name}"]:checked, select[name="${name}"]`);
    part.hidden = !(chosen && values.split(" ").includes(chosen.value));
  }
}
document.addEventListener("change", showWhatMatters);
document.addEventListener("DOMContentLoaded", showWhatMatters);
document.addEventListener("htmx:afterSwap", showWhatMatters);

// "Show what I type" under a password; hidden again before it is sent, so that no browser keeps it
// as it keeps what one types into other fields.
function reveal(box) {
  document.getElementById(box.dataset.reveal).type = box.checked ? "text" : "password";
}
document.addEventListener("DOMContentLoaded", () => {
  for (const label of document.querySelectorAll("label.reveal")) label.hidden = false;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-reveal]")) reveal(event.target);
});
document.addEventListener("submit", (event) => {
  for (const box of event.target.querySelectorAll("[data-reveal]:checked")) {
    box.checked = false;
    reveal(box);
  }
});

// "Copy" beside what has to be handed on.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  button.textContent = button.dataset.copied;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
