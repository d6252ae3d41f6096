//! `yosatte search WORDS…`: the search, in a terminal.

use clap::Args;

use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    app::App,
    kernel::geo::{LngLat, Meters},
    resources::{
        public::{Audience, visible},
        store,
        words::Visibility,
    },
    search::query::SearchQuery,
};

/// The command's words.
#[derive(Debug, Args)]
pub struct Options {
    /// さがすことば
    words: Vec<String>,
    /// この場所の近く(緯度,経度)
    #[arg(long)]
    near: Option<String>,
    /// 近くの範囲(メートル)
    #[arg(long)]
    radius: Option<f64>,
    /// 件数
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// 関係者だけに見える内容からもさがす(結果を外に出さないでください)
    #[arg(long)]
    staff: bool,
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    app.settle().await?;
    let near = match options.near.as_deref().map(parse_near) {
        None => None,
        Some(Ok(point)) => Some(point),
        Some(Err(why)) => {
            remark!("--near: {why}");
            return Ok(Exit::Usage);
        }
    };
    let radius = match options.radius.map(Meters::new) {
        None => None,
        Some(_) if near.is_none() => {
            remark!("--radius: --near と一緒に使ってください");
            return Ok(Exit::Usage);
        }
        Some(None) => {
            remark!("--radius: 0以上の数字(メートル)にしてください");
            return Ok(Exit::Usage);
        }
        Some(radius) => radius,
    };
    let query = SearchQuery {
        q: options.words.join(" "),
        near,
        radius,
        limit: options.limit,
        ..SearchQuery::default()
    };
    let ground = app.ground();
    let found = if options.staff {
        app.searcher().search_all(&ground.places, &query)?.for_staff()
    } else {
        app.searcher().search(&ground.places, &query)?
    };
    say!("{}件見つかりました", found.total);
    if let Some(typed) = found.wordless() {
        say!("{typed}だけでは、さがせません。したいことや名前のことばを入れてください(例: 体操、お茶、相談)");
    }
    if let Some(place) = &found.place {
        say!("場所: {}", place.text);
    }
    let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    let rows = store::find_many(&mut *app.db().read().await?, &ids).await?;
    let audience = if options.staff {
        Audience::Staff
    } else {
        Audience::Public
    };
    // The index may be older than a row that has just become 関係者のみ.
    let entries: Vec<_> = rows.iter().filter_map(|(r, o)| visible(r, o, audience)).collect();
    for (hit, entry) in found
        .hits
        .iter()
        .filter_map(|hit| entries.iter().find(|e| e.id == hit.id).map(|e| (hit, e)))
    {
        let district = entry
            .district
            .as_ref()
            .and_then(|d| app.district_name(d.as_str()))
            .unwrap_or_default();
        let far = hit
            .distance
            .map(|d| format!("  {}", d.spoken()))
            .unwrap_or_default();
        let mark = match entry.visibility {
            Visibility::Public => String::new(),
            closed => format!("  ({closed})"),
        };
        say!(
            "{}  {}  [{}] {district}{far}{mark}",
            hit.id,
            entry.name,
            entry.kind
        );
    }
    for relaxed in &found.relaxed {
        say!("{}: {}件", relaxed.change, relaxed.total);
    }
    Ok(Exit::Done)
}

/// `lat,lng` as people write it.
pub fn parse_near(text: &str) -> Result<LngLat, String> {
    let wrong = || "「39.1444,141.1391」のように緯度,経度で書いてください".to_owned();
    let (lat, lng) = text.split_once(',').ok_or_else(wrong)?;
    let (lat, lng) = (
        lat.trim().parse().map_err(|_| wrong())?,
        lng.trim().parse().map_err(|_| wrong())?,
    );
    LngLat::new(lng, lat).map_err(|e| e.to_string())
}
