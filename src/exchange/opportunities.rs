//! opportunities.csv (参加の機会): ways to take part, as `csv.md` defines them.

use super::{
    report::{Parsed, Problem, Severity},
    resources::Cells,
    sheet::{Line, SheetError, Table},
};
use crate::{
    kernel::{
        age::AgeRange,
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

/// Reads a table of opportunities; `exists` tells whether a resource is stored.
pub fn parse(lines: Vec<Line>, exists: &dyn Fn(&str) -> bool) -> Result<Parsed<NewOpportunity>, SheetError> {
    let table = Table::new(lines, &["資源ID", "名称", "役割"])?;
    let mut parsed = Parsed {
        entries: Vec::new(),
        problems: Vec::new(),
    };
    for heading in table.unknown(COLUMNS) {
        parsed
            .problems
            .push(Problem::warning(0, heading, "", "知らない列です。読みとばします"));
    }
    let mut seen = std::collections::HashMap::new();
    for row in &table.rows {
        let mut cells = Cells::new(&table, row);
        if let Some(entry) = opportunity(&mut cells, exists) {
            match seen.insert(entry.id.clone(), row.number) {
                Some(first) => {
                    cells.error(
                        "機会ID",
                        entry.id.as_str(),
                        format!("{first}行目と同じです。IDは1件に1つです"),
                    );
                }
                None => parsed.entries.push((row.number, entry)),
            }
        }
        parsed.problems.append(&mut cells.problems);
    }
    Ok(parsed)
}

fn opportunity(cells: &mut Cells, exists: &dyn Fn(&str) -> bool) -> Option<NewOpportunity> {
    let name = cells.limited("名称", 200);
    if name.is_none() && cells.problems.is_empty() {
        cells.error("名称", "", "名称がありません。1〜200文字で書いてください");
    }
    let resource_id = match cells.text("資源ID") {
        None => {
            cells.error("資源ID", "", "どの社会資源のものか、資源IDを書いてください");
            None
        }
        Some(written) if !exists(&written) => {
            cells.error(
                "資源ID",
                &written,
                "この資源IDの社会資源がありません。先に社会資源を取り込んでください",
            );
            None
        }
        Some(written) => ResourceId::new(written).ok(),
    };
    let roles = cells.coded_list("役割", ParticipationRole::parse, ParticipationRole::accepted);
    if roles.is_empty() && cells.text("役割").is_none() {
        cells.error(
            "役割",
            "",
            format!(
                "役割がありません。次から選んでください: {}",
                ParticipationRole::accepted()
            ),
        );
    }
    let id = match cells.text("機会ID") {
        Some(written) => OpportunityId::new(written.clone())
            .map_err(|e| cells.error("機会ID", &written, e.to_string()))
            .ok(),
        None => {
            let owner = resource_id.as_ref().map(ResourceId::as_str).unwrap_or_default();
            let when = cells.text("日時").unwrap_or_default();
            OpportunityId::new(derived("o", &[owner, name.as_deref().unwrap_or(""), &when])).ok()
        }
    };
    let schedule = cells.text("日時").map(|t| Schedule::parse(&t));
    if let Some(s) = &schedule {
        for part in s.unread() {
            cells.warning(
                "日時",
                part,
                "この部分は読みとれません。文字のまま残し、確認する質問にします",
            );
        }
    }
    let pauses = cells.text("休止").map(|t| Pauses::parse(&t));
    if let Some(p) = &pauses {
        for part in p.unread() {
            cells.warning("休止", part, "この部分は読みとれません。文字のまま残します");
        }
    }
    let ages = cells.text("対象年齢").and_then(|value| {
        let read = AgeRange::parse(&value);
        if read.is_none() {
            cells.error("対象年齢", &value, "65-、18-39、-15 のように書いてください");
        }
        read
    });
    let sex = cells
        .text("性別")
        .filter(|v| text::key(v) != "問わない")
        .and_then(|value| {
            let read = Sex::parse(&value);
            if read.is_none() {
                cells.error("性別", &value, "次のどれかにしてください: 問わない・女性・男性");
            }
            read
        });
    let transport_km: Option<f64> = cells.number("送迎範囲km", "0以上の数字");
    if let Some(km) = transport_km.filter(|km| !km.is_finite() || *km < 0.0) {
        cells.error("送迎範囲km", &km.to_string(), "0以上の数字で書いてください");
    }
    let entry = NewOpportunity {
        modality: cells
            .coded("形態", Modality::parse, Modality::accepted)
            .unwrap_or(Modality::OnSite),
        description: cells.limited("内容", 4000),
        interests: cells.list("分野・興味"),
        skills: cells.list("必要な技能"),
        schedule,
        pauses,
        capacity: cells.number("定員", "0以上の整数"),
        vacancy: cells.number("空き", "0以上の整数"),
        usual_size: cells.number("ふだんの人数", "0以上の整数"),
        ages,
        sex,
        wheelchair: cells.coded("車いす", Acceptance::parse, Acceptance::accepted),
        transport: cells.coded("送迎", Transport::parse, Transport::accepted),
        transport_km,
        fee_yen: cells.number("費用円", "0以上の整数(無料は0)"),
        reward: cells.coded("報酬", Reward::parse, Reward::accepted),
        companion: cells.coded("同伴", Acceptance::parse, Acceptance::accepted),
        trial: cells.coded("見学・体験", Acceptance::parse, Acceptance::accepted),
        considerations: cells.list("配慮"),
        waiver: cells.coded("制度外受入", Acceptance::parse, Acceptance::accepted),
        visibility: cells
            .coded("公開範囲", Visibility::parse, Visibility::accepted)
            .unwrap_or(Visibility::Staff),
        status: cells
            .coded("状態", Status::parse, Status::accepted)
            .unwrap_or(Status::Active),
        id: id?,
        resource_id: resource_id?,
        name: name?,
        roles,
    };
    let bad = cells.problems.iter().any(|p| p.severity == Severity::Error);
    (!bad).then_some(entry)
}
