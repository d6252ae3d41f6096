// Every page and what stands on it, so that the walk knows which checks apply; a new page is one line here.

/** The table of pages for a running service: `path` to open, and what must be there. */
export async function pagesOf(url) {
  const resource = await firstId(url, "/api/v1/resources?limit=100&sort=name", ({ location }) => location?.precision === "exact");
  const district = await firstId(url, "/api/v1/districts?geometry=false");
  return [
    { name: "front", path: "/", list: true, map: true, form: true, print: true },
    { name: "results", path: "/?q=体操", list: true, map: true, form: true, print: true },
    { name: "by-reading", path: "/?q=たいそう", list: true, form: true },
    { name: "nothing-found", path: "/?q=ぬるぽがっさく", form: true },
    { name: "wrong-filter", path: "/?kind=そんな種類はない", status: 400 },
    { name: "resource", path: `/resources/${encodeURIComponent(resource)}`, map: true, print: true },
    { name: "districts", path: "/districts", map: true },
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
