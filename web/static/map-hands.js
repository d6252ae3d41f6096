// What people do with the map: rows and markers light each other, clusters open, a range can be searched.

import { Popup } from "/assets/vendor/maplibre-gl/maplibre-gl.mjs";

/** Rows of the list and markers. A click on a marker goes to its row, on several at one spot to a list of them. */
export function linkPlaces(map, rows) {
  const byId = Object.fromEntries(rows.map((row) => [row.dataset.id, row]));
  const light = (id, on) => {
    if (!id) return;
    map.setFeatureState({ source: "places", id }, { lit: on });
    byId[id]?.classList.toggle("lit", on);
  };
  for (const row of rows) lightFrom(row, (on) => light(row.dataset.id, on));
  let under = null;
  map.on("mousemove", "places", ({ features }) => {
    if (under !== features[0].properties.id) light(under, false);
    light(under = features[0].properties.id, true);
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "places", () => { light(under, false); under = null; map.getCanvas().style.cursor = ""; });
  map.on("click", "places", ({ features, lngLat }) => {
    const here = [...new Map(features.map((f) => [f.properties.id, f.properties])).values()].sort((a, b) => a.number - b.number);
    if (here.length === 1) return goTo(byId[here[0].id]);
    listOf(map, lngLat, here.map(({ id, name, number }) => ({ text: `${number} ${name}`, href: byId[id]?.id ? `#${byId[id].id}` : pathOf(id) })));
  });
}

/** What was found beside this page of the list: a cluster zooms in, until only places on one spot are left. */
export function openMore(map) {
  const source = () => map.getSource("more");
  map.on("click", "clusters", async ({ features }) => {
    const { cluster_id: id, point_count: count } = features[0].properties;
    const at = features[0].geometry.coordinates;
    const zoom = await source().getClusterExpansionZoom(id);
    if (zoom <= map.getMaxZoom() && zoom <= 16) return map.easeTo({ center: at, zoom });
    const leaves = await source().getClusterLeaves(id, Math.min(count, 50), 0);
    showNames(map, at, leaves.map((leaf) => leaf.properties.id));
  });
  map.on("click", "more", ({ features }) => showNames(map, features[0].geometry.coordinates, [...new Set(features.map((f) => f.properties.id))]));
  for (const layer of ["clusters", "more"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}

/** On the map of all districts: a row lights its district, a click on a district opens its page. */
export function linkDistricts(map) {
  const rows = [...document.querySelectorAll("[data-district-id]")];
  const byId = Object.fromEntries(rows.map((row) => [row.dataset.districtId, row]));
  const light = (id, on) => {
    if (!id || !byId[id]) return;
    map.setFeatureState({ source: "districts", id }, { lit: on });
    byId[id].classList.toggle("lit", on);
  };
  for (const row of rows) lightFrom(row, (on) => light(row.dataset.districtId, on));
  if (rows.length === 0) return;
  let under = null;
  map.on("mousemove", "districts", ({ features }) => {
    light(under, false);
    light(under = features[0].properties.key, true);
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "districts", () => { light(under, false); under = null; map.getCanvas().style.cursor = ""; });
  map.on("click", "districts", ({ features }) => byId[features[0].properties.key]?.querySelector("a")?.click());
}

/** 「この範囲でさがす」 appears when a person has moved the map; nothing changes until it is pressed. */
export function offerSearchHere(map) {
  const button = document.querySelector("#search-here");
  const form = document.querySelector("#search-form");
  if (!button || !form) return;
  let moved = false;
  map.on("moveend", (event) => { if (event.originalEvent || moved) button.hidden = false; });
  for (const kind of ["dragstart", "wheel"]) map.on(kind, () => { moved = true; });
  map.getCanvas().addEventListener("keydown", () => { moved = true; });
  map.getContainer().addEventListener("click", (event) => { if (event.target.closest("button")) moved = true; });
  button.addEventListener("click", () => {
    // The range stands in for every other place that was asked.
    for (const name of ["bbox", "near", "radius_m", "district", "area"]) form.querySelectorAll(`input[type=hidden][name=${name}]`).forEach((input) => input.remove());
    for (const other of form.querySelectorAll("select[name=district], input[name=walk]")) { other.value = ""; other.checked = false; }
    const range = document.createElement("input");
    const bounds = map.getBounds();
    range.type = "hidden";
    range.name = "bbox";
    range.value = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((n) => n.toFixed(4)).join(",");
    form.append(range);
    form.requestSubmit();
  });
}

/** On a phone: the map alone, or with the list. */
export function offerLargeMap(map) {
  const toggle = document.querySelector("#toggle-list-map");
  if (!toggle) return;
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const large = document.body.classList.toggle("map-large");
    toggle.setAttribute("aria-pressed", String(large));
    map.resize();
  });
}

function lightFrom(row, light) {
  for (const [event, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) row.addEventListener(event, () => light(on));
}

function goTo(row) {
  if (!row?.id) return;
  if (document.body.classList.contains("map-large")) document.querySelector("#toggle-list-map")?.click();
  row.scrollIntoView({ block: "center" });
  row.querySelector("a")?.focus({ preventScroll: true });
}

const pathOf = (id) => `/resources/${encodeURIComponent(id)}`;

async function showNames(map, at, ids) {
  const answers = await Promise.all(ids.map(async (id) => {
    const answer = await fetch(`/api/v1${pathOf(id)}`);
    return { text: answer.ok ? (await answer.json()).name : id, href: pathOf(id) };
  }));
  listOf(map, at, answers);
}

function listOf(map, at, links) {
  const list = document.createElement("ul");
  for (const { text, href } of links) {
    const anchor = document.createElement("a");
    anchor.href = href + (href.startsWith("#") ? "" : reading());
    anchor.textContent = text;
    const item = document.createElement("li");
    item.append(anchor);
    list.append(item);
  }
  new Popup({ maxWidth: "20rem" }).setLngLat(at).setDOMContent(list).addTo(map);
}

/** How this page is read goes on to the next. */
function reading() {
  const asked = new URLSearchParams(location.search);
  const kept = ["easy", "large"].filter((name) => asked.get(name) === "1").map((name) => `${name}=1`);
  return kept.length ? `?${kept.join("&")}` : "";
}
