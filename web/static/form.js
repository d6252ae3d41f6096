// The search form, made quicker: what is pressed is searched at once, here is near, and words are offered while typing.

import { offerWords } from "/assets/suggest.js";

const form = document.querySelector("#search-form");
if (form) {
  searchWhenPressed();
  offerLocation();
  announce();
  offerWords(form, form.querySelector("#q"));
}

/** A pressed word searches at once; the line below the form says so beforehand. */
function searchWhenPressed() {
  const note = document.querySelector("#form-note");
  note.textContent = "えらぶと、すぐにさがします。";
  note.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (target.matches("input[type=checkbox], select")) form.requestSubmit();
  });
  // Empty fields would only make the address long.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

/** 「現在地の近く」, only where a browser gives a place away: in a secure context. */
function offerLocation() {
  const button = document.querySelector("#use-location");
  if (!isSecureContext || !navigator.geolocation || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const note = document.querySelector("#form-note");
    note.textContent = "現在地をしらべています…";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      for (const old of form.querySelectorAll("input[type=hidden][name=near], input[type=hidden][name=bbox]")) old.remove();
      const near = document.createElement("input");
      near.type = "hidden";
      near.name = "near";
      // Three decimals are about 100 m: enough to walk by, and not the door of a house.
      near.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
      form.append(near);
      form.requestSubmit();
    }, () => { note.textContent = "現在地が分かりませんでした。地区をえらぶか、町の名前をことばに入れてください。"; }, { timeout: 10_000, maximumAge: 60_000 });
  });
}

/** A live region speaks when its text changes, so the number of results is set once more after the page has loaded. */
function announce() {
  const count = document.querySelector("#result-count");
  if (!count || !location.search) return;
  const words = [...count.childNodes].map((node) => node.cloneNode(true));
  setTimeout(() => count.replaceChildren(...words), 400);
}
