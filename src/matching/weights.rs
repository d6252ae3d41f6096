//! What counts how much in the order of candidates: the one table, to be read and argued about.

use crate::kernel::coded::coded;

coded! {
    /// What lifts an offer among those that pass.
    Factor {
        Interest = "interest" "したいこと",
        Skill = "skill" "得意なこと",
        Role = "role" "役割",
        Distance = "distance" "近さ",
        Slot = "slot" "時間の合い方",
        Fields = "fields" "対象分野",
        GroupSize = "group_size" "人数",
        Freshness = "freshness" "情報の新しさ",
        OwnDistrict = "own_district" "地元",
    }
}

impl Factor {
    /// How much of the whole it is. A factor that the need says nothing of is left out, and the others share the whole.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Interest => 0.42,
            Self::Skill => 0.14,
            Self::Role => 0.08,
            Self::Distance => 0.12,
            Self::Slot => 0.06,
            Self::Fields => 0.06,
            Self::GroupSize => 0.04,
            Self::Freshness => 0.03,
            Self::OwnDistrict => 0.05,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_make_one_whole() {
        let sum: f64 = Factor::ALL.iter().map(|f| f.weight()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }
}
