//! The city's own lists, and the tables groups made for themselves, read sheet by sheet and row by row.

use std::{collections::HashSet, sync::Arc};

use super::{
    cells::{Cells, Manner, damage, unseen},
    opportunities::{self, Owner, opportunity},
    ragged::Ragged,
    report::{Problem, Report, Severity},
    resources::{self, Ground, note, resource},
    seen::Seen,
    sheet::{Headings, Line, Rows, SEARCHED, SheetError, Source, heading_key, no_header, written},
    vocabulary::{self, Vocabulary},
};
use crate::resources::{opportunity::NewOpportunity, resource::NewResource, words::ResourceKind};

/// The columns of ours that a file has: what it does not have it says nothing about.
pub type Columns = Arc<HashSet<&'static str>>;

/// One resource with what the file offers at it.
#[derive(Debug)]
pub struct Entry {
    /// The sheet, for people; empty where there is only one.
    pub sheet: String,
    /// Its (first) row.
    pub row: usize,
    /// Whether the file names it by a 資源ID.
    pub has_id: bool,
    /// The resource.
    pub resource: NewResource,
    /// Its opportunities, in a combined sheet.
    pub opportunities: Vec<NewOpportunity>,
    /// What the row says anything about; 電話の公開 only when its cell is filled, because what an empty one means depends on the rest.
    pub columns: Columns,
}

/// A sheet below its headings.
pub(super) struct Sheet {
    /// For people; empty where there is only one.
    pub(super) name: String,
    pub(super) head: Headings,
    pub(super) manner: Manner,
    /// Whether its rows hold opportunities beside resources.
    combined: bool,
    /// What all its rows are, when there is no column for it and the tab says so.
    kind: Option<ResourceKind>,
    columns: Columns,
    columns_without_phone: Columns,
}

impl Sheet {
    /// What a row of the sheet says anything about.
    pub(super) fn columns(&self, line: &Line) -> Columns {
        match self.head.cell(line, PHONE_PUBLIC) {
            Some(_) => self.columns.clone(),
            None => self.columns_without_phone.clone(),
        }
    }
}

const PHONE_PUBLIC: &str = "電話の公開";

/// Reads resources and, from combined sheets, their opportunities, and hands each entry that is valid to `sink`, in the order of the file,
/// combined ones last. `sink` answers whether it wants more. Reading the same content again gives the same entries in the same order.
///
/// # Errors
/// What keeps the file as a whole from being read; problems of rows go to `report`.
pub fn resources(
    content: &[u8],
    ground: &Ground,
    report: &mut Report,
    sink: &mut dyn FnMut(Entry) -> bool,
) -> Result<(), SheetError> {
    let mut seen = Seen::default();
    let mut groups = super::combined::Groups::default();
    let wanted = Wanted {
        vocabulary: &vocabulary::RESOURCES,
        needed: "名称、種別",
        hint: "",
        fits: &|head, name| head.has("名称") && (head.has("種別") || ResourceKind::parse(name).is_some()),
    };
    let more = each_row(content, &wanted, report, &mut |sheet, line, report| {
        if sheet.combined {
            groups.add(sheet, line)?;
            return Ok(true);
        }
        let mut cells = Cells::new(&sheet.head, &line, sheet.manner);
        let has_id = cells.text("資源ID").is_some();
        let mut entry = resource(&mut cells, ground, sheet.kind);
        if let Some(entry) = &mut entry {
            let more = std::mem::take(&mut cells.kept)
                .into_iter()
                .chain(unknown(sheet, &line));
            if !note(entry, more) {
                cells.warning("備考", "", TOO_MUCH);
            }
            seen.resource(&mut cells, entry, &sheet.name, line.number);
        }
        let entry = entry.filter(|_| !cells.has_errors());
        tell(report, &sheet.name, cells.problems);
        Ok(entry.is_none_or(|resource| {
            sink(Entry {
                sheet: sheet.name.clone(),
                row: line.number,
                has_id,
                resource,
                opportunities: Vec::new(),
                columns: sheet.columns(&line),
            })
        }))
    })?;
    if more {
        groups.read(ground, &mut seen, report, sink);
    }
    Ok(())
}

/// Said when the notes of a row would grow beyond their limit.
pub(super) const TOO_MUCH: &str = "備考に残す内容が4,000文字を超えるので、はみ出す分は残りません";

/// Reads opportunities of resources that exist, and hands each that is valid to `sink`, as [`resources()`] does.
///
/// # Errors
/// What keeps the file as a whole from being read.
pub fn opportunities(
    content: &[u8],
    exists: &dyn Fn(&str) -> bool,
    report: &mut Report,
    sink: &mut dyn FnMut(NewOpportunity, &Columns) -> bool,
) -> Result<(), SheetError> {
    let mut seen = Seen::default();
    let wanted = Wanted {
        vocabulary: &vocabulary::OPPORTUNITIES,
        needed: "資源ID、名称、役割",
        hint: "。団体の情報と並んだ表は yosatte import resources で取り込めます",
        fits: &|head, _| ["資源ID", "名称", "役割"].iter().all(|column| head.has(column)),
    };
    each_row(content, &wanted, report, &mut |sheet, line, report| {
        let mut cells = Cells::new(&sheet.head, &line, Manner::Strict);
        let entry = opportunity(&mut cells, &Owner::Named { exists }, &mut |id, name| {
            seen.repeat(id, name)
        });
        if let Some(entry) = &entry {
            seen.opportunity(&mut cells, entry, &sheet.name, line.number);
        }
        let entry = entry.filter(|_| !cells.has_errors());
        tell(report, &sheet.name, cells.problems);
        Ok(entry.is_none_or(|entry| sink(entry, &sheet.columns)))
    })?;
    Ok(())
}

/// Problems of one row of a sheet, each said once.
pub(super) fn tell(report: &mut Report, sheet: &str, problems: Vec<Problem>) {
    let mut said: Vec<Problem> = Vec::with_capacity(problems.len());
    for mut problem in problems {
        sheet.clone_into(&mut problem.sheet);
        if !said.contains(&problem) {
            said.push(problem);
        }
    }
    report.extend(said);
}

/// What a row holds beside our columns.
pub(super) fn unknown(sheet: &Sheet, line: &Line) -> Vec<(String, String)> {
    sheet
        .head
        .unknown_columns()
        .filter_map(|at| {
            Some((
                sheet.head.headings[at].clone(),
                crate::kernel::text::cell(written(line, at)?)?,
            ))
        })
        .chain(beyond(sheet, line).map(|(_, cell)| ("見出しのない列".to_owned(), cell.to_owned())))
        .collect()
}

/// The cells that stand to the right of all headings: a note, or a comma that cut a cell in two.
fn beyond<'l>(sheet: &Sheet, line: &'l Line) -> impl Iterator<Item = (usize, &'l str)> {
    (sheet.head.headings.len()..line.len()).filter_map(|at| Some((at, written(line, at)?)))
}

fn beyond_told(sheet: &Sheet, line: &Line, kept: bool) -> Vec<Problem> {
    beyond(sheet, line)
        .next()
        .map(|(at, cell)| {
            let message = format!(
                "{}列目には見出しがありません。{}。コンマで分かれたセルなら「\"」で囲んでください",
                at + 1,
                if kept {
                    "備考に残します"
                } else {
                    "読みとばします"
                }
            );
            Problem::warning(line.number, "", cell, message)
        })
        .into_iter()
        .collect()
}

/// What kind of table is looked for.
struct Wanted<'a> {
    vocabulary: &'a Vocabulary,
    needed: &'static str,
    /// More to say when it is not there.
    hint: &'static str,
    fits: &'a dyn Fn(&Headings, &str) -> bool,
}

type EachRow<'a> = &'a mut dyn FnMut(&Arc<Sheet>, Line, &mut Report) -> Result<bool, SheetError>;

/// Walks over the rows of all sheets; `false` when `each` wanted no more.
fn each_row(content: &[u8], wanted: &Wanted, report: &mut Report, each: EachRow) -> Result<bool, SheetError> {
    let mut source = Source::open(content)?;
    for hidden in source.hidden() {
        let told = format!("非表示のシート「{hidden}」は読みませんでした");
        report.add(Problem::warning(0, "", "", told));
    }
    let (mut first_missing, mut rows_read, mut found) = (None, 0_usize, false);
    for index in 0..source.len() {
        let tab = source.name(index).to_owned();
        let name = if source.len() > 1 {
            tab.clone()
        } else {
            String::new()
        };
        let mut rows = source.rows(index)?;
        let (sheet, first) = match headings(&mut rows, wanted, &tab)? {
            Ok((head, first)) => (Arc::new(understood(head, name, &tab, wanted, report)), first),
            Err(above) if above.is_empty() => continue,
            Err(above) => {
                let missing = no_header(&above, wanted.needed);
                let told = format!(
                    "見出しの行({})が見つからないので、読みとばしました{}",
                    wanted.needed, wanted.hint
                );
                tell(report, &tab, vec![Problem::warning(0, "", "", told)]);
                first_missing.get_or_insert(missing);
                continue;
            }
        };
        found = true;
        let mut ragged = Ragged::default();
        for line in first.map(Ok).into_iter().chain(rows) {
            let line = line?;
            if line.is_blank() || sheet.head.is_repeated_by(&line) || passed_over(&sheet, &line, report) {
                continue;
            }
            rows_read += 1;
            ragged.look(&sheet.head, &line);
            let unseen = unseen(&sheet.head, &line);
            if !unseen.is_empty() {
                tell(report, &sheet.name, unseen);
                continue;
            }
            tell(report, &sheet.name, damage(&sheet.head, &line));
            let kept = std::ptr::eq(wanted.vocabulary, &*vocabulary::RESOURCES);
            tell(report, &sheet.name, beyond_told(&sheet, &line, kept));
            if !each(&sheet, line, report)? {
                return Ok(false);
            }
        }
        tell(report, &sheet.name, ragged.told().into_iter().collect());
    }
    if !found {
        return Err(first_missing.unwrap_or(SheetError::Empty));
    }
    if rows_read == 0 {
        report.add(Problem::warning(
            0,
            "",
            "",
            "見出しの行だけで、データの行がありません",
        ));
    }
    Ok(true)
}

/// The heading row among the first rows, with the row that was read after it; the rows when there is none.
type Found = Result<(Headings, Option<Line>), Vec<Line>>;

fn headings(rows: &mut Rows, wanted: &Wanted, tab: &str) -> Result<Found, SheetError> {
    let mut above: Vec<Line> = Vec::new();
    while above.len() < SEARCHED {
        let Some(line) = rows.next().transpose()? else {
            break;
        };
        if line.is_blank() {
            continue;
        }
        let head = wanted.vocabulary.headings(&line);
        if !(wanted.fits)(&head, tab) || wanted.vocabulary.found(&head).count() < 2 {
            above.push(line);
            continue;
        }
        // Headings of two storeys: the lower row says more exactly what stands below a wide heading.
        let next = rows.next().transpose()?;
        let both = next.as_ref().zip(head.position("名称"));
        return Ok(Ok(
            match both.and_then(|(lower, name)| Headings::two_storeys(&line, lower, name)) {
                Some(both) => (wanted.vocabulary.headings(&both), None),
                None => (head, next),
            },
        ));
    }
    Ok(Err(above))
}

/// Says how the headings are understood, and makes the sheet.
fn understood(mut head: Headings, name: String, tab: &str, wanted: &Wanted, report: &mut Report) -> Sheet {
    let activity: Vec<_> = wanted
        .vocabulary
        .found(&head)
        .filter(|c| !resources::COLUMNS.contains(c))
        .collect();
    let is_resources = std::ptr::eq(wanted.vocabulary, &*vocabulary::RESOURCES);
    // 内容 alone is what a group does, not one of its activities.
    let only_content = is_resources && activity == ["内容"];
    if only_content {
        head.mean("内容", "説明");
    }
    let combined =
        is_resources && !activity.is_empty() && !(only_content && head.has("説明") && !head.has("内容"));
    let mut problems = Vec::new();
    let read_as: Vec<String> = head
        .aliases()
        .map(|(word, column)| format!("{}→{column}", word.split_whitespace().collect::<String>()))
        .collect();
    if !read_as.is_empty() {
        let told = format!("見出しを次のように読みました: {}", read_as.join("、"));
        problems.push(Problem::warning(0, "", "", told));
    }
    for at in head.unknown_columns() {
        let heading = &head.headings[at];
        let twice = wanted
            .vocabulary
            .found(&head)
            .any(|c| heading_key(c) == heading_key(heading));
        problems.push(Problem::warning(
            0,
            heading,
            "",
            match (twice, is_resources) {
                (true, true) => "同じ見出しの列がもう一つあります。左の列を使い、この列は備考に残します",
                (true, false) => "同じ見出しの列がもう一つあります。左の列を使います",
                (false, true) => "知らない列です。内容は備考に残します",
                (false, false) => "知らない列です。読みとばします",
            },
        ));
    }
    tell(report, &name, problems);
    let manner = if combined || head.is_foreign() {
        Manner::Lenient
    } else {
        Manner::Strict
    };
    let columns: HashSet<_> = wanted.vocabulary.found(&head).collect();
    let without_phone = columns.iter().copied().filter(|c| *c != PHONE_PUBLIC).collect();
    Sheet {
        name,
        manner,
        combined,
        kind: ResourceKind::parse(tab).filter(|_| !head.has("種別")),
        columns: Arc::new(columns),
        columns_without_phone: Arc::new(without_phone),
        head,
    }
}

/// Rows of a group's own table that are no entries: titles between the rows, sums and remarks below them.
fn passed_over(sheet: &Sheet, line: &Line, report: &mut Report) -> bool {
    if sheet.manner == Manner::Strict {
        return false;
    }
    let filled: Vec<&str> = line.cells().map(str::trim).filter(|c| !c.is_empty()).collect();
    let different: HashSet<&str> = filled.iter().copied().collect();
    let nameless = sheet.head.cell(line, "名称").is_none();
    let title = filled.len() > 1 && different.len() == 1;
    let remark = nameless && different.len() <= 2;
    if title || remark {
        let told = if title {
            "区切りの行なので、読みとばしました"
        } else {
            "名称のない行なので、読みとばしました"
        };
        let words = filled.first().copied().unwrap_or_default();
        let problem = Problem::warning(line.number, "", words, told);
        tell(report, &sheet.name, vec![problem]);
    }
    title || remark
}

/// Whether any problem of a row keeps it out.
pub(super) fn keeps_out(problems: &[Problem]) -> bool {
    problems.iter().any(|p| p.severity == Severity::Error)
}

/// Reads the opportunity of one row of a combined sheet; what could not be read comes back beside it.
pub(super) fn beside(
    sheet: &Sheet,
    line: &Line,
    owner: &NewResource,
    seen: &mut Seen,
) -> (Option<NewOpportunity>, Vec<(String, String)>, Vec<Problem>) {
    let mut cells = Cells::new(&sheet.head, line, sheet.manner);
    if !opportunities::is_told(&cells) {
        return (None, Vec::new(), Vec::new());
    }
    let owner = Owner::Beside {
        id: &owner.id,
        name: &owner.name,
    };
    let entry = opportunity(&mut cells, &owner, &mut |id, name| seen.repeat(id, name));
    (entry, cells.kept, cells.problems)
}

/// Reads the resource of a (merged) row of a combined sheet.
pub(super) fn of_group(
    head: &Headings,
    line: &Line,
    sheet: &Sheet,
    ground: &Ground,
) -> (Option<NewResource>, Vec<(String, String)>, Vec<Problem>) {
    let mut cells = Cells::new(head, line, sheet.manner);
    let entry = resource(&mut cells, ground, sheet.kind);
    (entry, cells.kept, cells.problems)
}
