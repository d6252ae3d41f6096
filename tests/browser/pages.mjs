// Every page and what stands on it, so that the walk knows which checks apply; a new page is one line here.

import { crowdWord } from "./service.mjs";

/** Pages that only stand where the crowd of `service.mjs` was imported. */
export const crowdPages = [
  { name: "crowd", path: `/?q=${crowdWord}`, list: true, map: true },
  { name: "one-spot", path: "/?q=かさなりの家", list: true, map: true },
];

/** The table of pages for a running service: `path` to open, and what must be there. */
export async function pagesOf(url) {
  const resource = await firstId(url, "/api/v1/resources?limit=100&sort=name", ({ location }) => location?.precision === "exact");
  const little = await firstId(url, "/api/v1/resources?limit=100&sort=name", ({ location, opportunities }) => !location && opportunities.length === 0).catch(() => resource);
  const district = await firstId(url, "/api/v1/districts?geometry=false");
  return [
    { name: "front", path: "/", list: true, map: true, form: true, print: true },
    { name: "results", path: "/?q=体操", list: true, map: true, form: true, print: true },
    { name: "by-reading", path: "/?q=たいそう", list: true, form: true },
    { name: "filtered", path: "/?transport=true&weekday=tue&kind=salon&district=" + encodeURIComponent(district), form: true, map: true, print: true },
    { name: "few-found", path: "/?q=体操&transport=true&wheelchair=true&free=true&weekday=sun", form: true },
    { name: "easy", path: "/?q=体操&easy=1&large=1", lang: "ja-simple", list: true, map: true, form: true },
    { name: "nothing-found", path: "/?q=ぬるぽがっさく", form: true },
    { name: "wrong-filter", path: "/?kind=そんな種類はない", status: 400 },
    { name: "resource", path: `/resources/${encodeURIComponent(resource)}`, map: true, print: true },
    { name: "resource-little-known", path: `/resources/${encodeURIComponent(little)}` },
    { name: "districts", path: "/districts", map: true, print: true },
    { name: "district", path: `/districts/${encodeURIComponent(district)}`, map: true, print: true },
    { name: "about", path: "/about" },
    { name: "data-sources", path: "/about/data" },
    { name: "licences", path: "/about/licenses" },
    { name: "api-docs", path: "/api/docs" },
    { name: "not-found", path: "/そんなページはない", status: 404 },
  ];
}

async function firstId(url, path, fits = () => true) {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const answer = await response.json();
  const first = (answer.items ?? answer.features ?? answer.districts)?.find(fits);
  const id = first?.id ?? first?.properties?.id;
  if (!id) throw new Error(`${path}: the example city has none`);
  return id;
}
