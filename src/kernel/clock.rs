//! Time comes from here, so that a test can fix it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// Asia/Tokyo has had no summer time since 1951: a fixed offset is exact.
pub fn tokyo() -> FixedOffset {
    FixedOffset::east_opt(9 * 3600).expect("nine hours is a valid offset")
}

/// Where the present comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Always this moment (`--now`).
    Fixed(DateTime<FixedOffset>),
}

impl Clock {
    /// Now, at +09:00.
    pub fn now(&self) -> DateTime<FixedOffset> {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the machine is asked for the time"
            )]
            Self::System => Utc::now().with_timezone(&tokyo()),
            Self::Fixed(at) => at.with_timezone(&tokyo()),
        }
    }

    /// Today in Japan.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}
