//! Lists for programs: a page of one, and where the next begins. A cursor holds a place and a random id, and nothing of anyone.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    error::{ApiError, Fault},
    search::api::strict_pairs,
};

/// Items of a page when nobody says how many, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// How many there are in all.
    pub total: usize,
    /// Those of this page.
    pub items: Vec<T>,
    /// What to give as `cursor` for the next page; null when there is none.
    pub next: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    limit: usize,
    after: Option<(usize, String)>,
}

/// The parameters of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "it stands in the OpenAPI document")]
pub struct PagingParameters {
    /// 1ページの件数(1〜100、なければ20)
    limit: Option<u8>,
    /// 前の答えの next
    cursor: Option<String>,
}

impl Paging {
    /// Reads `limit` and `cursor`, as they stand in a query or in a body.
    pub fn of(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let limit = limit.map_or(Some(USUAL), |text| {
            text.parse().ok().filter(|n| (1..=MOST).contains(n))
        });
        if limit.is_none() {
            faults.push(Fault::new("limit", format!("1〜{MOST}の整数にしてください")));
        }
        let after = cursor.map(|text| {
            let (place, id) = text.split_once('-')?;
            Some((place.parse().ok()?, id.to_owned()))
        });
        if after == Some(None) {
            faults.push(Fault::new("cursor", "前の答えの next をそのまま入れてください"));
        }
        match limit {
            Some(limit) if faults.is_empty() => Ok(Self {
                limit,
                after: after.flatten(),
            }),
            _ => Err(faults),
        }
    }

    fn read(raw: &str) -> Result<Self, Vec<Fault>> {
        let (mut limit, mut cursor, mut faults) = (None, None, Vec::new());
        for (name, value) in strict_pairs(raw)? {
            match name.as_str() {
                "limit" => limit = Some(value),
                "cursor" => cursor = Some(value),
                _ => faults.push(Fault::new(name, "このパラメーターはありません")),
            }
        }
        let given = |value: &Option<String>| value.clone().filter(|v| !v.is_empty());
        match Self::of(given(&limit).as_deref(), given(&cursor).as_deref()) {
            Ok(paging) if faults.is_empty() => Ok(paging),
            Ok(_) => Err(faults),
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }

    /// This page of the whole list. It goes on behind the last one shown, wherever that stands by now; when that is gone, at its
    /// place.
    pub fn page<T>(&self, all: Vec<T>, id: impl Fn(&T) -> &str) -> List<T> {
        let total = all.len();
        let start = self.after.as_ref().map_or(0, |(place, last)| {
            let found = all.iter().position(|item| id(item) == last);
            found.map_or(*place, |at| at + 1).min(total)
        });
        let items: Vec<T> = all.into_iter().skip(start).take(self.limit).collect();
        let end = start + items.len();
        let next = items
            .last()
            .filter(|_| end < total)
            .map(|last| format!("{end}-{}", id(last)));
        List { total, items, next }
    }
}

impl<S: Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::read(parts.uri.query().unwrap_or_default()).map_err(ApiError::BadRequest)
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn pages_follow_each_other_even_when_the_list_changes_between() {
        let page = |raw: &str, all: &[&str]| {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            let page = Paging::read(raw).expect("a page").page(all, String::as_str);
            (page.total, page.items.concat(), page.next)
        };
        let all = ["A", "B", "C"];
        assert_eq!(page("limit=2", &all), (3, "AB".into(), Some("2-B".into())));
        assert_eq!(page("limit=2&cursor=2-B", &all), (3, "C".into(), None));
        assert_eq!(page("cursor=2-B", &["N", "A", "B", "C"]), (4, "C".into(), None));
        assert_eq!(page("cursor=2-B", &["A"]), (1, String::new(), None));
        for bad in [
            "limit=0",
            "limit=101",
            "limit=x",
            "cursor=x",
            "cursor=x-Y",
            "page=2",
            "limit=2&limit=3",
        ] {
            assert!(Paging::read(bad).is_err(), "{bad}");
        }
    }
}
