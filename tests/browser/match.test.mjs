// The match workspace on the example city: answered at every change, without scripts too, and what is typed stands in no address.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { closeBrowsers, open } from "./browser.mjs";
import { readingChecks } from "./checks-reading.mjs";
import { startStaff } from "./service.mjs";
import { press, signIn, takeCall, writeNeed } from "./story.mjs";

const data = new URL("../../data/oshu/", import.meta.url).pathname;
const wish = "人に料理を教えたい";
let service;
before(async () => {
  service = await startStaff();
  service.yosatte(["import", "districts", `${data}districts.csv`]);
  for (const kind of ["resources", "opportunities"]) service.yosatte(["import", kind, ...readdirSync(data + kind).map((file) => `${data}${kind}/${file}`)]);
});
after(async () => {
  await closeBrowsers();
  await service?.stop();
});

const names = (page) => page.locator("#answer ol.candidates h3 a").allInnerTexts();

test("a gate that is changed is answered at once, and nothing stands in the address", { timeout: 120_000 }, async () => {
  const { page, go, troubles, visited } = await signIn(service, "sato", "desk");
  await go("/match");
  await page.fill("textarea[name=wishes]", wish);
  await page.locator("#answer ol.candidates").waitFor();
  const before = await names(page);
  assert.match(before.join(), /料理/);
  await page.locator("label.press", { hasText: "講師" }).click();
  await page.waitForFunction((first) => document.querySelector("#match-count strong").textContent !== first, await page.locator("#match-count strong").innerText()).catch(() => {});
  const after = await names(page);
  assert.match(after[0], /料理の先生/, after.join());
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "roles", "the focus stays where it was");
  await page.locator("#answer input[name=beside]").nth(0).evaluate((box) => box.click());
  await page.locator("#answer table.beside").waitFor();
  assert.equal(await page.locator("#answer table.beside thead th").count(), 2);
  await page.locator("#answer details summary").first().click();
  assert.match(await page.locator("#answer .gates").first().innerText(), /役割/);
  for (const { check } of readingChecks.filter((one) => ["passes axe-core", "has controls of at least 44 × 44 px"].includes(one.name) && one.states.includes("desk"))) await check({ page, entry: { name: "match" }, state: "desk", troubles });
  for (const address of [page.url(), ...visited].map(decodeURIComponent)) assert.ok(!address.includes("料理"), address);
  assert.deepEqual(troubles, []);
});

test("without scripts it is a form that is sent", { timeout: 120_000 }, async () => {
  const { cookies, close } = await signIn(service, "sato", "desk");
  await close();
  const { page, troubles, close: leave } = await open(service.url, "/match", "noScript", cookies);
  await page.fill("textarea[name=wishes]", wish);
  await press(page, "候補をさがす");
  assert.match((await names(page)).join(), /料理/);
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/match");
  await page.locator("#answer input[name=beside]").nth(0).check();
  await page.locator("#answer input[name=beside]").nth(1).check();
  await press(page, "選んだものを並べて見る(3件まで)");
  assert.equal(await page.locator("#answer table.beside thead th").count(), 3);
  await page.fill("[name='reach/max_km']", "ずっと");
  await press(page, "候補をさがす");
  assert.match(await page.locator("[role=alert]").innerText(), /0.1〜100/);
  assert.equal(await page.inputValue("textarea[name=wishes]"), wish, "what was typed stays");
  assert.deepEqual(troubles, []);
  await leave();
});

test("a change that admits more is pressed", { timeout: 120_000 }, async () => {
  const { page, go } = await signIn(service, "sato", "phone");
  await go("/match");
  await page.fill("textarea[name=wishes]", wish);
  await page.locator("#answer ol.candidates").waitFor();
  await page.locator("label.press", { hasText: "講師" }).click();
  const wider = page.locator("#answer button[name=apply]").first();
  await wider.waitFor();
  const promised = Number((await wider.innerText()).match(/(\d+)件増えます/)[1]);
  const count = async () => Number((await page.locator("#match-count strong").innerText()).match(/\d+/)[0]);
  const less = await count();
  await Promise.all([page.waitForNavigation(), wider.click()]);
  assert.equal(await count(), less + promised);
});

test("from a kept need to a proposal, a step and the first screen", { timeout: 180_000 }, async () => {
  const opened = await signIn(service, "sato", "phone");
  const { page, go, troubles, visited } = opened;
  const path = await takeCall(opened);
  await writeNeed(opened, path);
  await go(path);
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "候補をさがす" }).first().click()]);
  await page.locator("#answer ol.candidates").waitFor();
  const first = (await names(page))[0];
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: /候補にする/ }).first().click()]);
  assert.match(await page.locator("main").innerText(), /候補にしました/);
  assert.match(await page.locator("main").innerText(), /本人の同意をまだ記録していません/);
  const match = new URL(page.url()).pathname;
  const reads = async (name) => {
    for (const { check } of readingChecks.filter((one) => ["passes axe-core", "has controls of at least 44 × 44 px"].includes(one.name) && one.states.includes("phone"))) await check({ page, entry: { name }, state: "phone", troubles });
  };
  await reads("matched");
  await page.locator("label.press", { hasText: "打診中" }).click();
  await page.fill("[name=note]", "火曜に電話すると約束した");
  await press(page, "書きとめる");
  assert.match(await page.locator("main").innerText(), /候補 → 打診中/);
  await reads("matched");
  for (const paper of [`${match}/handout`, "/matches"]) {
    await go(paper);
    await reads("paper");
  }
  await go(match);
  // Declining asks for why and by whom.
  await page.locator("label.press", { hasText: "不成立" }).click();
  await press(page, "書きとめる");
  assert.match(await page.locator("[role=alert]").innerText(), /不成立の理由/);
  await reads("matched-wrong");
  await go("/staff");
  assert.match(await page.locator("main").innerText(), /打診中/);
  await go(path);
  assert.match(await page.locator("main").innerText(), new RegExp(first.replace(/[()]/g, "\\$&")));
  await reads("case");
  for (const address of visited.map(decodeURIComponent)) assert.ok(!/料理|電話すると/.test(address), address);
  assert.deepEqual(troubles, []);
  const narrow = await open(service.url, match, "narrow", opened.cookies);
  await readingChecks.find(({ name }) => name === "overflows nowhere at 320 px").check({ ...narrow, entry: { name: "matched" } });
  await narrow.close();
});
