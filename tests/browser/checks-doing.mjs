// The checks that press, type, pan or print: each on a page of its own. Numbers are those of the design's list.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mapIdle } from "./browser.mjs";
import { onOneSpot } from "./service.mjs";

/** Each: its number in the design, a sentence, the state and the pages (by name) it is made on, and the check itself. */
export const doingChecks = [
  { number: 6, name: "skips to the content, never traps Tab, always shows the focus", state: "desk", pages: ["front", "resource", "district", "about"], check: worksByTab },
  { number: 7, name: "draws on the map what the list says", state: "desk", pages: ["front", "results", "district"], check: drawsWhatIsListed },
  { number: 7, name: "draws the districts of the table", state: "desk", pages: ["districts"], check: drawsTheDistricts },
  { number: 8, name: "has a link for every marker, worked by Enter", state: "desk", pages: ["results"], check: linksEveryMarker },
  { number: 9, name: "pans by arrows and zooms by + and -", state: "desk", pages: ["front", "district"], check: movesByKeys },
  { number: 13, name: "lights the marker of a row, and goes to the row of a marker", state: "desk", pages: ["results"], check: linksRowsAndMarkers },
  { number: 14, name: "offers この範囲でさがす after panning, and changes results only then", state: "desk", pages: ["front"], check: searchesHere },
  { number: 16, name: "zooms in on a cluster, and the numbers add up to the total", state: "desk", pages: ["crowd"], check: clustersAddUp },
  { number: 17, name: "opens a list where places stand on one spot", state: "desk", pages: ["one-spot"], check: listsOneSpot },
  { number: 18, name: "shows again what a URL says, and lets one condition go at a time", state: "desk", pages: ["filtered", "few-found"], check: letsGoOneByOne },
  { number: 18, name: "keeps the search in the URL, and Back works", state: "desk", pages: ["front"], check: keepsTheUrl },
  { number: 18, name: "offers words while typing, by keyboard, and tells them", state: "desk", pages: ["front"], check: offersWords },
  { number: 20, name: "lets one finger scroll past the map", state: "phone", pages: ["front"], check: scrollsPastTheMap },
  { number: 24, name: "prints title, legend, scale, date, source and the whole map on page 1 of A4", state: "desk", pages: ["results", "filtered", "resource", "districts", "district"], check: printsOnA4 },
  { number: 25, name: "keeps the place under やさしい日本語", state: "desk", pages: ["front"], check: speaksEasily },
];

/** The rest of the design's list, by number, with why no page can show it yet. */
export const notYet = {
  22: "the choropleth and its legend come with the gap map",
  23: "the same: there are no classes to tell apart before the gap map",
};

async function worksByTab({ page }) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => ({ skip: document.activeElement.matches(".skip-link"), target: document.activeElement.getAttribute("href") }));
  assert.ok(first.skip, "the first Tab meets the skip link");
  assert.equal(await page.locator(first.target).count(), 1, `the skip link's target ${first.target}`);
  const unseen = [];
  let home = false;
  for (let step = 0; step < 600 && !home; step += 1) {
    const focus = await page.evaluate(() => {
      const part = document.activeElement;
      if (!part || part === document.body) return null;
      // The map's own frame may draw the focus round the canvas inside it.
      const seen = [part, part.parentElement].some((one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || (style.boxShadow !== "none");
      });
      return { seen, html: part.outerHTML.slice(0, 120) };
    });
    if (focus === null) home = true;
    else if (!focus.seen) unseen.push(focus.html);
    await page.keyboard.press("Tab");
  }
  assert.ok(home, "Tab comes to the end of the page");
  assert.deepEqual(unseen, []);
}

async function drawsWhatIsListed({ page }) {
  await mapIdle(page);
  const { drawn, listed } = await page.evaluate(() => {
    const map = document.querySelector("#map").yosatteMap;
    const points = map.queryRenderedFeatures().filter(({ layer }) => layer.id === "places");
    return {
      drawn: [...new Set(points.map(({ properties }) => String(properties.id)))].sort(),
      listed: [...document.querySelectorAll("#results li[data-id][data-lng]")].map((row) => row.dataset.id).sort(),
    };
  });
  assert.ok(drawn.length > 0, "something is drawn");
  assert.deepEqual(drawn, listed);
}

async function drawsTheDistricts({ page }) {
  await mapIdle(page);
  const { drawn, listed } = await page.evaluate(() => {
    const shapes = document.querySelector("#map").yosatteMap.queryRenderedFeatures({ layers: ["districts"] });
    return {
      drawn: [...new Set(shapes.map(({ properties }) => properties.key))].sort(),
      listed: [...document.querySelectorAll("[data-district-id]")].map((row) => row.dataset.districtId).sort(),
    };
  });
  assert.ok(drawn.length > 0, "something is drawn");
  assert.deepEqual(drawn, listed);
}

/** What is on other pages of the list: places alone and in clusters, with the rows of this page, make up the total. */
async function clustersAddUp({ page }) {
  await mapIdle(page);
  const seen = () => page.evaluate(async () => {
    const map = document.querySelector("#map").yosatteMap;
    if (!map.loaded()) await map.once("idle");
    const once = (layer, key) => [...new Map(map.queryRenderedFeatures({ layers: [layer] }).map((f) => [f.properties[key], f])).values()];
    const clusters = once("clusters", "cluster_id").map((f) => ({ count: f.properties.point_count, at: map.project(f.geometry.coordinates), zoom: map.getZoom() }));
    return { clusters, alone: once("more", "id").length, listed: once("places", "id").length };
  });
  await page.evaluate(async () => {
    const map = document.querySelector("#map").yosatteMap;
    map.fitBounds([[140.98, 39.03], [141.23, 39.29]], { animate: false });
    await map.once("idle");
  });
  const { clusters, alone, listed } = await seen();
  assert.ok(clusters.length > 0, "something is clustered");
  const all = clusters.reduce((sum, { count }) => sum + count, alone + listed);
  assert.equal(all, Number((await page.locator("#result-count").innerText()).match(/(\d+)件/)[1]));
  await page.locator("#map").evaluate((map) => map.scrollIntoView({ block: "center", behavior: "instant" }));
  const box = await page.locator("#map canvas").boundingBox();
  // The largest one lies least under the numbered markers.
  const [{ at, zoom }] = clusters.sort((a, b) => b.count - a.count);
  await page.mouse.click(box.x + at.x, box.y + at.y);
  await page.waitForFunction((before) => document.querySelector("#map").yosatteMap.getZoom() > before + 0.2, zoom, { timeout: 5000 });
}

async function listsOneSpot({ page }) {
  await mapIdle(page);
  const rows = await page.locator("#results li[data-id]").evaluateAll((all) => all.map(({ dataset }) => dataset.name));
  assert.equal(rows.length, onOneSpot);
  await page.locator("#map").evaluate((map) => map.scrollIntoView({ block: "center", behavior: "instant" }));
  const box = await page.locator("#map canvas").boundingBox();
  const at = await page.evaluate(() => {
    const { lng, lat } = document.querySelector("#results li[data-id]").dataset;
    return document.querySelector("#map").yosatteMap.project([Number(lng), Number(lat)]);
  });
  await page.mouse.click(box.x + at.x, box.y + at.y);
  await page.waitForSelector("#map .maplibregl-popup a", { timeout: 5000 });
  const offered = await page.locator("#map .maplibregl-popup a").allInnerTexts();
  assert.deepEqual(offered.map((text) => text.replace(/^\d+ /, "")), rows);
}

/** Every condition and every way to find more leads to the same question without just that. */
async function letsGoOneByOne({ page }) {
  const asked = [...new URL(page.url()).searchParams].map(String).sort();
  const links = await page.locator(".conditions a, .more-ways a, .understood a").evaluateAll((all) => all.map((one) => one.href));
  assert.ok(links.length > 0, "something can be let go of");
  for (const link of links) {
    const left = [...new URL(link).searchParams].map(String).sort();
    assert.equal(left.filter((pair) => asked.includes(pair)).length, asked.length - 1, `${decodeURIComponent(link)} lets go of one thing`);
  }
}

async function linksEveryMarker({ page }) {
  const rows = page.locator("#results li[data-id]");
  for (const row of await rows.all()) assert.ok((await row.locator("a[href^='/resources/']").count()) >= 1);
  const link = rows.first().locator("a[href^='/resources/']").first();
  const href = await link.getAttribute("href");
  await link.focus();
  await Promise.all([page.waitForURL((to) => to.pathname === new URL(href, page.url()).pathname), page.keyboard.press("Enter")]);
}

async function movesByKeys({ page }) {
  await mapIdle(page);
  const view = () => page.evaluate(() => {
    const map = document.querySelector("#map").yosatteMap;
    return { lng: map.getCenter().lng, zoom: map.getZoom() };
  });
  const press = async (key) => {
    const before = await view();
    await page.locator("#map canvas").focus();
    await page.keyboard.press(key);
    await page.waitForTimeout(900);
    return { before, after: await view() };
  };
  const right = await press("ArrowRight");
  assert.ok(right.after.lng > right.before.lng, "→ goes east");
  const closer = await press("+");
  assert.ok(closer.after.zoom > closer.before.zoom, "+ zooms in");
  const wider = await press("-");
  assert.ok(wider.after.zoom < wider.before.zoom, "- zooms out");
}

async function linksRowsAndMarkers({ page }) {
  await mapIdle(page);
  const row = page.locator("#results li[data-lng]").first();
  const id = await row.getAttribute("data-id");
  const isLit = () => page.evaluate((one) => document.querySelector("#map").yosatteMap.getFeatureState({ source: "places", id: one }).lit === true, id);
  assert.equal(await isLit(), false);
  await row.hover();
  assert.ok(await isLit(), "hovering the row lights its marker");
  await page.mouse.move(0, 0);
  assert.equal(await isLit(), false, "leaving it puts the light out");
  await row.locator("a").first().focus();
  assert.ok(await isLit(), "focus lights it too");
  // Close enough that no other marker lies under the pointer.
  const at = await page.evaluate(async ({ lng, lat }) => {
    const map = document.querySelector("#map").yosatteMap;
    map.jumpTo({ center: [Number(lng), Number(lat)], zoom: 17 });
    await map.once("idle");
    map.getContainer().scrollIntoView({ block: "center" });
    const { x, y } = map.project([Number(lng), Number(lat)]);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: box.x + x, y: box.y + y };
  }, await row.evaluate(({ dataset }) => ({ ...dataset })));
  await page.mouse.click(at.x, at.y);
  await page.waitForTimeout(300);
  const reached = await page.evaluate(() => document.activeElement.closest("li[data-id]")?.dataset.id ?? "");
  const offered = await page.locator("#map .maplibregl-popup a").count();
  assert.ok(reached === id || offered > 1, `the row of the marker, or a list where several stand: ${reached}`);
}

async function searchesHere({ page }) {
  await mapIdle(page);
  const listed = () => page.locator("#results li[data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id));
  const before = await listed();
  assert.equal(await page.locator("#search-here").isVisible(), false, "not before panning");
  await page.locator("#map canvas").focus();
  for (const key of ["+", "ArrowRight", "ArrowRight"]) { await page.keyboard.press(key); await page.waitForTimeout(600); }
  await page.waitForSelector("#search-here", { state: "visible", timeout: 5000 });
  assert.deepEqual(await listed(), before, "nothing changes by itself");
  await Promise.all([page.waitForURL(/bbox=/), page.click("#search-here")]);
}

async function keepsTheUrl({ page }) {
  const start = page.url();
  await page.fill("#search-form [name=q]", "体操");
  await Promise.all([page.waitForURL(/q=/), page.press("#search-form [name=q]", "Enter")]);
  const found = await page.locator("#results li[data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id));
  await page.reload();
  assert.deepEqual(await page.locator("#results li[data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id)), found);
  await page.goBack();
  assert.equal(page.url(), start);
  for (const shared of await page.locator("a[data-share]").all()) {
    const to = new URL(await shared.getAttribute("href"), page.url());
    assert.ok(!to.searchParams.has("q") && !to.searchParams.has("near"), "a shared link leaves the words out");
  }
}

/** The box is a combobox: it says so, ↓ chooses, Enter takes, Escape puts the list away and leaves what was typed. */
async function offersWords({ page }) {
  const box = page.getByRole("combobox", { name: /したいこと/ });
  await box.pressSequentially("たいそ", { delay: 30 });
  const list = page.getByRole("listbox");
  await list.waitFor({ state: "visible", timeout: 5000 });
  assert.equal(await box.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await list.isVisible(), false);
  assert.equal(await box.inputValue(), "たいそ");
  await box.pressSequentially("う", { delay: 30 });
  await list.waitFor({ state: "visible", timeout: 5000 });
  await page.keyboard.press("ArrowDown");
  const chosen = page.locator(`[id="${await box.getAttribute("aria-activedescendant")}"]`);
  const word = await chosen.getAttribute("data-text");
  assert.equal(await chosen.getAttribute("aria-selected"), "true");
  await Promise.all([page.waitForURL(/q=/), page.keyboard.press("Enter")]);
  assert.equal(new URL(page.url()).searchParams.get("q"), word);
}

async function scrollsPastTheMap({ page }) {
  const toggle = page.locator("#toggle-list-map");
  await toggle.waitFor({ state: "visible" });
  const sizes = () => page.evaluate(() => ["#map", "#results"].map((part) => document.querySelector(part).getBoundingClientRect().height));
  const before = await sizes();
  await toggle.click();
  assert.notDeepEqual(await sizes(), before, "list and map change places");
  await toggle.click();
  assert.deepEqual(await sizes(), before, "and back");
  await mapIdle(page);
  const action = await page.evaluate(() => getComputedStyle(document.querySelector("#map .maplibregl-canvas")).touchAction);
  assert.match(action, /pan-y|auto|manipulation/, `one finger belongs to the page: touch-action ${action}`);
}

async function printsOnA4({ page, entry }) {
  await mapIdle(page);
  const title = await page.locator("h1").innerText();
  const firstRow = entry.list ? await page.locator("#results h3").first().innerText() : null;
  // A4 less the margins, in pixels of 1/96 inch.
  await page.setViewportSize({ width: 695, height: 1024 });
  await page.emulateMedia({ media: "print" });
  for (const control of await page.locator("nav, .skip-link, button, #search-form, #map-gl").all()) {
    assert.equal(await control.isVisible(), false, `hidden on paper: ${(await control.innerText()).slice(0, 40)}`);
  }
  const map = await page.locator("#map-svg").boundingBox();
  assert.ok(map.width > 200 && map.y >= 0 && map.y + map.height <= 1024, `the whole map on page 1: ${JSON.stringify(map)}`);
  const pdf = await page.pdf({ format: "A4" });
  const sheet = (n) => execFileSync("pdftotext", ["-f", String(n), "-l", String(n), "-", "-"], { input: pdf, encoding: "utf8" }).replaceAll(/\s/g, "");
  const first = sheet(1);
  const holds = { title: title.replaceAll(/\s/g, ""), date: /20\d\d年\d+月\d+日現在/, scale: /\d(km|m)/, source: "データの出どころ", "模式図": "模式図" };
  if (entry.list) holds.legend = await page.locator(".legend li").first().innerText().then((text) => text.replace(/^.\s*/, ""));
  for (const [what, wanted] of Object.entries(holds)) {
    assert.ok(wanted instanceof RegExp ? wanted.test(first) : first.includes(wanted), `${what} on page 1: ${first.slice(0, 300)}`);
  }
  if (firstRow) {
    assert.ok(!first.includes(firstRow.replaceAll(/\s/g, "")), "the list follows");
    assert.ok(sheet(2).includes(firstRow.replaceAll(/\s/g, "")), "on page 2");
    assert.ok(parseFloat(await page.locator("#results li").first().evaluate((row) => getComputedStyle(row).fontSize)) >= 18, "in large type");
  }
  assert.ok(await page.locator(".qr svg").first().isVisible(), "a QR code of the view");
}

async function speaksEasily({ page }) {
  await page.goto(`${page.url()}${page.url().includes("?") ? "&" : "?"}q=体操`);
  const link = page.getByRole("link", { name: /やさしい/ }).first();
  await Promise.all([page.waitForURL(/easy=1/), link.click()]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "体操", "the search stays");
  assert.match(await page.getAttribute("html", "lang"), /^ja/);
}
