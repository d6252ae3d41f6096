// Chromium as the tests see it: states a visitor may be in, and a page that remembers everything that went wrong on it.

import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

/** Where axe-core's script is, for `page.evaluate`. */
export const axePath = require.resolve("axe-core/axe.min.js");

const flags = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  // A name that is not this machine's own: pages under it are no secure context, as in a town hall without certificates.
  "--host-resolver-rules=MAP town-hall.test 127.0.0.1",
];

const desk = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** The states a page is walked in. `flags` go to a Chromium of their own, `context` to its window. */
export const states = {
  desk: { context: desk },
  phone: { context: phone },
  narrow: { context: { viewport: { width: 320, height: 720 } } },
  largeText: { context: desk, rootFontSize: "200%" },
  noScript: { context: { ...desk, javaScriptEnabled: false } },
  noWebgl: { context: desk, flags: ["--disable-3d-apis"] },
  plainHttp: { context: desk, host: "town-hall.test" },
  forcedColours: { context: { ...desk, forcedColors: "active", reducedMotion: "reduce" } },
};

const browsers = new Map();

/**
 * Opens a path in a state; answers the page, with `troubles` (console, errors, outside requests) that it collects. `cookies` are those
 * of somebody who is signed in.
 */
export async function open(url, path, stateName = "desk", cookies = []) {
  const state = states[stateName];
  const browser = await browserWith(state.flags ?? []);
  const context = await browser.newContext({ locale: "ja-JP", timezoneId: "Asia/Tokyo", ...state.context });
  const base = new URL(url);
  if (state.host) base.hostname = state.host;
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, domain: base.hostname })));
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // The page that says 404 (or 400) is itself one, which Chromium notes.
    if (/status of 4\d\d/.test(message.text()) && message.location().url === page.url()) return;
    // Chromium on the drawing speed of a machine without a graphics card: not the page's doing.
    if (/GPU stall|GL Driver Message|software rendering|SwiftShader/i.test(message.text())) return;
    troubles.push(`console: ${message.text()}`);
  });
  await context.route("**/*", (route) => {
    const asked = new URL(route.request().url());
    if (asked.host === base.host || ["data:", "blob:"].includes(asked.protocol)) return route.continue();
    troubles.push(`asked another host: ${asked.origin}`);
    return route.abort();
  });
  const response = await page.goto(new URL(path, base).href, { waitUntil: "load" });
  if (state.rootFontSize) await page.evaluate((size) => { document.documentElement.style.fontSize = size; }, state.rootFontSize);
  return { page, troubles, status: response.status(), state: stateName, close: () => context.close() };
}

/** Waits until the interactive map has drawn everything, which it says itself. */
export async function mapIdle(page) {
  await page.waitForSelector("#map[data-map-idle]", { timeout: 30_000, state: "attached" });
}

/** Ends every Chromium. */
export async function closeBrowsers() {
  await Promise.all([...browsers.values()].map(async (browser) => (await browser).close()));
  browsers.clear();
}

function browserWith(more) {
  const key = more.join(" ");
  if (!browsers.has(key)) {
    const executablePath = process.env.YOSATTE_CHROMIUM ?? "/usr/bin/chromium";
    browsers.set(key, chromium.launch({ executablePath, args: [...flags, ...more] }));
  }
  return browsers.get(key);
}
