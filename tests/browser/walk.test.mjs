// One walk over all pages and states, in Debian's Chromium, against the built service with the example city.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowsers, open, states } from "./browser.mjs";
import { doingChecks, notYet } from "./checks-doing.mjs";
import { readingChecks } from "./checks-reading.mjs";
import { crowdPages, pagesOf } from "./pages.mjs";
import { startDemo } from "./service.mjs";

/** A check that waits for ever says nothing. */
const limit = { timeout: 60_000 };

let service;
before(async () => { service = await startDemo({ crowd: true }); });
after(async () => {
  await closeBrowsers();
  await service?.stop();
});

// Each page in each state has a window of its own, so that two can be walked at a time.
test("pages as they stand", { concurrency: 2 }, async (t) => {
  const walks = [];
  for (const entry of await pagesOf(service.url)) {
    for (const state of Object.keys(states)) {
      const checks = readingChecks.filter((one) => one.states.includes(state) && (!one.on || one.on(entry)));
      walks.push(t.test(`${entry.name} / ${state}`, async (u) => {
        const opened = await open(service.url, entry.path, state);
        try {
          for (const { number, name, check } of checks) await u.test(`(${number}) ${name}`, limit, () => check({ ...opened, entry }));
        } finally { await opened.close(); }
      }));
    }
  }
  await Promise.all(walks);
});

test("pages in use", async (t) => {
  const pages = [...await pagesOf(service.url), ...crowdPages];
  for (const { number, name, state, pages: names, check } of doingChecks) {
    for (const wanted of names) {
      const entry = pages.find((page) => page.name === wanted);
      assert.ok(entry, `${wanted} stands in pages.mjs`);
      await t.test(`${entry.name}: (${number}) ${name}`, limit, async () => {
        const opened = await open(service.url, entry.path, state);
        try { await check({ ...opened, entry }); } finally { await opened.close(); }
      });
    }
  }
});

for (const [number, why] of Object.entries(notYet)) test(`(${number}) of the design's list`, { skip: why }, () => {});
