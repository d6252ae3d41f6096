// Saves a picture of every page, as a phone, a desk and paper show it; called by scripts/screens.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closeBrowsers, mapIdle, open } from "./browser.mjs";
import { pagesOf } from "./pages.mjs";
import { startDemo } from "./service.mjs";

const [folder = "target/screens", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const service = await startDemo();
try {
  for (const entry of await pagesOf(service.url)) {
    if (only.length > 0 && !only.includes(entry.name)) continue;
    for (const state of ["phone", "desk"]) {
      const { page, troubles, close } = await open(service.url, entry.path, state);
      if (entry.map) await mapIdle(page).catch(() => troubles.push("the map never came to rest"));
      await page.screenshot({ path: join(folder, `${entry.name}-${state}.png`) });
      console.log(`${entry.name}-${state}.png${troubles.length > 0 ? `  ! ${troubles.join(" · ")}` : ""}`);
      if (state === "desk" && entry.print) await paper(page, join(folder, `${entry.name}-a4`));
      await close();
    }
  }
} finally {
  await closeBrowsers();
  await service.stop();
}

async function paper(page, path) {
  writeFileSync(`${path}.pdf`, await page.pdf({ format: "A4" }));
  execFileSync("pdftoppm", ["-png", "-r", "70", "-f", "1", "-singlefile", `${path}.pdf`, path]);
  rmSync(`${path}.pdf`);
  console.log(`${path}.png`);
}
