// The match workspace: a changed gate is answered at once. What is typed is only ever posted, and stands in no address.

const form = document.querySelector("#match-form");
const answer = document.querySelector("#answer");
/** How long after the last key a text is asked for, milliseconds. */
const PAUSE = 250;

if (form && answer) {
  let waiting = 0;
  let asked = 0;
  form.addEventListener("input", ({ target }) => {
    clearTimeout(waiting);
    // What is chosen is asked at once, what is typed when the hand rests.
    const typed = target.matches("textarea, input[type=text], input:not([type]), input[type=number], input[type=time]");
    waiting = setTimeout(ask, typed ? PAUSE : 0);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("#answer input[name=beside]")) {
      const chosen = answer.querySelectorAll("input[name=beside]:checked");
      if (chosen.length > 3) target.checked = false;
      else ask();
    }
  });
  form.addEventListener("submit", (event) => {
    // More rows are drawn by the server.
    if (event.submitter?.value === "more" || event.submitter?.name === "apply") return;
    event.preventDefault();
    clearTimeout(waiting);
    ask();
  });

  /** Asks with what stands in the form now; an answer to an older question is thrown away. */
  async function ask() {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    answer.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { "x-part": "answer" } });
      if (!response.headers.get("content-type")?.startsWith("text/html") || response.redirected) { form.submit(); return; }
      const text = await response.text();
      if (mine !== asked) return;
      show(text);
    } catch {
      if (mine === asked) answer.querySelector("#match-count").textContent = "サーバーにつながりません。書いたものは左に残っています。もう一度押してください。";
    } finally {
      if (mine === asked) answer.removeAttribute("aria-busy");
    }
  }

  /** Puts the new answer in the place of the old one; what was opened and where the focus was stays. */
  function show(text) {
    const opened = new Set([...answer.querySelectorAll("li[id] details[open]")].map((d) => d.closest("li").id));
    const focused = document.activeElement?.closest("#answer li[id]")?.id;
    answer.innerHTML = text;
    for (const id of opened) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.querySelector("a")?.focus();
  }
}
