//! opportunities.csv (参加の機会): ways to take part, as `csv.md` defines them; one row as one opportunity.

use super::{cells::Cells, vocabulary};
use crate::{
    kernel::{
        age::{self, AgeRange},
        id::{OpportunityId, ResourceId, derived},
        schedule::{Pauses, Schedule},
        text,
    },
    resources::{opportunity::NewOpportunity, words::*},
};

/// The columns, in the order they are written.
pub const COLUMNS: &[&str] = &[
    "機会ID",
    "資源ID",
    "名称",
    "役割",
    "形態",
    "内容",
    "分野・興味",
    "必要な技能",
    "日時",
    "休止",
    "定員",
    "空き",
    "ふだんの人数",
    "対象年齢",
    "性別",
    "車いす",
    "送迎",
    "送迎範囲km",
    "費用円",
    "報酬",
    "同伴",
    "見学・体験",
    "配慮",
    "制度外受入",
    "公開範囲",
    "状態",
];

/// What the row says about whose opportunity it is.
pub enum Owner<'a> {
    /// A row of opportunities.csv: it names its resource by 資源ID, which must exist.
    Named {
        /// Whether a resource of this id is stored.
        exists: &'a dyn Fn(&str) -> bool,
    },
    /// A row of a combined sheet: the resource stands beside it.
    Beside {
        /// The resource's id.
        id: &'a ResourceId,
        /// The resource's name, for an activity without one of its own.
        name: &'a str,
    },
}

/// Whether anything in the row speaks of an opportunity.
pub fn is_told(cells: &Cells) -> bool {
    COLUMNS
        .iter()
        .filter(|c| !["資源ID", "名称", "公開範囲", "状態"].contains(c))
        .chain(&[vocabulary::ACTIVITY_NAME])
        .any(|column| cells.text(column).is_some())
}

/// Reads one row. `repeat` says how often the resource and name came before in the file, so that rows without an ID keep theirs from one
/// import to the next, whatever else changes in them. `None` when an error keeps the row out.
pub fn opportunity(
    cells: &mut Cells,
    owner: &Owner,
    repeat: &mut dyn FnMut(&ResourceId, &str) -> usize,
) -> Option<NewOpportunity> {
    let (name, resource_id) = match owner {
        Owner::Named { exists } => (named(cells), known_resource(cells, exists)),
        Owner::Beside { id, name } => (
            cells
                .limited(vocabulary::ACTIVITY_NAME, 200)
                .or_else(|| Some((*name).to_owned())),
            Some((*id).clone()),
        ),
    };
    let beside = matches!(owner, Owner::Beside { .. });
    let roles = roles(cells, beside);
    let id = match cells.id("機会ID", OpportunityId::new) {
        Some(written) => written.ok(),
        None => {
            let (resource, name) = (resource_id.as_ref()?, name.as_deref()?);
            let before = match repeat(resource, name) {
                0 => String::new(),
                n => n.to_string(),
            };
            OpportunityId::new(derived("o", &[resource.as_str(), name, &before])).ok()
        }
    };
    let schedule = cells.text("日時").map(|t| Schedule::parse(&t));
    for part in schedule.iter().flat_map(Schedule::unread) {
        cells.warning(
            "日時",
            part,
            "この部分は読みとれません。文字のまま残し、確認する質問にします",
        );
    }
    let pauses = cells.text("休止").map(|t| Pauses::parse(&t));
    for part in pauses.iter().flat_map(Pauses::unread) {
        cells.warning("休止", part, "この部分は読みとれません。文字のまま残します");
    }
    let acceptance = [Acceptance::Yes, Acceptance::No, Acceptance::Negotiable];
    let mut accepts = |column| cells.marked(column, Acceptance::parse, Acceptance::accepted, acceptance);
    let [wheelchair, companion, trial, waiver] =
        ["車いす", "同伴", "見学・体験", "制度外受入"].map(&mut accepts);
    let transport = [Transport::Offered, Transport::NotOffered, Transport::Negotiable];
    let entry = NewOpportunity {
        modality: cells
            .coded("形態", Modality::parse, Modality::accepted)
            .unwrap_or(Modality::OnSite),
        description: cells.limited("内容", 4000),
        interests: cells.list("分野・興味"),
        skills: cells.list("必要な技能"),
        schedule,
        pauses,
        capacity: cells.whole("定員"),
        vacancy: cells.whole("空き"),
        usual_size: cells.whole("ふだんの人数"),
        ages: ages(cells),
        sex: sex(cells),
        wheelchair,
        transport: cells.marked("送迎", Transport::parse, Transport::accepted, transport),
        transport_km: cells.measure("送迎範囲km"),
        fee_yen: cells.fee("費用円"),
        reward: cells.coded("報酬", Reward::parse, Reward::accepted),
        companion,
        trial,
        considerations: cells.list("配慮"),
        waiver,
        visibility: own_or_shared(cells, beside, vocabulary::ACTIVITY_VISIBILITY, "公開範囲")
            .and_then(|column| cells.coded(column, Visibility::parse, Visibility::accepted))
            .unwrap_or(Visibility::Staff),
        status: own_or_shared(cells, beside, vocabulary::ACTIVITY_STATUS, "状態")
            .and_then(|column| cells.coded(column, Status::parse, Status::accepted))
            .unwrap_or(Status::Active),
        id: id?,
        resource_id: resource_id?,
        name: name?,
        roles,
    };
    (!cells.has_errors()).then_some(entry)
}

fn named(cells: &mut Cells) -> Option<String> {
    let name = cells.limited("名称", 200);
    if name.is_none() && cells.text("名称").is_none() {
        cells.error("名称", "", "名称がありません。1〜200文字で書いてください");
    }
    name
}

fn known_resource(cells: &mut Cells, exists: &dyn Fn(&str) -> bool) -> Option<ResourceId> {
    let Some(written) = cells.id("資源ID", ResourceId::new) else {
        cells.error("資源ID", "", "どの社会資源のものか、資源IDを書いてください");
        return None;
    };
    let id = written.ok()?;
    if exists(id.as_str()) {
        return Some(id);
    }
    cells.error(
        "資源ID",
        id.as_str(),
        "この資源IDの社会資源がありません。先に社会資源を取り込んでください",
    );
    None
}

/// 役割; a group's own list without them is about taking part.
fn roles(cells: &mut Cells, beside: bool) -> Vec<ParticipationRole> {
    let mut roles = Vec::new();
    for role in cells.coded_list("役割", ParticipationRole::parse, ParticipationRole::accepted) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if roles.is_empty() && beside {
        roles.push(ParticipationRole::Participant);
    } else if roles.is_empty() && cells.text("役割").is_none() {
        let accepted = ParticipationRole::accepted();
        cells.error(
            "役割",
            "",
            format!("役割がありません。次から選んでください: {accepted}"),
        );
    }
    roles
}

fn ages(cells: &mut Cells) -> Option<AgeRange> {
    let value = cells.text("対象年齢")?;
    let read = AgeRange::parse(&value);
    if read.is_none() {
        cells.unread("対象年齢", &value, &format!("{}で書いてください", age::ACCEPTED));
    }
    read
}

fn sex(cells: &mut Cells) -> Option<Sex> {
    let value = cells.text("性別")?;
    if ["問わない", "不問", "男女", "どなたでも"].contains(&text::key(&value).as_str()) {
        return None;
    }
    let read = Sex::parse(&value).or(match text::key(&value).as_str() {
        "女" | "女性のみ" => Some(Sex::Female),
        "男" | "男性のみ" => Some(Sex::Male),
        _ => None,
    });
    if read.is_none() {
        cells.unread("性別", &value, "次のどれかにしてください: 問わない・女性・男性");
    }
    read
}

/// The column that decides: in a combined sheet the opportunity's own when it is filled, else the one it shares with the resource.
fn own_or_shared(
    cells: &Cells,
    beside: bool,
    own: &'static str,
    shared: &'static str,
) -> Option<&'static str> {
    Some(if beside && cells.text(own).is_some() {
        own
    } else {
        shared
    })
}
