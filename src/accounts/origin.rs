//! Whence a session was begun, as coarsely as a person needs to know it again; no address and no version is kept.

use std::net::IpAddr;

/// What stands in a session of the browser and the network it was begun in.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// As 「Firefox(Windows)」.
    pub device: String,
    /// As 「庁内のネットワーク」.
    pub place: String,
}

/// The word a browser says of itself, and what people call it; the first that fits, for most say the names of others too.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

impl Origin {
    /// From what the browser says of itself and the address it asks from.
    ///
    /// ```
    /// use yosatte::accounts::origin::Origin;
    /// let of = |agent: &str, address: &str| {
    ///     let origin = Origin::of(agent, address.parse().unwrap());
    ///     (origin.device, origin.place)
    /// };
    /// let told = |device: &str, place: &str| (device.to_owned(), place.to_owned());
    /// let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
    /// assert_eq!(of(edge, "10.1.2.3"), told("Edge(Windows)", "庁内のネットワーク"));
    /// assert_eq!(of("curl/8.5", "203.0.113.7"), told("ほかのプログラム", "外のネットワーク"));
    /// ```
    pub fn of(agent: &str, address: IpAddr) -> Self {
        let find =
            |names: &[(&str, &'static str)]| names.iter().find(|(word, _)| agent.contains(word)).map(|n| n.1);
        let browser = find(&BROWSERS).unwrap_or("ほかのプログラム");
        Self {
            device: match find(&SYSTEMS) {
                Some(system) => format!("{browser}({system})"),
                None => browser.to_owned(),
            },
            place: place(address.to_canonical()).to_owned(),
        }
    }
}

fn place(address: IpAddr) -> &'static str {
    let inside = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if address.is_loopback() {
        "サーバーと同じ機械"
    } else if inside {
        "庁内のネットワーク"
    } else {
        "外のネットワーク"
    }
}
