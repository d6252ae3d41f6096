// The built service for the browser tests and the screens, with the example city or with accounts: started in an empty folder, gone afterwards.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const patienceMs = 120_000;

/** The day that the example city is looked at: dates on the pages then stay the same from run to run. */
export const today = "2026-11-24T09:00:00+09:00";

/**
 * Starts `yosatte demo`; answers `{ url, stop }`. With YOSATTE_URL set, looks at a service that runs already.
 * `crowd` imports more places than one page of a list holds, some of them on one spot: see `crowdCsv`.
 */
export async function startDemo({ crowd = false } = {}) {
  if (process.env.YOSATTE_URL) return { url: process.env.YOSATTE_URL.replace(/\/$/, ""), stop: async () => {} };
  const program = built();
  const folder = mkdtempSync(join(tmpdir(), "yosatte-browser-"));
  const running = await run(program, folder, ["--now", today, "demo"]);
  const stop = async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const { url } = running;
  const deadline = Date.now() + patienceMs;
  if (crowd) {
    const file = join(folder, "crowd.csv");
    writeFileSync(file, crowdCsv());
    execFileSync(program, ["--now", today, "--data", join(folder, "var-demo"), "import", "resources", file]);
    while ((await total(url, crowdWord)) < crowdSize) {
      if (Date.now() > deadline) throw new Error("the crowd is not found");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return { url, stop };
}

/** Everyone's password in the tests. */
export const password = "ferry cactus monday brick";
/** Those who work in the tests: account, role, and how far it reaches. */
export const staff = [
  ["sato", "coordinator", "--district", "n1"],
  ["kato", "coordinator", "--district", "s1"],
  ["sumi", "multi_agency"],
  ["iin", "conference_member"],
  ["kanri", "admin"],
  ["keikaku", "planner"],
];

/** Starts a service with accounts as the README makes them; `at(moment)` starts it again at another time. */
export async function startStaff() {
  const program = built();
  const folder = mkdtempSync(join(tmpdir(), "yosatte-staff-"));
  const key = join(folder, "master.key");
  const yosatte = (args, input = "") => execFileSync(program, args, { cwd: folder, input, env: { ...process.env, YOSATTE_MASTER_KEY_FILE: key } });
  yosatte(["key", "new", key]);
  writeFileSync(join(folder, "districts.csv"), "id,name,level,lat,lng\nn1,北町,promotion_council,39.15,141.10\ns1,南町,promotion_council,39.10,141.15\n");
  yosatte(["import", "districts", join(folder, "districts.csv")]);
  for (const [name, role, ...reach] of staff) yosatte(["--now", today, "user", "add", name, "--role", role, ...reach], password);
  let running;
  const service = {
    folder,
    yosatte,
    async at(moment) {
      await running?.stop();
      running = await run(program, folder, ["--now", moment, "--master-key-file", key, "serve"]);
      service.url = running.url;
    },
    async stop() {
      await running?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await service.at(today);
  return service;
}

function built() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const program = process.env.YOSATTE_BIN ?? join(target, "debug/yosatte");
  if (!existsSync(program)) throw new Error(`${program} がありません。cargo build を実行してください。`);
  return program;
}

/** Runs it in a folder until `stop`, and answers once it is ready. */
async function run(program, folder, args) {
  const address = `127.0.0.1:${await freePort()}`;
  const log = join(folder, "service.log");
  const output = openSync(log, "a");
  const child = spawn(program, [...args, "--listen", address], { cwd: folder, stdio: ["ignore", output, output] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const url = `http://${address}`;
  const deadline = Date.now() + patienceMs;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = readFileSync(log, "utf8");
      await stop();
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`the service did not become ready\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop };
}

/** Finds the crowd, and nothing of the example city. */
export const crowdWord = "ならびの家";
/** How many there are; the last `onOneSpot` stand on one spot. */
export const crowdSize = 320;
export const onOneSpot = 3;

function crowdCsv() {
  const rows = Array.from({ length: crowdSize }, (_, n) => {
    const spot = Math.min(n, crowdSize - onOneSpot);
    const [lat, lng] = [39.05 + 0.012 * Math.floor(spot / 18), 141.0 + 0.012 * (spot % 18)];
    const number = String(n + 1).padStart(3, "0");
    return `crowd-${number},${crowdWord}${number},集会所,${lat.toFixed(6)},${lng.toFixed(6)},見本,公開${spot === n && n < crowdSize - onOneSpot ? "" : ",かさなりの家"}`;
  });
  return ["資源ID,名称,種別,緯度,経度,キーワード,公開範囲,説明", ...rows, ""].join("\n");
}

async function total(url, q) {
  const answer = await fetch(`${url}/api/v1/resources?limit=1&q=${encodeURIComponent(q)}`);
  return answer.ok ? (await answer.json()).total : 0;
}

async function isReady(url) {
  try { return (await fetch(`${url}/readyz`)).ok; } catch { return false; }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
