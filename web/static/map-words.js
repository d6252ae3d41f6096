// What the map control says, in Japanese.

export const japanese = {
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
