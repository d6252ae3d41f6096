//! Official open data: what each file is called, whose it is, and one file a format.

pub mod address;
pub mod facilities;
pub mod offices;
pub mod parts;
pub mod population;
pub mod record;
pub mod shelters;
pub mod sources;
pub mod towns;

/// A body of official data that is imported as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Its key in the `source` table, the word after `import`.
    pub key: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// Who publishes it.
    pub provider: &'static str,
    /// Under what terms, as they ask to be named.
    pub licence: &'static str,
    /// Where it is published.
    pub url: Option<&'static str>,
}

/// 介護サービス事業所.
pub const CARE: Origin = Origin {
    key: "care-offices",
    title: "介護サービス事業所(介護サービス情報公表システム オープンデータ)",
    provider: "厚生労働省",
    licence: "CC BY 4.0",
    url: Some("https://www.mhlw.go.jp/stf/kaigo-kouhyou_opendata.html"),
};
/// 障害福祉サービス等事業所.
pub const DISABILITY: Origin = Origin {
    key: "disability-offices",
    title: "障害福祉サービス等事業所(障害福祉サービス等情報公表システム オープンデータ)",
    provider: "独立行政法人福祉医療機構(WAM NET)",
    licence: "公共データ利用規約(PDL1.0)",
    url: Some("https://www.wam.go.jp/content/wamnet/pcpub/top/sfkopendata/"),
};
/// 避難所.
pub const SHELTERS: Origin = Origin {
    key: "shelters",
    title: "指定緊急避難場所・指定避難所データ",
    provider: "国土地理院",
    licence: "国土地理院コンテンツ利用規約",
    url: Some("https://hinanmap.gsi.go.jp/hinanjocp/hinanbasho/koukaidate.html"),
};
/// 公共施設.
pub const FACILITIES: Origin = Origin {
    key: "public-facilities",
    title: "公共施設一覧",
    provider: "市区町村のオープンデータ",
    licence: "公開している市区町村の利用規約",
    url: None,
};
/// 地区.
pub const DISTRICTS: Origin = Origin {
    key: "districts",
    title: "地区の区域と拠点",
    provider: "取り込んだファイルの出典のとおり",
    licence: "取り込んだファイルの利用規約のとおり",
    url: None,
};
/// 市区町村の境界.
pub const BOUNDARY: Origin = Origin {
    key: "boundary",
    title: "国土数値情報(行政区域データ N03)を加工",
    provider: "国土交通省",
    licence: "国土数値情報の利用規約(出典の記載)",
    url: Some("https://nlftp.mlit.go.jp/ksj/"),
};
/// 人口.
pub const POPULATION: Origin = Origin {
    key: "population",
    title: "地区別の人口",
    provider: "取り込んだファイルの出典のとおり",
    licence: "取り込んだファイルの利用規約のとおり",
    url: None,
};
/// 地名: Geolonia.
pub const TOWNS_GEOLONIA: Origin = Origin {
    key: "places-geolonia",
    title: "Geolonia 住所データ",
    provider: "株式会社Geolonia",
    licence: "CC BY 4.0",
    url: Some("https://geolonia.github.io/japanese-addresses/"),
};
/// 地名: 位置参照情報, 大字・町丁目.
pub const TOWNS_ISJ: Origin = Origin {
    key: "places-isj-town",
    title: "位置参照情報(大字・町丁目レベル)",
    provider: "国土交通省",
    licence: "位置参照情報の利用約款(出典の記載)",
    url: Some("https://nlftp.mlit.go.jp/isj/"),
};
/// 地名: 位置参照情報, 街区.
pub const BLOCKS_ISJ: Origin = Origin {
    key: "places-isj-block",
    title: "位置参照情報(街区レベル)",
    provider: "国土交通省",
    licence: "位置参照情報の利用約款(出典の記載)",
    url: Some("https://nlftp.mlit.go.jp/isj/"),
};

/// Every body of data, in the order people read of them.
pub const ORIGINS: [Origin; 10] = [
    CARE,
    DISABILITY,
    SHELTERS,
    FACILITIES,
    DISTRICTS,
    BOUNDARY,
    POPULATION,
    TOWNS_GEOLONIA,
    TOWNS_ISJ,
    BLOCKS_ISJ,
];

/// The body of data of a key.
pub fn origin(key: &str) -> Option<&'static Origin> {
    ORIGINS.iter().find(|o| o.key == key)
}
