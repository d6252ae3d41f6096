// The checks of a page as it stands, nothing pressed: can everybody read it, in every state. Numbers are those of the design's list.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { axePath, mapIdle } from "./browser.mjs";

const axeSource = readFileSync(axePath, "utf8");
const everyState = ["desk", "phone", "narrow", "largeText", "noScript", "noWebgl", "plainHttp", "forcedColours"];

/** Each: its number in the design, a sentence, the states it is made in, which pages, and the check itself. */
export const readingChecks = [
  { number: 0, name: "answers with its status, a title and one heading", states: ["desk"], check: hasItsFrame },
  { number: 1, name: "shows its list or table, and an SVG map, without scripts", states: ["noScript"], check: worksWithoutScripts },
  { number: 2, name: "says kindly that the map cannot move, without WebGL", states: ["noWebgl"], on: (page) => page.map, check: speaksOfMissingWebgl },
  { number: 3, name: "draws its map to the end", states: ["desk", "phone"], on: (page) => page.map, check: ({ page }) => mapIdle(page) },
  { number: 4, name: "offers no 現在地 over plain http", states: ["plainHttp"], check: offersNoLocation },
  { number: 5, name: "passes axe-core", states: ["desk", "phone", "largeText"], check: passesAxe },
  { number: 5, name: "passes axe-core in forced colours", states: ["forcedColours"], on: (page) => page.print || page.form, check: passesAxe },
  { number: 6, name: "shows what is pressed in forced colours", states: ["forcedColours"], on: (page) => page.name === "filtered", check: showsWhatIsPressed },
  { number: 11, name: "has controls of at least 44 × 44 px", states: ["desk", "phone"], check: hasLargeControls },
  { number: 12, name: "has a map control in Japanese", states: ["desk"], on: (page) => page.map, check: speaksJapaneseOnTheMap },
  { number: 15, name: "announces the number of results", states: ["desk", "noScript"], on: (page) => page.list, check: announcesResults },
  { number: 19, name: "searches by a GET form", states: ["noScript"], on: (page) => page.form, check: hasAGetForm },
  { number: 21, name: "overflows nowhere at 320 px", states: ["narrow"], check: overflowsNowhere },
  { number: 21, name: "cuts nothing at 200 % text", states: ["largeText"], check: cutsNothing },
  // Last, so that it sees what the others brought up; also the outside requests of 3 and the quiet console of 4.
  { number: 3, name: "asks no other host and keeps the console quiet", states: everyState, check: hadNoTrouble },
];

async function hasItsFrame({ page, status, entry }) {
  assert.equal(status, entry.status ?? 200);
  assert.equal(await page.getAttribute("html", "lang"), entry.lang ?? "ja");
  assert.match(await page.title(), /\S/);
  assert.equal(await page.locator("h1").count(), 1, "one h1");
  assert.equal(await page.locator("main").count(), 1, "one main");
}

async function worksWithoutScripts({ page, entry }) {
  if (entry.list) assert.ok((await page.locator("#results li[data-id]").count()) > 0, "results without scripts");
  if (entry.map) {
    assert.ok(await page.locator("#map-svg").isVisible(), "the SVG map");
    const drawn = await page.locator("#map-svg path, #map-svg circle, #map-svg use, #map-svg polygon").count();
    assert.ok(drawn > 0, "something is drawn on it");
  }
  const text = await page.locator("main").innerText();
  assert.ok(text.trim().length > 20, `main says: ${text}`);
}

async function speaksOfMissingWebgl({ page }) {
  await page.waitForSelector("#map-message", { state: "visible", timeout: 15_000 });
  assert.match(await page.locator("#map-message").innerText(), /地図/);
  assert.ok(await page.locator("#map-svg").isVisible(), "the SVG map stays");
}

async function offersNoLocation({ page }) {
  assert.equal(await page.evaluate(() => isSecureContext), false, "the state is what it says");
  assert.equal(await page.getByRole("button", { name: /現在地/ }).count(), 0);
}

/** The four WCAG sets and, for number 10, that a visible label is part of the name (axe counts that among its experiments). */
async function passesAxe({ page, entry }) {
  if (entry.map) await mapIdle(page);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    rules: { "label-content-name-mismatch": { enabled: true }, "target-size": { enabled: true } },
  }));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join("\n    ")}`);
  assert.equal(told.length, 0, `\n  ${told.join("\n  ")}`);
}

/** Where the reader's own colours replace ours, a pressed word still differs: by its tick. */
async function showsWhatIsPressed({ page }) {
  const ticks = await page.locator(".press input:checked + span").evaluateAll((all) => all.map((one) => getComputedStyle(one, "::before").content));
  assert.ok(ticks.length >= 3, `pressed: ${ticks.length}`);
  for (const tick of ticks) assert.match(tick, /✓/);
}

async function hasLargeControls({ page }) {
  const small = await page.evaluate(() => {
    const controls = "button, input:not([type=hidden]), select, textarea, summary, [role=button], a.button, nav a, #results li[data-id] a[href^='/resources/']";
    return [...document.querySelectorAll(controls)].flatMap((control) => {
      // A box to tick is as large as the label that ticks it.
      const target = ["checkbox", "radio"].includes(control.type) ? control.closest("label") ?? control : control;
      const { width, height } = target.getBoundingClientRect();
      const shown = target.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
      if (!shown || (width >= 43.5 && height >= 43.5)) return [];
      return [`${Math.round(width)}×${Math.round(height)} ${target.outerHTML.slice(0, 120)}`];
    });
  });
  assert.deepEqual(small, []);
}

async function speaksJapaneseOnTheMap({ page }) {
  await mapIdle(page);
  const foreign = await page.evaluate(() => {
    const said = [...document.querySelectorAll("#map [class*=maplibregl] , #map[class*=maplibregl]")].flatMap((part) =>
      [part.getAttribute("aria-label"), part.getAttribute("title"), part.getAttribute("alt"), ...[...part.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data)]);
    return said.filter((text) => text && /[A-Za-z]{2,}/.test(text.replaceAll(/MapLibre|OpenStreetMap|km|m\b/g, "")) && !/[ぁ-んァ-ヶ一-龠]/.test(text));
  });
  assert.deepEqual(foreign, []);
}

async function announcesResults({ page }) {
  assert.match(await page.getAttribute("#result-count", "aria-live"), /polite|assertive/);
  assert.match(await page.locator("#result-count").innerText(), /[0-9０-９]+\s*件/);
}

async function hasAGetForm({ page }) {
  const method = ((await page.getAttribute("#search-form", "method")) ?? "get").toLowerCase();
  assert.equal(method, "get");
  await page.fill("#search-form [name=q]", "編み物");
  await Promise.all([page.waitForURL(/q=/), page.press("#search-form [name=q]", "Enter")]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "編み物");
  assert.equal(await page.inputValue("#search-form [name=q]"), "編み物");
}

async function overflowsNowhere({ page }) {
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= 320) return [];
    return [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > 321).slice(-5).map((part) => part.outerHTML.slice(0, 150));
  });
  assert.deepEqual(wide, []);
}

async function cutsNothing({ page }) {
  const size = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector("main")).fontSize));
  assert.ok(size >= 32, `text follows the reader's own size: ${size}px at 200 %`);
  const cut = await page.evaluate(() => [...document.querySelectorAll("main *, header *, footer *")].filter((part) => {
    const style = getComputedStyle(part);
    const clips = [style.overflowX, style.overflowY].some((value) => value === "hidden" || value === "clip");
    const text = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const { width, height } = part.getBoundingClientRect();
    return clips && text && width > 2 && height > 2 && (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1);
  }).map((part) => part.outerHTML.slice(0, 150)));
  assert.deepEqual(cut, []);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 1, `${overflow}px wider than the window`);
}

async function hadNoTrouble({ page, troubles, entry, state }) {
  if (entry.map && ["desk", "phone", "plainHttp", "forcedColours"].includes(state)) await mapIdle(page);
  assert.deepEqual(troubles, []);
}
