// A day's work of those who use the pages for staff, by hand in the browser: what every step leads to is told to `seen(name, page)`.

import assert from "node:assert/strict";
import { open } from "./browser.mjs";
import { password } from "./service.mjs";

/** The words of a person that the story writes down; none of them may stand in an address. */
export const said = { name: "及川 花子", telephone: "0197-99-0001", gist: "息子のことで母親から電話。部屋から出ない。" };

const headed = (page, words) => page.getByRole("heading", { level: 1, name: words }).waitFor();

/** Somebody signed in: their window, with everything that goes wrong in it. */
export async function signIn(service, account, state = "phone") {
  const opened = await open(service.url, "/signin", state);
  const { page } = opened;
  const visited = [];
  page.on("framenavigated", (frame) => visited.push(frame.url()));
  await page.fill("#account", account);
  await page.fill("#password", password);
  await press(page, "サインインする");
  await headed(page, "はじめの画面");
  const go = async (path) => { await page.goto(service.url + path); };
  const cookies = (await page.context().cookies()).map(({ name, value }) => ({ name, value, path: "/" }));
  return { ...opened, go, visited, cookies };
}

/** Presses the button of that name and waits for what comes. */
export async function press(page, name) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
}

async function choose(page, name, value) {
  await page.locator(`[name="${name}"][value="${value}"]`).check();
}

/** A mother's call: 未同意. Answers the path of the case. */
export async function takeCall({ page, go }, seen = async () => {}) {
  await go("/cases/new");
  await seen("new", page);
  await page.fill('[name="identity/name"]', said.name);
  await page.fill('[name="identity/telephone"]', said.telephone);
  await page.fill('[name="identity/calling_times"]', "平日の午前だけ");
  await page.check('[name="identity/unaware"]');
  await page.selectOption('[name="district"]', "n1");
  await page.fill('[name="note/with"]', "母親");
  await page.fill('[name="note/gist"]', said.gist);
  await page.fill('[name="note/next/what"]', "訪問して顔を見る");
  await page.fill('[name="note/next/due_on"]', "2026-11-27");
  await press(page, "保存する");
  const path = new URL(page.url()).pathname;
  assert.match(path, /^\/cases\/[A-Z0-9]{16}$/);
  assert.match(await page.locator("main").innerText(), /本人は相談を知りません/);
  await seen("begun", page);
  return path;
}

/** Three visits at the doorstep. */
export async function visit({ page, go }, path, seen = async () => {}) {
  for (const [number, gist] of ["玄関で母親と話した。", "ドアごしに本人と少し話した。\n料理が好きとのこと。", "台所で一緒にお茶を飲んだ。"].entries()) {
    await go(path);
    await page.fill('[name="gist"]', gist);
    if (number === 2) {
      await page.fill('[name="next/what"]', "会議に出してよいか聞く");
      await page.fill('[name="next/due_on"]', "2026-12-01");
    }
    await press(page, "書きとめる");
    assert.match(await page.locator("[role=status]").innerText(), /書きとめました/);
  }
  assert.equal(await page.locator(".notes > li").count(), 4);
  await seen("visited", page);
}

/** A need, in the person's words. */
export async function writeNeed({ page, go }, path, seen = async () => {}) {
  await go(`${path}/need`);
  await seen("need", page);
  await page.fill('[name="wishes"]', "人前に出ずに、料理で役に立ちたい");
  await page.fill('[name="strengths"]', "料理、片づけ");
  await choose(page, "roles", "instructor");
  await choose(page, "reach/mode", "transport");
  await page.fill('[name="reach/max_km"]', "5");
  await page.selectOption('[name="slots/0/weekday"]', "tue");
  await page.fill('[name="slots/0/from"]', "10:00");
  await page.fill('[name="slots/0/to"]', "12:00");
  await page.fill('[name="avoid/people"]', "元の上司");
  await press(page, "保存する");
  assert.match(await page.locator("main").innerText(), /料理で役に立ちたい/);
}

/** A conference with its member, to whom 守秘 was explained. Answers its path. */
export async function makeConference({ page, go }, seen = async () => {}) {
  await go("/conferences");
  await choose(page, "kind", "multilayer");
  await page.fill('[name="name"]', "北町の重層的支援会議");
  await press(page, "作る");
  const path = new URL(page.url()).pathname;
  await page.selectOption('[name="members/1/account"]', "iin");
  await page.fill('[name="members/1/explained_on"]', "2026-11-24");
  await press(page, "構成員を決める");
  await seen("conference", page);
  return path;
}

/** What the person agreed to, and with it the ground. */
export async function recordConsent({ page, go }, path, conference, seen = async () => {}) {
  await go(`${path}/share`);
  assert.match(await page.locator("main").innerText(), /いまは共有できません/);
  await seen("share-not-yet", page);
  await go(`${path}/consent`);
  await choose(page, "form", "oral");
  await choose(page, "scope", "needs");
  await choose(page, "scope", "strengths");
  await choose(page, "conference", conference.split("/").pop());
  await seen("consent", page);
  await press(page, "同意を記録する");
  assert.match(await page.locator(".ground").innerText(), /本人同意/);
}

/** Shared with the conference. */
export async function share({ page, go }, path, seen = async () => {}) {
  await go(`${path}/share`);
  await choose(page, "scope", "needs");
  await seen("share", page);
  await press(page, "共有する");
  assert.match(await page.locator("[role=status]").innerText(), /共有しました/);
}

/** Taken back: all that rests on it ends. */
export async function withdraw({ page, go }, path, seen = async () => {}) {
  await go(path);
  await page.getByRole("link", { name: "撤回を記録する" }).click();
  await headed(page, "同意の撤回を記録する");
  assert.match(await page.locator("main .warning").innerText(), /北町の重層的支援会議/);
  await seen("withdraw", page);
  await press(page, "撤回を記録する");
  assert.match(await page.locator(".ground").innerText(), /未同意/);
}

/** Given to a colleague, with everything open in view. */
export async function handOver({ page, go }, path, seen = async () => {}) {
  await go(`${path}/handover`);
  assert.match(await page.locator(".matters").innerText(), /会議に出してよいか聞く/);
  await page.selectOption('[name="to"]', "kato");
  await page.fill('[name="message"]', "火曜の午前に訪問すると会えます。");
  await seen("handover", page);
  await press(page, "渡す");
  assert.match(await page.locator("[role=status]").innerText(), /渡しました/);
}

/** Ended. */
export async function close({ page, go }, path, seen = async () => {}) {
  await go(`${path}/close`);
  await seen("close", page);
  await press(page, "終了する");
  assert.match(await page.locator("[role=status]").innerText(), /終了しました/);
}
