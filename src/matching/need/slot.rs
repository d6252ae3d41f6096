//! A time of the week at which somebody could come.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

use crate::kernel::{
    coded::coded,
    fields::{Fields, Read},
    private::private,
};

coded! {
    /// A day of the week.
    DayOfWeek {
        Mon = "mon" "月" | "月曜" | "月曜日",
        Tue = "tue" "火" | "火曜" | "火曜日",
        Wed = "wed" "水" | "水曜" | "水曜日",
        Thu = "thu" "木" | "木曜" | "木曜日",
        Fri = "fri" "金" | "金曜" | "金曜日",
        Sat = "sat" "土" | "土曜" | "土曜日",
        Sun = "sun" "日" | "日曜" | "日曜日",
    }
}

impl DayOfWeek {
    /// The same for the calendar.
    pub const fn weekday(self) -> chrono::Weekday {
        use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        match self {
            Self::Mon => Mon,
            Self::Tue => Tue,
            Self::Wed => Wed,
            Self::Thu => Thu,
            Self::Fri => Fri,
            Self::Sat => Sat,
            Self::Sun => Sun,
        }
    }
}

/// From a minute of one day to a later one, up to 24:00.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    weekday: DayOfWeek,
    from: u16,
    to: u16,
}

impl Slot {
    /// Minutes after midnight; `None` unless `from` < `to` ≤ 1440.
    pub fn new(weekday: DayOfWeek, from: u16, to: u16) -> Option<Self> {
        (from < to && to <= 24 * 60).then_some(Self { weekday, from, to })
    }

    /// The day.
    pub fn weekday(&self) -> DayOfWeek {
        self.weekday
    }

    /// Minutes after midnight, from and to.
    pub fn minutes(&self) -> (u16, u16) {
        (self.from, self.to)
    }

    /// Reads `{"weekday", "from", "to"}`.
    pub(super) fn read(value: &Value, at: &str) -> Read<Self> {
        let mut f = Fields::of(value, at)?;
        let times = "「10:00」のような時刻(00:00〜24:00)";
        let weekday = f.required_word("weekday", DayOfWeek::parse, &DayOfWeek::accepted());
        let from = f.required_word("from", time, times);
        let to = f.required_word("to", time, times);
        if let (Some(weekday), Some(from), Some(to)) = (weekday, from, to) {
            if let Some(slot) = Self::new(weekday, from, to) {
                return f.finish(slot);
            }
            f.wrong("to", "始まりより後にしてください");
        }
        Err(f.finish(()).err().unwrap_or_default())
    }
}

/// Minutes after midnight of `H:MM` or `HH:MM`.
fn time(text: &str) -> Option<u16> {
    let text = crate::kernel::text::key(text);
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str, max| {
        let fine = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|n| fine && *n <= max)
    };
    let minutes = digits(hour, 24)? * 60 + digits(minute, 59).filter(|_| minute.len() == 2)?;
    (minutes <= 24 * 60).then_some(minutes)
}

fn written(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl Serialize for Slot {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_struct("Slot", 3)?;
        out.serialize_field("weekday", &self.weekday)?;
        out.serialize_field("from", &written(self.from))?;
        out.serialize_field("to", &written(self.to))?;
        out.end()
    }
}

private!(Slot);
