// Makes the drawn map move: MapLibre GL JS over the same districts and the same places as the list beside it.

import { Map, NavigationControl, GeolocateControl, ScaleControl, LngLatBounds, setWorkerUrl } from "/assets/vendor/maplibre-gl/maplibre-gl.mjs";
import { linkDistricts, linkPlaces, offerLargeMap, offerSearchHere, openMore } from "/assets/map-hands.js";
import { namesOf, pictureOf, styleOf } from "/assets/map-style.js";
import { japanese } from "/assets/map-words.js";

const place = document.querySelector("#map");
if (place) begin(place).catch((error) => tell(error));

async function begin(box) {
  const rows = [...document.querySelectorAll("[data-id][data-lng]")];
  const places = rows.map(placeOfRow);
  const listed = new Set(places.map((one) => one.properties.id));
  const [districts, found] = await Promise.all([geojson(box.dataset.districts), geojson(box.dataset.more)]);
  districts.features = districts.features.filter((f) => f.geometry).map((f) => ({ ...f, properties: { ...f.properties, key: String(f.id ?? f.properties?.id ?? "") } }));
  const more = found.features.filter((f) => !listed.has(f.properties.id));
  const names = namesOf(districts, (geometry) => boundsOf([geometry]).getCenter().toArray());
  // Text is drawn from web fonts, which must be there before the map is made: what is blank then stays blank.
  const text = [...names.features.map((f) => f.properties.name), ...[...places, ...more].map((f) => f.properties.mark)].join("") + "0123456789";
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
      style: styleOf({ districts, names, places, more, district: box.dataset.district }),
      ...viewOf(places, districts, box.dataset.district),
    });
  } catch (error) {
    container.remove();
    throw error;
  }
  box.yosatteMap = map;
  for (const { properties } of places) {
    const { image, pixelRatio } = pictureOf(properties);
    if (!map.hasImage(properties.picture)) map.addImage(properties.picture, image, { pixelRatio });
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  if (isSecureContext && navigator.geolocation) map.addControl(new GeolocateControl({ trackUserLocation: false }), "top-right");
  map.once("idle", () => box.setAttribute("data-map-idle", ""));
  linkPlaces(map, rows);
  openMore(map);
  linkDistricts(map);
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

function placeOfRow(row) {
  const { id, name, number, lng, lat, mark, colour } = row.dataset;
  return { type: "Feature", geometry: { type: "Point", coordinates: [Number(lng), Number(lat)] },
    properties: { id, name, number: Number(number), mark, colour, picture: `${mark}${number}` } };
}

/** A collection from our own service; without it the rest is still worth a map. */
async function geojson(url) {
  const none = { type: "FeatureCollection", features: [] };
  if (!url) return none;
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.json() : none;
  } catch {
    return none;
  }
}

function boundsOf(geometries) {
  const bounds = new LngLatBounds();
  const add = (part) => { typeof part[0] === "number" ? bounds.extend(part) : part.forEach(add); };
  geometries.forEach((geometry) => add(geometry.coordinates));
  return bounds;
}

/** The asked range, else the district, else the places, else everything. */
function viewOf(places, districts, district) {
  const asked = new URLSearchParams(location.search).get("bbox")?.split(",").map(Number);
  if (asked?.length === 4 && asked.every(Number.isFinite)) return { bounds: [[asked[0], asked[1]], [asked[2], asked[3]]] };
  const own = districts.features.filter((f) => f.properties.key === district);
  const shown = own.length ? own : places.length ? places : districts.features;
  if (!shown.length) return { center: [141.14, 39.14], zoom: 9 };
  return { bounds: boundsOf(shown.map((f) => f.geometry)), fitBoundsOptions: { padding: 40, maxZoom: 12.5 } };
}
