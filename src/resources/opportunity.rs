//! An opportunity (参加の機会): one concrete way to take part in a resource.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::words::*;
use crate::kernel::{
    age::AgeRange,
    id::{OpportunityId, ResourceId},
    schedule::{Occurrence, Pauses, Schedule},
};

/// Everything a person enters about an opportunity. `None` is 'not known', never 'no'.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOpportunity {
    /// 機会ID.
    pub id: OpportunityId,
    /// 資源ID.
    pub resource_id: ResourceId,
    /// 名称.
    pub name: String,
    /// 役割, at least one.
    pub roles: Vec<ParticipationRole>,
    /// 形態.
    pub modality: Modality,
    /// 内容.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 分野・興味.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<String>,
    /// 必要な技能.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// 日時.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// 休止.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pauses: Option<Pauses>,
    /// 定員.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// 空き.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vacancy: Option<u32>,
    /// ふだんの人数.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_size: Option<u32>,
    /// 対象年齢.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<AgeRange>,
    /// 性別 it is limited to; `None` is 問わない.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// 車いす.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wheelchair: Option<Acceptance>,
    /// 送迎.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// 送迎範囲km.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_km: Option<f64>,
    /// 費用円; 0 is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_yen: Option<u32>,
    /// 報酬.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<Reward>,
    /// 同伴.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companion: Option<Acceptance>,
    /// 見学・体験; 可 is shown as 「初めてOK」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Acceptance>,
    /// 配慮.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub considerations: Vec<String>,
    /// 制度外受入.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Acceptance>,
    /// 公開範囲; never more public than its resource.
    pub visibility: Visibility,
    /// 状態.
    pub status: Status,
}

impl NewOpportunity {
    /// The next `n` times it takes place after `now`, pauses taken out; empty when unknown, 随時 or not running.
    pub fn next_dates(&self, now: DateTime<FixedOffset>, n: usize) -> Vec<Occurrence> {
        let Some(schedule) = &self.schedule else {
            return Vec::new();
        };
        if matches!(self.status, Status::Ended | Status::Paused) {
            return Vec::new();
        }
        let none = Pauses::default();
        let pauses = self.pauses.as_ref().unwrap_or(&none);
        schedule.next(pauses, now, n)
    }
}

/// A stored opportunity.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunity {
    /// What a person entered.
    pub entered: NewOpportunity,
    /// Rises by one with every change.
    pub version: i64,
    /// The last change.
    pub updated_at: DateTime<FixedOffset>,
    /// Archived rows are kept, and shown nowhere.
    pub archived: bool,
}
