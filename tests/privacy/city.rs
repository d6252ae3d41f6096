//! A small city in two versions: the public part is the same, the secrets are not.

/// A character that stands in every secret text and nowhere else, so rare that no dictionary knows it.
pub const MARK: &str = "𪚥";
/// The same for what may be told.
pub const OPEN: &str = "𡈽";

/// Secrets that are no text: numbers, coded words, keys; as they stand in the database.
pub const SECRETS: &[&str] = &[
    "0197-99-1111",
    "himitsu@",
    "successor_wanted",
    "39.132104",
    "141.137604",
    "39.140404",
    "141.131304",
    "39.124204",
    "141.143804",
    "himitsu-r",
    "himitsu-o",
];

/// A row: columns and their values.
type Row = Vec<(&'static str, String)>;

fn row(cells: &[(&'static str, &str)]) -> Row {
    cells
        .iter()
        .map(|(column, value)| (*column, (*value).to_owned()))
        .collect()
}

fn csv(rows: &[Row]) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for (column, _) in rows.iter().flatten() {
        if !columns.contains(column) {
            columns.push(column);
        }
    }
    let mut text = columns.join(",") + "\n";
    for row in rows {
        let cell = |column: &&str| {
            row.iter()
                .find(|(c, _)| c == column)
                .map_or("", |(_, v)| v.as_str())
        };
        text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

/// The files of a city, with the secrets or without: (name, kind, content), in the order of their import.
pub fn files(secrets: bool) -> Vec<(&'static str, &'static str, String)> {
    let districts = include_str!("../../data/oshu/districts.csv").to_owned();
    vec![
        ("districts.csv", "districts", districts),
        ("resources.csv", "resources", csv(&resources(secrets))),
        ("opportunities.csv", "opportunities", csv(&opportunities(secrets))),
    ]
}

/// In the plain city the same cell holds something else, or nothing.
fn resources(secrets: bool) -> Vec<Row> {
    let either = |secret: &'static str, other: &'static str| if secrets { secret } else { other };
    let staff_only = |row: &mut Row| {
        row.extend([
            ("代表・世話人", either("𪚥代表", "別の人").to_owned()),
            ("継続の見通し", either("後継者さがし中", "続けられる").to_owned()),
            ("掲載の了承", either("2026-04-01 𪚥了承", "").to_owned()),
            ("備考", either("𪚥備考の覚え書き", "").to_owned()),
            ("確認者", either("𪚥確認者", "").to_owned()),
            ("最終確認日", "2026-10-01".to_owned()),
            ("心配ごと", either("𪚥知らない列", "").to_owned()),
        ]);
    };
    let mut rows = vec![
        row(&[
            ("資源ID", "open-1"),
            ("名称", "𡈽ひらいた体操の会"),
            ("種別", "よさってくらぶ"),
            ("所在地", "岩手県奥州市水沢大鐘町2-12"),
            ("緯度", "39.129074"),
            ("経度", "141.137199"),
            ("電話番号", "0197-00-0001"),
            ("説明", "𡈽椅子に座って体操をします"),
            ("対象分野", "高齢"),
            ("キーワード", "𡈽体操"),
            ("公開範囲", "公開"),
            ("電話の公開", "公開"),
        ]),
        row(&[
            ("資源ID", "open-2"),
            ("名称", "𡈽電話を出さないサロン"),
            ("種別", "サロン"),
            ("緯度", "39.131000"),
            ("経度", "141.136000"),
            ("電話番号", either("0197-99-1111", "0197-98-2222")),
            ("メールアドレス", either("himitsu@example.jp", "hoka@example.jp")),
            ("説明", "𡈽お茶を飲んで話します"),
            ("公開範囲", "公開"),
            ("電話の公開", "非公開"),
        ]),
        // The number stands beside a person: it is that person's until someone says otherwise.
        row(&[
            ("資源ID", "open-3"),
            ("名称", "𡈽電話の公開を決めていない会"),
            ("種別", "その他"),
            ("電話番号", either("0197-99-1111", "")),
            ("公開範囲", "公開"),
        ]),
        row(&[
            ("資源ID", "coarse"),
            ("名称", "𡈽おおよその居場所"),
            ("種別", "居場所"),
            ("地区", "水沢南"),
            (
                "所在地",
                either("岩手県奥州市水沢佐倉河字𪚥12-3", "岩手県奥州市水沢佐倉河字慶徳5"),
            ),
            ("方書", either("𪚥荘 2階", "")),
            ("行政区", either("𪚥第3行政区", "")),
            ("緯度", either("39.132104", "39.130804")),
            ("経度", either("141.137604", "141.138504")),
            ("位置の公開", "おおよそ"),
            ("公開範囲", "公開"),
        ]),
        row(&[
            ("資源ID", "hidden"),
            ("名称", "𡈽場所を出さない居場所"),
            ("種別", "居場所"),
            ("地区", "水沢"),
            ("所在地", either("岩手県奥州市水沢𪚥町7", "")),
            ("方書", either("𪚥ビル", "")),
            ("緯度", either("39.140404", "39.170000")),
            ("経度", either("141.131304", "141.100000")),
            ("位置の公開", "非公開"),
            ("公開範囲", "公開"),
        ]),
        row(&[
            ("資源ID", "home"),
            ("名称", "𡈽縁側サロン"),
            ("種別", "サロン"),
            ("地区", "水沢南"),
            ("所在地", either("奥州市水沢中上野町𪚥方", "奥州市水沢中上野町")),
            ("方書", either("𪚥宅", "")),
            ("緯度", either("39.124204", "39.122504")),
            ("経度", either("141.143804", "141.144504")),
            ("位置の公開", "正確"),
            ("会場が個人宅", "はい"),
            ("電話番号", either("0197-99-1111", "")),
            ("公開範囲", "公開"),
        ]),
    ];
    for (index, row) in rows.iter_mut().enumerate() {
        if index > 0 {
            staff_only(row);
        }
    }
    if secrets {
        // 関係者のみ in so many words, by default, over, and one with every column there is.
        for (id, audience, status) in [
            ("himitsu-r1", "関係者のみ", "活動中"),
            ("himitsu-r2", "", "活動中"),
            ("himitsu-r3", "公開", "終了"),
            ("himitsu-r4", "関係者のみ", "準備中"),
        ] {
            let mut secret = row(&[
                ("資源ID", id),
                ("名称", "𪚥体操の秘密の会"),
                ("名称_カナ", "タイソウノヒミツノカイ"),
                ("種別", "フードバンク"),
                ("運営団体", "𪚥運営団体"),
                ("運営団体種別", "医療法人"),
                ("所在地", "岩手県奥州市水沢𪚥1-1"),
                ("緯度", "39.140404"),
                ("経度", "141.131304"),
                ("対象地区", "黒石"),
                ("電話番号", "0197-99-1111"),
                ("メールアドレス", "himitsu@example.jp"),
                ("URL", "https://example.jp/𪚥"),
                ("説明", "𪚥椅子に座って体操をします。お茶を飲んで話します"),
                ("対象分野", "ひきこもり"),
                ("キーワード", "𪚥体操"),
                ("段差", "一部"),
                ("持ち物", "𪚥持ち物"),
                ("申込方法", "𪚥申込"),
                ("初めての人", "𪚥初めて"),
                ("大雪の日", "𪚥大雪"),
            ]);
            secret.extend([("公開範囲", audience.to_owned()), ("状態", status.to_owned())]);
            staff_only(&mut secret);
            rows.push(secret);
        }
    }
    rows
}

fn opportunities(secrets: bool) -> Vec<Row> {
    let mut rows = vec![
        row(&[
            ("機会ID", "offer-1"),
            ("資源ID", "open-1"),
            ("名称", "𡈽体操に来る"),
            ("役割", "参加者"),
            ("内容", "𡈽百歳体操"),
            ("日時", "毎週火 10:00-12:00"),
            ("送迎", "あり"),
            ("公開範囲", "公開"),
        ]),
        row(&[
            ("機会ID", "offer-2"),
            ("資源ID", "coarse"),
            ("名称", "𡈽ただ居る"),
            ("役割", "参加者"),
            ("日時", "随時"),
            ("公開範囲", "公開"),
        ]),
    ];
    if secrets {
        for (id, owner, audience, status) in [
            ("himitsu-o1", "open-1", "関係者のみ", "活動中"),
            ("himitsu-o2", "open-1", "", "活動中"),
            ("himitsu-o3", "open-1", "公開", "終了"),
            // Never more public than its resource.
            ("himitsu-o4", "himitsu-r1", "公開", "活動中"),
            ("himitsu-o5", "himitsu-r3", "公開", "活動中"),
        ] {
            let mut secret = row(&[
                ("機会ID", id),
                ("資源ID", owner),
                ("名称", "𪚥体操を教える"),
                ("役割", "講師;受託"),
                ("形態", "在宅"),
                ("内容", "𪚥内容"),
                ("分野・興味", "𪚥興味"),
                ("必要な技能", "𪚥技能"),
                ("日時", "毎週日 3:00-4:00;𪚥不定期"),
                ("休止", "𪚥休止"),
                ("定員", "77"),
                ("空き", "7"),
                ("車いす", "可"),
                ("費用円", "0"),
                ("報酬", "謝金"),
                ("配慮", "𪚥配慮"),
                ("制度外受入", "可"),
            ]);
            secret.extend([("公開範囲", audience.to_owned()), ("状態", status.to_owned())]);
            rows.push(secret);
        }
    }
    rows
}
