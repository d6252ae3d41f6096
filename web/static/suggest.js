// Words offered while typing: the box becomes a combobox (WAI-ARIA, list autocomplete); without this script it is a plain field.

const waitMs = 150;

/** Offers completions of `/api/v1/suggest` under the field; taking one searches for it. */
export function offerWords(form, field) {
  if (!field) return;
  const frame = document.createElement("div");
  frame.className = "suggest";
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.role = "listbox";
  list.ariaLabel = "ことばの候補";
  list.hidden = true;
  field.replaceWith(frame);
  frame.append(field, list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) field.setAttribute(name, value);

  let [timer, asked, at] = [0, "", -1];

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (next) => {
    const options = [...list.children];
    at = (next + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    field.value = option.dataset.text;
    close();
    form.requestSubmit();
  };
  const ask = async () => {
    const words = asked = field.value.trim();
    if (words.length < 1) return close();
    const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(words)}`).catch(() => null);
    // An answer to what has been typed over is of no use any more.
    if (!answer?.ok || asked !== words || document.activeElement !== field) return;
    const { items } = await answer.json();
    list.replaceChildren(...items.map(optionOf));
    if (items.length === 0) return close();
    at = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };

  field.addEventListener("input", (event) => {
    asked = "";
    clearTimeout(timer);
    // While kana are being turned into kanji the text is not yet what is meant, but its reading already finds.
    timer = setTimeout(ask, event.isComposing ? waitMs * 2 : waitMs);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at < 0 ? -1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) take(list.children[at]);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => { asked = ""; close(); });
  // Pressing must not take the focus from the field before the click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => { const option = target.closest("li"); if (option) take(option); });
}

function optionOf({ text, type_label: kind }, i) {
  const option = document.createElement("li");
  option.id = `suggestion-${i}`;
  option.role = "option";
  option.dataset.text = text;
  option.setAttribute("aria-selected", "false");
  const hint = document.createElement("span");
  hint.textContent = kind;
  option.append(text, hint);
  return option;
}
