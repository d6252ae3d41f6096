//! The labelled search set of `../shared/relevance`: what must be found is found, and nothing else.

use std::{collections::BTreeSet, fs};

use crate::support::{Folder, Service, shared};

/// Both must reach this; the figures are printed.
const TARGET: f64 = 0.97;

#[test]
fn the_labelled_set_is_found_by_name_reading_and_spelling() {
    let (Some(docs), Some(queries)) = (shared("relevance/docs.tsv"), shared("relevance/queries.tsv")) else {
        return;
    };
    let folder = Folder::empty();
    let mut sheet = String::from("資源ID,名称,種別,説明,公開範囲\n");
    for line in fs::read_to_string(docs).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        sheet.push_str(&format!("{},{},その他,{},公開\n", cells[0], cells[1], cells[2]));
    }
    folder.file("docs.csv", sheet);
    folder.yosatte(&["import", "resources", "docs.csv"]).done();
    let service = Service::start(folder.path(), &["serve"]);
    let (mut recall, mut precision, mut count) = (0.0, 0.0, 0.0);
    for line in fs::read_to_string(queries).unwrap().lines() {
        let (query, wanted) = line.split_once('\t').unwrap();
        let wanted: BTreeSet<String> = wanted.split(',').map(str::to_owned).collect();
        let answer = service.get_json("/api/v1/resources", &[("q", query), ("limit", "100")]);
        let found: BTreeSet<String> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].as_str().unwrap().to_owned())
            .collect();
        let hit = found.intersection(&wanted).count() as f64;
        recall += hit / wanted.len() as f64;
        precision += if found.is_empty() {
            0.0
        } else {
            hit / found.len() as f64
        };
        count += 1.0;
        if found != wanted {
            println!(
                "{query}: missing {:?}, too many {:?}",
                wanted.difference(&found).collect::<Vec<_>>(),
                found.difference(&wanted).collect::<Vec<_>>()
            );
        }
    }
    let (recall, precision) = (recall / count, precision / count);
    println!("{count} queries: recall {recall:.3}, precision {precision:.3}");
    assert!(
        recall >= TARGET && precision >= TARGET,
        "recall {recall:.3}, precision {precision:.3}"
    );
}
