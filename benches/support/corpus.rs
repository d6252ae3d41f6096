//! A hundred thousand resources as a city's lists describe them, and the questions asked of them: made, always the same.
//!
//! Sentences of the example city stand beside sentences put together from word lists, so that words are as varied and
//! as unevenly used as in life. About 350 bytes an entry; places lie around the centres of 奥州市's districts.

/// A small generator of numbers (xorshift64*): the same numbers everywhere, for ever.
pub struct Dice(u64);

impl Dice {
    /// Begins at `seed`, which is not 0.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of these, the first ones more often: words are not used evenly.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.unit().powf(1.6) * from.len() as f64;
        &from[at as usize % from.len()]
    }

    /// One of these, each as often.
    pub fn any<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[(self.unit() * from.len() as f64) as usize % from.len()]
    }
}

/// One made-up resource.
pub struct Made {
    /// 資源ID.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 種別.
    pub kind: &'static str,
    /// 所在地.
    pub address: String,
    /// 説明.
    pub description: String,
    /// Degrees east and north.
    pub place: (f64, f64),
}

const TOWNS: &[(&str, f64, f64)] = &[
    ("水沢佐倉河", 141.137, 39.163),
    ("水沢真城", 141.155, 39.126),
    ("水沢羽田町", 141.172, 39.132),
    ("水沢姉体町", 141.170, 39.106),
    ("水沢黒石町", 141.200, 39.096),
    ("水沢南町", 141.144, 39.137),
    ("江刺岩谷堂", 141.173, 39.192),
    ("江刺愛宕", 141.152, 39.178),
    ("江刺田原", 141.222, 39.153),
    ("江刺藤里", 141.248, 39.182),
    ("江刺伊手", 141.298, 39.180),
    ("江刺米里", 141.335, 39.225),
    ("江刺玉里", 141.245, 39.225),
    ("江刺梁川", 141.255, 39.265),
    ("江刺広瀬", 141.205, 39.250),
    ("江刺稲瀬", 141.155, 39.230),
    ("前沢七日町裏", 141.126, 39.052),
    ("前沢古城", 141.143, 39.083),
    ("前沢白山", 141.160, 39.062),
    ("前沢生母", 141.178, 39.043),
    ("胆沢小山", 141.080, 39.093),
    ("胆沢南都田", 141.090, 39.128),
    ("胆沢若柳", 141.040, 39.125),
    ("衣川古戸", 141.065, 39.040),
    ("衣川下衣川", 141.090, 39.010),
];

const KINDS: &[&str] = &[
    "よさってくらぶ",
    "サロン",
    "介護サービス事業所",
    "障害福祉サービス事業所",
    "集会所",
    "老人クラブ",
    "地域食堂",
    "子ども食堂",
    "居場所",
    "農家",
    "企業",
    "社会福祉法人",
    "ボランティア団体",
    "自治会",
    "地区センター",
    "認知症カフェ",
    "家族会・当事者会",
    "学習支援",
    "フードバンク",
    "移動・買い物支援",
    "除雪ボランティア",
    "地域子育て支援拠点",
    "就労支援",
    "シルバー人材センター",
    "避難所",
    "学校",
];

const NAMES: &[&str] = &[
    "ひまわり",
    "こぶし",
    "さくら",
    "ひだまり",
    "よりあい",
    "あおば",
    "すずらん",
    "ふれあい",
    "なごみ",
    "虹",
    "つばさ",
    "めだか",
    "どんぐり",
    "かたくり",
    "せせらぎ",
    "いろり",
    "ほたる",
    "りんどう",
    "しらゆり",
    "つくし",
    "なでしこ",
    "わかば",
    "こもれび",
    "やまびこ",
    "たんぽぽ",
    "えがお",
    "きずな",
    "ゆうゆう",
    "はなみずき",
    "あじさい",
    "のぞみ",
    "みのり",
    "いずみ",
    "いこい",
    "まごころ",
    "夕やけ",
    "朝市",
    "縁側",
    "かまど",
    "風車",
    "栗駒",
    "種山",
    "束稲",
    "胆沢川",
    "北上川",
    "黒滝",
    "鉄瓶",
    "南部",
    "江刺りんご",
    "前沢牛",
    "鹿踊",
    "神楽",
    "銀河",
    "水車",
    "土蔵",
    "古民家",
    "藤",
    "桔梗",
    "けやき",
    "いちょう",
    "さつき",
    "もみじ",
    "まつかぜ",
    "みちのく",
    "ひこばえ",
    "ことぶき",
];

const ENDINGS: &[&str] = &[
    "の会",
    "サロン",
    "くらぶ",
    "教室",
    "の家",
    "広場",
    "食堂",
    "カフェ",
    "の集い",
    "工房",
    "農園",
    "センター",
    "体操会",
    "愛好会",
    "友の会",
    "ひろば",
    "塾",
    "会館",
    "事業所",
    "の里",
    "ステーション",
    "ボランティア",
    "茶屋",
    "クラブ",
];

/// What people do there, written and read: the questions ask for these too.
pub const DOINGS: &[(&str, &str)] = &[
    ("体操", "たいそう"),
    ("手芸", "しゅげい"),
    ("料理", "りょうり"),
    ("囲碁", "いご"),
    ("将棋", "しょうぎ"),
    ("歌", "うた"),
    ("民謡", "みんよう"),
    ("詩吟", "しぎん"),
    ("書道", "しょどう"),
    ("俳句", "はいく"),
    ("短歌", "たんか"),
    ("絵手紙", "えてがみ"),
    ("折り紙", "おりがみ"),
    ("編み物", "あみもの"),
    ("裁縫", "さいほう"),
    ("木工", "もっこう"),
    ("陶芸", "とうげい"),
    ("園芸", "えんげい"),
    ("畑仕事", "はたけしごと"),
    ("草取り", "くさとり"),
    ("収穫", "しゅうかく"),
    ("選果", "せんか"),
    ("箱詰め", "はこづめ"),
    ("袋詰め", "ふくろづめ"),
    ("清掃", "せいそう"),
    ("洗濯", "せんたく"),
    ("配達", "はいたつ"),
    ("見守り", "みまもり"),
    ("送迎", "そうげい"),
    ("買い物", "かいもの"),
    ("雪かき", "ゆきかき"),
    ("除雪", "じょせつ"),
    ("朗読", "ろうどく"),
    ("読み聞かせ", "よみきかせ"),
    ("紙芝居", "かみしばい"),
    ("昔話", "むかしばなし"),
    ("郷土食", "きょうどしょく"),
    ("漬物", "つけもの"),
    ("味噌作り", "みそづくり"),
    ("そば打ち", "そばうち"),
    ("餅つき", "もちつき"),
    ("芋の子会", "いものこかい"),
    ("花見", "はなみ"),
    ("盆踊り", "ぼんおどり"),
    ("神楽", "かぐら"),
    ("鹿踊", "ししおどり"),
    ("太鼓", "たいこ"),
    ("卓球", "たっきゅう"),
    ("輪投げ", "わなげ"),
    ("散歩", "さんぽ"),
    ("健康相談", "けんこうそうだん"),
    ("血圧測定", "けつあつそくてい"),
    ("介護予防", "かいごよぼう"),
    ("認知症", "にんちしょう"),
    ("子育て相談", "こそだてそうだん"),
    ("学習支援", "がくしゅうしえん"),
    ("宿題", "しゅくだい"),
    ("英会話", "えいかいわ"),
    ("写真", "しゃしん"),
    ("映画", "えいが"),
    ("音楽", "おんがく"),
    ("合唱", "がっしょう"),
    ("楽器", "がっき"),
    ("茶道", "さどう"),
    ("生け花", "いけばな"),
    ("着付け", "きつけ"),
    ("古布", "こふ"),
    ("竹細工", "たけざいく"),
    ("わら細工", "わらざいく"),
    ("木彫り", "きぼり"),
    ("鉄器", "てっき"),
    ("染物", "そめもの"),
    ("織物", "おりもの"),
    ("製本", "せいほん"),
    ("印刷", "いんさつ"),
    ("入力作業", "にゅうりょくさぎょう"),
    ("封筒貼り", "ふうとうはり"),
    ("軽作業", "けいさぎょう"),
    ("接客", "せっきゃく"),
    ("調理", "ちょうり"),
    ("盛り付け", "もりつけ"),
    ("皿洗い", "さらあらい"),
    ("会計", "かいけい"),
    ("受付", "うけつけ"),
];

const PEOPLE: &[&str] = &[
    "高齢の方",
    "ひとり暮らしの方",
    "近所の人",
    "子どもたち",
    "小学生",
    "中学生",
    "高校生",
    "若い親",
    "赤ちゃん連れ",
    "ご夫婦",
    "退職した方",
    "農家の方",
    "障がいのある方",
    "車いすの方",
    "耳の遠い方",
    "目の不自由な方",
    "介護をしている家族",
    "外国から来た方",
    "学校に行きづらい子",
    "仕事を探している方",
    "男性",
    "女性",
    "初めての方",
    "元教員",
    "保健師",
    "民生委員",
    "大工",
    "看護師",
    "栄養士",
    "学生ボランティア",
];

const THINGS: &[&str] = &[
    "座布団",
    "湯のみ",
    "上履き",
    "エプロン",
    "筆記用具",
    "帽子",
    "長靴",
    "軍手",
    "弁当",
    "水筒",
    "タオル",
    "血圧計",
    "老眼鏡",
    "毛糸",
    "針と糸",
    "絵の具",
    "古新聞",
    "段ボール",
    "りんご",
    "米",
    "大豆",
    "小豆",
    "野菜",
    "きのこ",
    "山菜",
    "漬物",
    "味噌",
    "餅",
    "団子",
    "お茶",
    "コーヒー",
    "手作りのおやつ",
    "昼ごはん",
    "カレー",
    "すいとん",
    "ひっつみ",
    "はっと",
    "麦茶",
    "甘酒",
    "薪",
    "ストーブ",
    "こたつ",
    "縁台",
    "黒板",
    "ピアノ",
    "カラオケ",
    "将棋盤",
    "碁盤",
];

const TIMES: &[&str] = &[
    "毎週火曜の午前",
    "毎週水曜の午後",
    "第一木曜",
    "第二土曜の昼",
    "月に二回",
    "月末の金曜",
    "農閑期だけ",
    "春から秋まで",
    "冬のあいだ",
    "お盆と正月を除く毎日",
    "夏休み中",
    "平日の夕方",
    "朝九時から",
    "十時から正午まで",
    "昼過ぎから",
    "日の暮れるころまで",
    "雨の日も",
    "雪の深い日は休んで",
    "祝日の前の日",
    "学期に一度",
];

const TAILS: &[&str] = &[
    "を続けています",
    "を楽しんでいます",
    "を習えます",
    "の手伝いを募っています",
    "を見学できます",
    "の相談にのります",
    "をみんなでしています",
    "から始めました",
    "の輪が広がりました",
    "を教え合います",
    "に力を入れています",
    "の道具を貸します",
    "の仲間を待っています",
    "を分け合います",
    "の日を設けました",
];

/// The sentences of the example city.
fn sentences() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/oshu/resources");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the example city")
        .map(|entry| entry.expect("its files").path())
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let mut reader = csv::Reader::from_path(file).expect("a table");
        let column = reader
            .headers()
            .expect("headings")
            .iter()
            .position(|h| h == "説明")
            .expect("説明");
        for row in reader.records() {
            let row = row.expect("a row");
            let text = row.get(column).unwrap_or_default();
            all.extend(
                text.split_inclusive('。')
                    .map(str::to_owned)
                    .filter(|s| (8..60).contains(&s.chars().count()) && !s.contains([',', '"', '\n'])),
            );
        }
    }
    all
}

fn made_sentence(dice: &mut Dice) -> String {
    let doing = dice.pick(DOINGS).0;
    match (dice.unit() * 5.0) as u8 {
        0 => format!(
            "{}、{}が{doing}{}。",
            dice.any(TIMES),
            dice.pick(PEOPLE),
            dice.any(TAILS)
        ),
        1 => format!("{}を持ち寄り、{doing}{}。", dice.pick(THINGS), dice.any(TAILS)),
        2 => format!(
            "{}も{}も一緒に{doing}をします。",
            dice.any(PEOPLE),
            dice.pick(PEOPLE)
        ),
        3 => format!(
            "{}は{doing}と{}。{}をご用意ください。",
            dice.any(TIMES),
            dice.any(DOINGS).0,
            dice.pick(THINGS)
        ),
        _ => format!(
            "{}の{doing}、{}のあとは{}。",
            dice.pick(PEOPLE),
            dice.any(DOINGS).0,
            dice.any(THINGS)
        ),
    }
}

fn around(dice: &mut Dice, centre: f64, width: f64) -> f64 {
    // The sum of three is close to a bell: dense in the middle, thin at the edge.
    centre + (dice.unit() + dice.unit() + dice.unit() - 1.5) * width
}

/// The first `count` resources.
pub fn resources(count: usize) -> Vec<Made> {
    let (mut dice, known) = (Dice::new(0x05_1F_2A_77), sentences());
    (0..count)
        .map(|i| {
            let (town, lng, lat) = *dice.pick(TOWNS);
            let name = format!(
                "{}{}{}{}",
                town_of(town),
                dice.pick(NAMES),
                dice.any(NAMES),
                dice.pick(ENDINGS)
            );
            let mut description = dice.any(&known).clone();
            while description.len() < 240 {
                let next = if dice.unit() < 0.3 {
                    dice.any(&known).clone()
                } else {
                    made_sentence(&mut dice)
                };
                description.push_str(&next);
            }
            Made {
                id: format!("b{i:06}"),
                name,
                kind: dice.pick::<&'static str>(KINDS),
                address: format!(
                    "岩手県奥州市{town}字{}{}-{}",
                    dice.any(NAMES),
                    1 + (dice.unit() * 300.0) as u32,
                    1 + (dice.unit() * 40.0) as u32
                ),
                description,
                place: (around(&mut dice, lng, 0.03), around(&mut dice, lat, 0.02)),
            }
        })
        .collect()
}

fn town_of(town: &str) -> &str {
    let end = town.char_indices().nth(2).map_or(town.len(), |(i, _)| i);
    &town[end..]
}

/// As a file that `yosatte import resources` reads.
pub fn csv(made: &[Made]) -> String {
    let mut out = String::from("資源ID,名称,種別,所在地,緯度,経度,説明,公開範囲\n");
    for m in made {
        out.push_str(&format!(
            "{},{},{},{},{:.6},{:.6},{},公開\n",
            m.id, m.name, m.kind, m.address, m.place.1, m.place.0, m.description
        ));
    }
    out
}

/// A question in words, and the circle around a point (degrees east and north, metres) it is asked with.
pub struct Question {
    /// The words.
    pub words: String,
    /// The circle.
    pub circle: ((f64, f64), f64),
}

/// The first `count` questions: words as written, in kana, of a name, and two of them.
pub fn questions(count: usize) -> Vec<Question> {
    let mut dice = Dice::new(0x7E_57_ED);
    (0..count)
        .map(|i| {
            let words = match i % 5 {
                0 | 1 => dice.any(DOINGS).0.to_owned(),
                2 => dice.any(DOINGS).1.to_owned(),
                3 => (*dice.any(NAMES)).to_owned(),
                _ => format!("{} {}", dice.any(DOINGS).0, dice.any(PEOPLE)),
            };
            let (_, lng, lat) = *dice.any(TOWNS);
            let at = (around(&mut dice, lng, 0.01), around(&mut dice, lat, 0.01));
            Question {
                words,
                circle: (at, *dice.any(&[500.0, 1000.0, 2000.0, 3000.0])),
            }
        })
        .collect()
}
