// Starts the binary beside this file and asks for all that a copied file must hold: pages and everything they load, the dictionary, the city.

import { spawn } from "node:child_process";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";

const address = "http://127.0.0.1:8080";
assert.deepEqual(readdirSync(".").sort(), ["alone.mjs", "yosatte"], "the folder is empty but for the binary");

const service = spawn("./yosatte", ["--now", "2026-11-24T09:00:00+09:00", "demo"], { stdio: ["ignore", "inherit", "inherit"] });
let ended = false;
service.on("exit", () => { ended = true; });

try {
  await ready();
  const loaded = new Set();
  for (const path of ["/", "/?q=体操", "/districts", "/districts/oshu-01", "/resources/ex-m001", "/about", "/about/data", "/about/licenses", "/api/docs"]) {
    const html = await text(path, "text/html");
    for (const [, link] of html.matchAll(/(?:src|href)="(\/assets\/[^"#?]+)/g)) loaded.add(link);
  }
  for (const path of loaded) {
    // A Set that grows while it is walked is walked to its end: what scripts and styles load is loaded too.
    const type = { css: "text/css", js: "javascript", mjs: "javascript", svg: "image/svg", woff2: "font/woff2" }[path.split(".").at(-1)];
    assert.ok(type, `${path}: a kind of file that alone.mjs does not know`);
    const body = await text(path, type);
    const links = path.endsWith(".css") ? body.matchAll(/url\(["']?([^"')]+)/g) : body.matchAll(/["'](\/assets\/[^"'\s]+\.\w+)["']/g);
    for (const [, link] of links) if (!link.startsWith("data:")) loaded.add(new URL(link, address + path).pathname);
  }
  for (const kind of [".css", ".js", ".mjs", ".woff2"]) assert.ok([...loaded].some((path) => path.endsWith(kind)), `no ${kind} was loaded`);

  const cities = await json("/api/v1/resources?limit=1");
  assert.ok(cities.total >= 200, `${cities.total} examples`);
  const byReading = await json(`/api/v1/resources?limit=1&q=${encodeURIComponent("たいそう")}`);
  assert.ok(byReading.total > 3, "体操 is found by its reading: the dictionary is there");
  assert.match(await text("/about/licenses", "text/html"), /tantivy/, "the notices are there");
  console.log(`alone: ${loaded.size} files that pages load, ${cities.total} examples, ${byReading.total} found by reading: all out of one file`);
} finally {
  service.kill("SIGTERM");
}

async function ready() {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    assert.ok(!ended, "the binary ended before it was ready");
    if (await fetch(`${address}/readyz`).then((answer) => answer.ok, () => false)) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  assert.fail("not ready after a minute");
}

async function text(path, type) {
  const answer = await fetch(address + path);
  assert.equal(answer.status, 200, path);
  assert.match(answer.headers.get("content-type"), new RegExp(type), path);
  const body = await answer.text();
  assert.ok(body.length > 100, `${path} is nearly empty`);
  return body;
}

async function json(path) {
  return JSON.parse(await text(path, "application/json"));
}
