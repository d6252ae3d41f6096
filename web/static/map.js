// Makes the drawn map move: MapLibre GL JS over the same districts and the same places as the list beside it.

import { Map, NavigationControl, GeolocateControl, ScaleControl, Popup, LngLatBounds, setWorkerUrl } from "/assets/vendor/maplibre-gl/maplibre-gl.mjs";

const japanese = {
  "AttributionControl.ToggleAttribution": "出どころを見る・かくす",
  "AttributionControl.MapFeedback": "地図への意見",
  "FullscreenControl.Enter": "全画面にする",
  "FullscreenControl.Exit": "全画面をやめる",
  "GeolocateControl.FindMyLocation": "現在地を地図に出す",
  "GeolocateControl.LocationNotAvailable": "現在地は使えません",
  "LogoControl.Title": "MapLibre",
  "Map.Title": "地図。矢印キーで動き、プラスとマイナスで大きさが変わります",
  "Marker.Title": "地図の印",
  "NavigationControl.ResetBearing": "北を上にする",
  "NavigationControl.ZoomIn": "地図を大きくする",
  "NavigationControl.ZoomOut": "地図を小さくする",
  "Popup.Close": "閉じる",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrlキーを押しながら回すと地図の大きさが変わります",
  "CooperativeGesturesHandler.MacHelpText": "⌘キーを押しながら回すと地図の大きさが変わります",
  "CooperativeGesturesHandler.MobileHelpText": "地図は2本の指で動かせます",
};
const font = ["BIZ UDPGothic", "sans-serif"];
const clusterFrom = 300;

const place = document.querySelector("#map");
if (place) begin(place).catch((error) => tell(error));

async function begin(box) {
  const rows = [...document.querySelectorAll("[data-id][data-lng]")];
  const points = rows.length ? rows.map(pointOfRow) : await pointsFrom(box.dataset.features);
  const districts = await districtsFrom(box.dataset.districts);
  const names = namesOf(districts);
  // Text is drawn from web fonts, which must be there before the map is made: what is blank then stays blank.
  const text = names.features.map((f) => f.properties.name).join("") + "0123456789+件";
  await Promise.allSettled([document.fonts.load('400 16px "BIZ UDPGothic"', text), document.fonts.load('700 16px "BIZ UDPGothic"', text)]);

  const container = document.createElement("div");
  container.id = "map-gl";
  box.append(container);
  let map;
  try {
    setWorkerUrl(new URL("/assets/vendor/maplibre-gl/maplibre-gl-worker.mjs", location.href).href);
    map = new Map({
      container, locale: japanese, attributionControl: false, maxZoom: 18, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      style: styleOf(districts, names, points, box.dataset.district),
      ...viewOf(points, districts, box.dataset.district),
    });
  } catch (error) {
    container.remove();
    throw error;
  }
  box.yosatteMap = map;
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  if (isSecureContext && navigator.geolocation) map.addControl(new GeolocateControl({ trackUserLocation: false }), "top-right");
  map.once("idle", () => box.setAttribute("data-map-idle", ""));
  link(map, rows);
  offerSearchHere(map);
  offerLargeMap(map);
}

function tell(error) {
  const line = document.querySelector("#map-message");
  if (!line) return;
  line.textContent = "このブラウザーでは、動かせる地図を出せません。動かない地図と一覧をご覧ください。";
  line.hidden = false;
  console.info("map:", error?.message ?? error);
}

function pointOfRow(row) {
  const { id, name, number, lng, lat, colour } = row.dataset;
  return feature([Number(lng), Number(lat)], { id, name, number: Number(number), colour });
}

/** Places for a map without a list: GeoJSON, or the answer of the search. */
async function pointsFrom(url) {
  if (!url) return [];
  const answer = await (await fetch(url)).json();
  if (answer.features) return answer.features.map((f, i) => feature(f.geometry.coordinates, { number: i + 1, colour: "#4d4d4d", id: f.id, ...f.properties }));
  return (answer.items ?? []).filter((item) => item.location)
    .map((item, i) => feature([item.location.lng, item.location.lat], { id: item.id, name: item.name, number: i + 1, colour: "#4d4d4d" }));
}

async function districtsFrom(url) {
  const none = { type: "FeatureCollection", features: [] };
  if (!url) return none;
  try {
    const answer = await fetch(url);
    if (!answer.ok) return none;
    const { features } = await answer.json();
    return { type: "FeatureCollection", features: features.filter((f) => f.geometry).map((f) => ({ ...f, properties: { ...f.properties, key: String(f.id ?? f.properties?.id ?? "") } })) };
  } catch {
    return none; // Without outlines the places are still worth a map.
  }
}

function feature(coordinates, properties) {
  return { type: "Feature", geometry: { type: "Point", coordinates }, properties };
}

/** One point for each name, or a name would stand on every tile its district touches. */
function namesOf(districts) {
  const features = districts.features.map(({ geometry, properties }) => {
    const own = properties.centre ?? properties.center;
    const middle = Array.isArray(own) ? own : own?.lng ? [own.lng, own.lat] : boundsOf([geometry]).getCenter().toArray();
    return feature(middle, { name: properties.name ?? "" });
  });
  return { type: "FeatureCollection", features };
}

function boundsOf(geometries) {
  const bounds = new LngLatBounds();
  const add = (part) => { typeof part[0] === "number" ? bounds.extend(part) : part.forEach(add); };
  geometries.forEach((geometry) => add(geometry.coordinates));
  return bounds;
}

function viewOf(points, districts, district) {
  const asked = new URLSearchParams(location.search).get("bbox")?.split(",").map(Number);
  if (asked?.length === 4 && asked.every(Number.isFinite)) return { bounds: [[asked[0], asked[1]], [asked[2], asked[3]]] };
  const own = districts.features.filter((f) => f.properties.key === district);
  const shown = own.length ? own : points.length ? points : districts.features;
  if (!shown.length) return { center: [141.14, 39.14], zoom: 9 };
  return { bounds: boundsOf(shown.map((f) => f.geometry)), fitBoundsOptions: { padding: 50, maxZoom: 12.5 } };
}

function styleOf(districts, names, points, district) {
  const many = points.length >= clusterFrom;
  const single = ["!", ["has", "point_count"]];
  return {
    version: 8,
    sources: {
      districts: { type: "geojson", data: districts },
      names: { type: "geojson", data: names },
      places: { type: "geojson", data: { type: "FeatureCollection", features: points }, cluster: many, clusterRadius: 44, promoteId: "id" },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#fcfbf8" } },
      { id: "districts", type: "fill", source: "districts", paint: { "fill-color": ["case", ["==", ["get", "key"], district ?? ""], "#ffe9a8", "#f3efe4"] } },
      { id: "borders", type: "line", source: "districts", paint: { "line-color": "#8a8a80", "line-width": 1 } },
      { id: "names", type: "symbol", source: "names", layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 15, "text-max-width": 12 }, paint: { "text-color": "#4d4d4d", "text-halo-color": "#fcfbf8", "text-halo-width": 2 } },
      { id: "places", type: "circle", source: "places", filter: single, paint: {
        "circle-color": ["coalesce", ["get", "colour"], "#4d4d4d"],
        "circle-radius": ["case", ["boolean", ["feature-state", "lit"], false], 20, 14],
        "circle-stroke-color": ["case", ["boolean", ["feature-state", "lit"], false], "#ffd43d", "#ffffff"],
        "circle-stroke-width": ["case", ["boolean", ["feature-state", "lit"], false], 5, 2] } },
      { id: "numbers", type: "symbol", source: "places", filter: single, layout: { "text-field": ["to-string", ["get", "number"]], "text-font": font, "text-size": 15, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } },
      { id: "clusters", type: "circle", source: "places", filter: ["has", "point_count"], paint: { "circle-color": "#00118f", "circle-radius": 22, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
      { id: "cluster-counts", type: "symbol", source: "places", filter: ["has", "point_count"], layout: { "text-field": ["to-string", ["get", "point_count"]], "text-font": font, "text-size": 15, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } },
    ],
  };
}

/** List and markers light each other; a click on a marker goes to its row, on several at one spot to a list of them. */
function link(map, rows) {
  const byId = Object.fromEntries(rows.map((row) => [row.dataset.id, row]));
  const light = (id, on) => {
    if (!id) return;
    map.setFeatureState({ source: "places", id }, { lit: on });
    byId[id]?.classList.toggle("lit", on);
  };
  for (const row of rows) {
    for (const [event, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) row.addEventListener(event, () => light(row.dataset.id, on));
  }
  let under = null;
  map.on("mousemove", "places", ({ features }) => {
    if (under !== features[0].properties.id) light(under, false);
    light(under = features[0].properties.id, true);
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "places", () => { light(under, false); under = null; map.getCanvas().style.cursor = ""; });
  map.on("click", "clusters", async ({ features }) => {
    const zoom = await map.getSource("places").getClusterExpansionZoom(features[0].properties.cluster_id);
    map.easeTo({ center: features[0].geometry.coordinates, zoom });
  });
  map.on("click", "places", ({ features, lngLat }) => {
    const here = [...new globalThis.Map(features.map((f) => [f.properties.id, f.properties])).values()];
    if (here.length === 1) return goTo(here[0].id, byId);
    const list = document.createElement("ul");
    for (const { id, name, number } of here) {
      const item = document.createElement("li");
      const anchor = document.createElement("a");
      anchor.href = byId[id]?.id ? `#${byId[id].id}` : `/resources/${encodeURIComponent(id)}`;
      anchor.textContent = `${number} ${name}`;
      item.append(anchor);
      list.append(item);
    }
    new Popup({ maxWidth: "20rem" }).setLngLat(lngLat).setDOMContent(list).addTo(map);
  });
}

function goTo(id, byId) {
  const row = byId[id];
  if (!row?.id) return;
  showList();
  row.scrollIntoView({ block: "center" });
  row.querySelector("a")?.focus({ preventScroll: true });
}

/** 「この範囲でさがす」 appears when a person has moved the map; nothing changes until it is pressed. */
function offerSearchHere(map) {
  const button = document.querySelector("#search-here");
  const form = document.querySelector("#search-form");
  if (!button || !form) return;
  map.on("moveend", (event) => { if (event.originalEvent || map.yosatteMoved) button.hidden = false; });
  for (const kind of ["dragstart", "wheel"]) map.on(kind, () => { map.yosatteMoved = true; });
  map.getCanvas().addEventListener("keydown", () => { map.yosatteMoved = true; });
  map.getContainer().addEventListener("click", (event) => { if (event.target.closest("button")) map.yosatteMoved = true; });
  button.addEventListener("click", () => {
    // The range stands in for every other place that was asked.
    for (const name of ["bbox", "near", "radius_m", "district", "area"]) form.querySelectorAll(`input[type=hidden][name=${name}]`).forEach((input) => input.remove());
    const range = document.createElement("input");
    const bounds = map.getBounds();
    range.type = "hidden";
    range.name = "bbox";
    range.value = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((n) => n.toFixed(4)).join(",");
    form.append(range);
    form.requestSubmit();
  });
}

const toggle = document.querySelector("#toggle-list-map");

function showList() {
  if (!toggle) return;
  document.body.classList.remove("map-large");
  toggle.setAttribute("aria-pressed", "false");
}

/** On a phone: the map large and alone, or above the list. */
function offerLargeMap(map) {
  if (!toggle) return;
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const large = document.body.classList.toggle("map-large");
    toggle.setAttribute("aria-pressed", String(large));
    map.resize();
  });
}
