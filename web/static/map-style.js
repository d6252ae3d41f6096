// How the map looks: a white map, pale districts, thin borders, and markers as on the list and on paper.

const font = ["BIZ UDPGothic", "sans-serif"];
const single = ["!", ["has", "point_count"]];
const lit = (yes, no) => ["case", ["boolean", ["feature-state", "lit"], false], yes, no];
const collection = (features) => ({ type: "FeatureCollection", features });

/** The style of districts with their names, the places of the list, and what else was found. */
export function styleOf({ districts, names, places, more, district }) {
  const words = (text) => ({ "text-field": text, "text-font": font, "text-size": 15, "text-allow-overlap": true });
  return {
    version: 8,
    sources: {
      districts: { type: "geojson", data: districts, promoteId: "key" },
      names: { type: "geojson", data: names },
      more: { type: "geojson", data: collection(more), cluster: true, clusterRadius: 44, clusterMaxZoom: 16 },
      places: { type: "geojson", data: collection(places), promoteId: "id" },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#fcfbf8" } },
      { id: "districts", type: "fill", source: "districts", paint: { "fill-color": lit("#cfe3ff", ["case", ["==", ["get", "key"], district ?? ""], "#ffe9a8", "#f3efe4"]) } },
      { id: "borders", type: "line", source: "districts", paint: { "line-color": "#8a8a80", "line-width": 1 } },
      { id: "names", type: "symbol", source: "names", layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 15, "text-max-width": 12 }, paint: { "text-color": "#4d4d4d", "text-halo-color": "#fcfbf8", "text-halo-width": 2 } },
      { id: "more", type: "circle", source: "more", filter: single, paint: { "circle-color": "#ffffff", "circle-radius": 10, "circle-stroke-color": "#4d4d4d", "circle-stroke-width": 2 } },
      { id: "more-marks", type: "symbol", source: "more", filter: single, layout: { ...words(["get", "mark"]), "text-size": 12 }, paint: { "text-color": "#1a1a1a" } },
      { id: "clusters", type: "circle", source: "more", filter: ["has", "point_count"], paint: { "circle-color": "#ffffff", "circle-radius": ["step", ["get", "point_count"], 15, 10, 18, 100, 22], "circle-stroke-color": "#4d4d4d", "circle-stroke-width": 2 } },
      { id: "cluster-counts", type: "symbol", source: "more", filter: ["has", "point_count"], layout: words(["to-string", ["get", "point_count"]]), paint: { "text-color": "#1a1a1a" } },
      // The circle is what a pointer meets and what lights up; the picture with mark and number lies on it.
      { id: "places", type: "circle", source: "places", layout: { "circle-sort-key": ["-", ["get", "number"]] }, paint: {
        "circle-color": lit("#ffd43d", ["get", "colour"]), "circle-radius": lit(26, 13), "circle-stroke-color": "#1a1a1a", "circle-stroke-width": lit(2, 0) } },
      { id: "markers", type: "symbol", source: "places", layout: { "icon-image": ["get", "picture"], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["-", ["get", "number"]] } },
    ],
  };
}

/** One point for each name, or a name would stand on every tile its district touches. */
export function namesOf(districts, middleOf) {
  return collection(districts.features.map(({ geometry, properties }) => {
    const own = properties.centre ?? properties.center;
    const coordinates = Array.isArray(own) ? own : own?.lng ? [own.lng, own.lat] : middleOf(geometry);
    return { type: "Feature", geometry: { type: "Point", coordinates }, properties: { name: properties.name ?? "" } };
  }));
}

/** The marker of a place, as drawn on paper: the mark of its kind and its number, white on the colour of the kind. */
export function pictureOf({ mark, number, colour }) {
  const scale = 2;
  const [height, half] = [26, 13 + 5 * String(number).length];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [(half * 2 + 4) * scale, (height + 4) * scale];
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.translate(2, 2);
  pen.beginPath();
  pen.roundRect(0, 0, half * 2, height, 6);
  [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [colour, "#ffffff", 2];
  pen.fill();
  pen.stroke();
  [pen.fillStyle, pen.textAlign, pen.textBaseline] = ["#ffffff", "center", "middle"];
  pen.font = '700 14px "BIZ UDPGothic", sans-serif';
  pen.fillText(mark, 12, height / 2 + 1);
  pen.font = '700 16px "BIZ UDPGothic", sans-serif';
  pen.fillText(String(number), half + 9, height / 2 + 1);
  return { image: pen.getImageData(0, 0, canvas.width, canvas.height), pixelRatio: scale };
}
