// Writes web/vendor/notices/THIRD-PARTY.txt: everything by others that the binary carries, each with its licence and that licence's words.
//
//   node scripts/notices.mjs            writes it when Cargo.lock or package-lock.json changed; prints nothing otherwise
//   node scripts/notices.mjs --check    fails when what is there is not what would be written now

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(root, "web/vendor/notices/THIRD-PARTY.txt");
const stampPath = join(root, "web/node_modules/.yosatte-notices");
const inputs = ["Cargo.lock", "Cargo.toml", "web/package-lock.json", "build/requirements.txt", "scripts/notices.mjs"];

const stamp = inputs.reduce((hash, name) => hash.update(readFileSync(join(root, name))), createHash("sha256")).digest("hex");
const check = process.argv.includes("--check");

if (check) {
  const written = existsSync(output) ? readFileSync(output, "utf8") : "";
  if (written !== notices()) {
    console.error("notices: web/vendor/notices/THIRD-PARTY.txt が古くなっています。scripts/setup を実行してください。");
    process.exit(1);
  }
} else if (!existsSync(output) || !existsSync(stampPath) || readFileSync(stampPath, "utf8") !== stamp) {
  console.log("setup: web/vendor/notices/THIRD-PARTY.txt(使っている部品とライセンスの一覧)を作ります");
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, notices());
  writeFileSync(stampPath, stamp);
}

/** The whole text: the parts first, one a line with the number of its words, then the words, each once. */
function notices() {
  const parts = [...crates(), ...npmPackages(), ...wordVectors()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const numbers = new Map();
  const lines = parts.map((part) => {
    const { name, version, licence, texts } = part;
    const refs = (texts.length > 0 ? texts : wordsForgotten(part, parts)).map((text) => {
      if (!numbers.has(text)) numbers.set(text, numbers.size + 1);
      return `[${numbers.get(text)}]`;
    });
    return `${name} ${version} — ${licence} ${refs.join("")}`;
  });
  const words = [...numbers].map(([text, number]) => `${"=".repeat(72)}\n[${number}]\n\n${text}\n`);
  return [
    "yosatte は、次の部品を使っています。角かっこの数字は、下にあるライセンス文の番号です。\n",
    ...lines,
    "",
    ...words,
  ].join("\n");
}

/** The crates that are linked into the binary on this platform; tests and build scripts' own helpers are not in it. */
function crates() {
  const host = /host: (.*)/.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
  const metadata = JSON.parse(
    execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", "--filter-platform", host], {
      cwd: root, encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const linked = new Set();
  const queue = [metadata.resolve.root];
  while (queue.length > 0) {
    const id = queue.pop();
    if (linked.has(id)) continue;
    linked.add(id);
    for (const dep of nodes.get(id).deps) if (dep.dep_kinds.some(({ kind }) => kind === null)) queue.push(dep.pkg);
  }
  linked.delete(metadata.resolve.root);
  return metadata.packages.filter(({ id }) => linked.has(id)).map((crate) => {
    const licence = crate.license ?? "(see text)";
    const repository = plainAddress(crate.repository);
    const owners = crate.authors.join(", ");
    return { name: crate.name, version: crate.version, licence, repository, owners, texts: wordsIn(dirname(crate.manifest_path), licence) };
  });
}

/** What `npm ci` installed for the browser and the dictionary; what only the tests use is not in the binary. */
function npmPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, "web/package-lock.json"), "utf8"));
  return Object.entries(packages).filter(([path, entry]) => path !== "" && !entry.dev && !entry.optional).flatMap(([path, entry]) => {
    const folder = join(root, "web", path);
    const name = path.split("node_modules/").at(-1);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = entry.license ?? manifest.license ?? "(see text)";
    const repository = plainAddress(manifest.repository?.url ?? manifest.repository);
    const owners = manifest.author?.name ?? manifest.author;
    const part = { name, version: entry.version, licence, repository, owners, texts: wordsIn(folder, licence) };
    const dictionary = join(folder, "lib/dict/COPYING");
    if (!existsSync(dictionary)) return [part];
    const ipadic = { name: "mecab-ipadic", version: "2.7.0-20070801", licence: "NAIST-2003", texts: [tidy(readFileSync(dictionary, "utf8"))] };
    return [part, ipadic];
  });
}

/** What the table of senses is made of; the package names its licence and brings no words. */
function wordVectors() {
  const [, name, version] = /^(ja_ginza)==(\S+)/m.exec(readFileSync(join(root, "build/requirements.txt"), "utf8"));
  return [
    { name, version, licence: "MIT", owners: "Megagon Labs Tokyo", repository: "https://github.com/megagonlabs/ginza", texts: [] },
    { name: "chiVe", version: `(${name} ${version})`, licence: "Apache-2.0", owners: "Works Applications Enterprise Co., Ltd.", repository: "https://github.com/WorksApplications/chiVe", texts: [] },
  ];
}

/** The licence files of a package; where it is offered under several licences, the MIT words are enough. */
function wordsIn(folder, licence) {
  const files = readdirSync(folder).filter((name) => /^(licen[sc]e|copying|notice|unlicense|copyright)/i.test(name) && !/\.(html|rs|json|toml)$/i.test(name));
  const mayChooseMit = /\bMIT\b/.test(licence) && /\bOR\b|\//.test(licence) && !/\bAND\b/.test(licence);
  const mit = files.filter((name) => /mit/i.test(name));
  const chosen = mayChooseMit && mit.length > 0 ? mit : files;
  return [...new Set(chosen.map((name) => join(folder, name)).filter(isFile).map((path) => tidy(readFileSync(path, "utf8"))))];
}

/** Some packages name their licence and forget its words: a sibling from the same repository has them, or the standard ones do. */
function wordsForgotten({ name, licence, owners, repository }, parts) {
  const sibling = parts.find((part) => repository && part.repository === repository && part.texts.length > 0);
  if (sibling) return sibling.texts;
  const head = `${name}: Copyright (c) ${owners || `the authors of ${name}`}\n${repository}`.trim();
  if (/\bMIT\b/.test(licence)) return [`${head}\n\n${tidy(readFileSync(join(root, "LICENSE-MIT"), "utf8").replace(/^Copyright.*\n\n/m, ""))}`];
  if (/Apache-2\.0/.test(licence)) return [`${head}\n\n${tidy(readFileSync(join(root, "LICENSE-APACHE"), "utf8"))}`];
  console.error(`notices: ${name} のライセンス文(${licence})が見つかりません。`);
  process.exit(1);
}

/** Where a package is kept, without what differs between two packages of one repository. */
function plainAddress(address) {
  return (address ?? "").replace(/^git\+/, "").replace(/\.git$/, "").replace(/\/tree\/.*$/, "");
}

function isFile(path) {
  try { readFileSync(path); return true; } catch { return false; }
}

function tidy(text) {
  return text.replaceAll("\r\n", "\n").replaceAll(/[ \t]+$/gm, "").trim();
}
