// The pages for staff: each role's walked like the residents' own, and one case from the first call to its shredding by hand.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { closeBrowsers, open } from "./browser.mjs";
import { codeAt } from "./codes.mjs";
import { readingChecks } from "./checks-reading.mjs";
import { password, startStaff, today } from "./service.mjs";
import { close, handOver, makeConference, press, recordConsent, said, share, signIn, takeCall, visit, withdraw, writeNeed } from "./story.mjs";

/** A check that waits for ever says nothing. */
const limit = { timeout: 60_000 };
/** States in which a page without a map may differ. */
const walked = ["desk", "phone", "narrow", "largeText", "noScript"];

let service;
before(async () => { service = await startStaff(); });
after(async () => {
  await closeBrowsers();
  await service?.stop();
});

test("one case from the first call to its shredding, on a phone", { timeout: 300_000 }, async (t) => {
  const sato = await signIn(service, "sato");
  const path = await takeCall(sato);
  await visit(sato, path);
  await writeNeed(sato, path);
  const conference = await makeConference(sato);
  await recordConsent(sato, path, conference);
  await share(sato, path);
  await t.test("the member sees the wish and nothing else", async () => {
    const iin = await signIn(service, "iin");
    await iin.go(conference);
    const shown = await iin.page.locator("main").innerText();
    assert.match(shown, /料理で役に立ちたい/);
    for (const hidden of [said.name, said.telephone, "片づけ", "元の上司", "母親"]) assert.ok(!shown.includes(hidden), `${hidden} stays`);
    await withdraw(sato, path);
    await iin.go(conference);
    assert.ok(!(await iin.page.locator("main").innerText()).includes("料理で役に立ちたい"), "gone at once");
    assert.deepEqual(iin.troubles, []);
  });
  await handOver(sato, path);
  assert.equal((await sato.page.request.get(service.url + path)).status(), 404, "who gave it away reads it no more");
  const kato = await signIn(service, "kato");
  await close(kato, path);
  // Nothing of the person stood in an address.
  for (const address of [...sato.visited, ...kato.visited].map(decodeURIComponent)) {
    for (const secret of [said.name, "花子", said.telephone, "料理"]) assert.ok(!address.includes(secret), address);
  }
  assert.deepEqual([...sato.troubles, ...kato.troubles], []);
  await service.at("2032-01-05T09:00:00+09:00");
  const later = await signIn(service, "kato");
  await later.go("/shredding");
  await press(later.page, "廃棄を申し出る");
  await press(later.page, "廃棄を承認する");
  assert.equal(await later.page.getByRole("button", { name: /もとにもどせません/ }).count(), 0, "one is not two");
  const kanri = await signIn(service, "kanri");
  await kanri.go("/shredding");
  await press(kanri.page, "廃棄を承認する");
  await press(kanri.page, "廃棄する(もとにもどせません)");
  assert.equal(await kanri.page.locator("tbody tr").count(), 1, "the 廃棄記録 stays");
  assert.equal((await later.page.request.get(service.url + path)).status(), 404);
  assert.deepEqual([...later.troubles, ...kanri.troubles], []);
  // What was said is in no file, and neither is it in the log.
  const files = readdirSync(service.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath ?? file.path, file.name));
    for (const secret of [said.name, said.telephone, said.gist]) assert.ok(!bytes.includes(Buffer.from(secret)), `${file.name} holds what was said`);
  }
  assert.match(service.yosatte(["check"]).toString(), /\S/);
  await service.at(today);
});

test("every page for staff as it stands", { timeout: 1_200_000 }, async (t) => {
  const sato = await signIn(service, "sato");
  const path = await takeCall(sato);
  await visit(sato, path);
  await writeNeed(sato, path);
  const conference = await makeConference(sato);
  await recordConsent(sato, path, conference);
  await share(sato, path);
  await sato.go(path);
  const inCase = async (part) => new URL(await sato.page.locator(`a[href*="/${part}/"]`).first().getAttribute("href"), service.url).pathname;
  const [note, matched, consent] = [await inCase("notes"), await inCase("needs"), await inCase("consents")];
  const need = matched.replace(/\/match$/, "");
  const pages = {
    sato: {
      home: "/staff", cases: "/cases", new: "/cases/new", case: path, note, need: `${path}/need`, "need-changed": need, match: "/match", "need-matched": `${need}/match`, edit: `${path}/edit`, consent: `${path}/consent`,
      withdraw: consent, share: `${path}/share`, refer: `${path}/refer`, handover: `${path}/handover`, basis: `${path}/basis`, close: `${path}/close`,
      export: `${path}/export`, conferences: "/conferences", "conference-kept": conference, shredding: "/shredding", account: "/account", password: "/account/password",
    },
    sumi: { home: "/staff", cases: "/cases", conferences: "/conferences" },
    iin: { home: "/staff", conferences: "/conferences", "conference-seen": conference },
    kanri: { home: "/staff", accounts: "/accounts", account: "/accounts/sato", audit: "/audit", shredding: "/shredding" },
    keikaku: { home: "/staff" },
  };
  const walks = [];
  for (const [account, own] of Object.entries(pages)) {
    const { cookies, close: leave } = await signIn(service, account);
    await leave();
    walks.push(...Object.entries(own).map(([name, address]) => ({ account, cookies, entry: { name, path: address } })));
  }
  walks.push({ account: "nobody", cookies: [], entry: { name: "signin", path: "/signin" } });
  // Each page in each state has a window of its own, so that two can be walked at a time.
  await t.test("walked", { concurrency: 2 }, async (u) => {
    await Promise.all(walks.flatMap(({ account, cookies, entry }) => walked.map((state) => {
      const checks = readingChecks.filter((one) => one.states.includes(state) && (!one.on || one.on(entry)));
      return u.test(`${account}: ${entry.name} / ${state}`, limit, async (v) => {
        const opened = await open(service.url, entry.path, state, cookies);
        try {
          for (const { number, name, check } of checks) await v.test(`(${number}) ${name}`, limit, () => check({ ...opened, entry }));
        } finally { await opened.close(); }
      });
    })));
  });
});

test("who presses twice writes once", limit, async () => {
  const sato = await signIn(service, "sato");
  const path = await takeCall(sato);
  await sato.go(path);
  const notes = sato.page.locator("ol.notes > li");
  const before = await notes.count();
  await sato.page.fill("[name=gist]", "二度押した");
  await Promise.all([sato.page.waitForEvent("load"), sato.page.getByRole("button", { name: "書きとめる" }).first().dblclick()]);
  await sato.go(path);
  assert.equal(await notes.count(), before + 1);
  assert.deepEqual(sato.troubles, []);
});

test("a form that was wrong keeps what was typed, and says it to everyone", limit, async () => {
  const sato = await signIn(service, "sato", "desk");
  await sato.go("/cases/new");
  await sato.page.fill('[name="identity/name"]', said.name);
  await sato.page.fill('[name="review_on"]', "2030-01-01");
  await press(sato.page, "保存する");
  assert.equal(await sato.page.inputValue('[name="identity/name"]'), said.name);
  assert.match(await sato.page.locator("[role=alert]").innerText(), /見直しの日/);
  const axe = readingChecks.find(({ name }) => name === "passes axe-core");
  await axe.check({ page: sato.page, entry: {} });
});

/** Everything that is asked of a page as it stands, of the one this window shows now. */
async function reads(opened, name) {
  const entry = { name };
  for (const one of readingChecks.filter((c) => c.states.includes(opened.state) && (!c.on || c.on(entry)))) await one.check({ ...opened, entry });
}

/** A window in which the password was given and the code is asked for. */
async function asked(account, state) {
  const opened = await open(service.url, "/signin", state);
  await opened.page.fill("#account", account);
  await opened.page.fill("#password", password);
  await press(opened.page, "サインインする");
  await opened.page.getByRole("heading", { level: 1, name: "確認コード" }).waitFor();
  return opened;
}

/** Gives a code; answers the heading of what comes. */
async function give({ page }, code, button = "確かめる") {
  await page.fill("#code", code);
  await press(page, button);
  return page.locator("h1").innerText();
}

// The last: these accounts are asked for a code from here on.
for (const [account, state] of [["sumi", "phone"], ["keikaku", "desk"]]) {
  test(`a second factor is set up, asked for and lost / ${state}`, { timeout: 180_000 }, async () => {
    const now = Date.parse(today);
    const first = await signIn(service, account, state);
    await first.go("/account/factor");
    await reads(first, "factor");
    const secret = await first.page.locator("main code").innerText();
    assert.equal(await give(first, "000000", "設定する"), "確認コードの設定");
    assert.match(await first.page.locator("[role=alert]").innerText(), /コードが違います/);
    await reads(first, "factor-wrong");
    assert.equal(await give(first, codeAt(secret, now), "設定する"), "予備コード");
    await reads(first, "codes");
    const spare = await first.page.locator(".codes code").allInnerTexts();
    assert.equal(spare.length, 10);

    const second = await asked(account, state);
    await reads(second, "code");
    assert.equal(await give(second, codeAt(secret, now)), "確認コード", "each code is good once");
    await reads(second, "code-wrong");
    assert.equal(await give(second, codeAt(secret, now + 30_000)), "はじめの画面");
    const third = await asked(account, state);
    assert.equal(await give(third, spare[0].toLowerCase()), "はじめの画面");
    const fourth = await asked(account, state);
    assert.equal(await give(fourth, spare[0]), "確認コード", "each spare code is good once");

    await third.page.goto(`${service.url}/account/confirm`);
    await reads(third, "confirm");
    await third.page.goto(`${service.url}/account`);
    await reads(third, "account");
    await press(third.page, "ほかの画面をすべてサインアウトする");
    assert.equal(await third.page.getByRole("button", { name: /サインアウトする/ }).count(), 0, "no other screen is left");
    assert.equal((await second.page.request.get(`${service.url}/staff`, { maxRedirects: 0 })).status(), 303);

    const kanri = await signIn(service, "kanri", state);
    await kanri.go(`/accounts/${account}`);
    await press(kanri.page, "確認コードを外す");
    const told = await signIn(service, account, state);
    assert.match(await told.page.locator("main section.warning").innerText(), /kanri\(kanri\)さんがあなたの確認コードを外しました/);
    await reads(told, "told");
    for (const tight of ["narrow", "largeText"]) {
      const opened = await open(service.url, "/account", tight, told.cookies);
      await reads(opened, "account-told");
      await opened.close();
    }
    await press(told.page, "読みました");
    assert.equal(await told.page.locator("main section.warning").count(), 0);
    await reads(told, "account-told");
    for (const one of [first, second, third, fourth, kanri, told]) assert.deepEqual(one.troubles, []);
  });
}
