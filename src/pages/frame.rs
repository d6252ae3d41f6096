//! What every page has around it: title, links that keep how a reader wants to read, and where the data comes from.

use form_urlencoded::Serializer;

use crate::resources::public::Audience;

/// The frame of a page. `easy` and `large` travel in the address, so that they last without cookies or scripts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    /// The page's own title, without the name of the service.
    pub title: String,
    /// The path of this page, percent-encoded, without a query.
    pub path: String,
    /// The query of this page as it was asked, decoded, without `easy` and `large`.
    pub query: Vec<(String, String)>,
    /// やさしい日本語 (`easy=1`).
    pub easy: bool,
    /// Larger text (`large=1`).
    pub large: bool,
    /// The city's name, as 「奥州市」.
    pub city: String,
    /// Whether the reader is signed in: then a link leads back to their own pages.
    pub staff: bool,
    /// Credits of the data shown, one line each.
    pub credits: Vec<String>,
}

impl Frame {
    /// The frame of the page at `path` with all pairs of its query.
    pub fn new(title: &str, path: &str, asked: &[(String, String)], city: &str) -> Self {
        let on = |name: &str| asked.iter().any(|(k, v)| k == name && v == "1");
        Self {
            title: title.to_owned(),
            path: path.to_owned(),
            query: asked
                .iter()
                .filter(|(k, _)| k != "easy" && k != "large")
                .cloned()
                .collect(),
            easy: on("easy"),
            large: on("large"),
            city: city.to_owned(),
            staff: false,
            credits: Vec::new(),
        }
    }

    /// The same frame, with the way back to their own pages for staff.
    pub fn for_audience(self, audience: Audience) -> Self {
        Self {
            staff: audience == Audience::Staff,
            ..self
        }
    }

    /// The language tag: `simple` is the registered variant for a simplified form.
    pub fn lang(&self) -> &'static str {
        if self.easy { "ja-simple" } else { "ja" }
    }

    /// Another page of the service, read in the same way. `to` is a path, with or without a query or a fragment.
    pub fn link(&self, to: &str) -> String {
        let (to, fragment) = to
            .split_once('#')
            .map_or((to, None), |(to, part)| (to, Some(part)));
        let reading = pairs(&[], self.easy, self.large);
        let mut link = to.to_owned();
        if !reading.is_empty() {
            link.push(if to.contains('?') { '&' } else { '?' });
            link.push_str(&reading);
        }
        if let Some(part) = fragment {
            link.push('#');
            link.push_str(part);
        }
        link
    }

    /// This page with やさしい日本語 switched over; place and filters stay.
    pub fn easy_href(&self) -> String {
        with_query(&self.path, &pairs(&self.query, !self.easy, self.large))
    }

    /// This page with large text switched over; place and filters stay.
    pub fn large_href(&self) -> String {
        with_query(&self.path, &pairs(&self.query, self.easy, !self.large))
    }
}

/// A path with the pairs as its query.
pub fn href(path: &str, query: &[(String, String)]) -> String {
    with_query(path, &pairs(query, false, false))
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

fn pairs(query: &[(String, String)], easy: bool, large: bool) -> String {
    let mut text = Serializer::new(String::new());
    text.extend_pairs(query);
    if easy {
        text.append_pair("easy", "1");
    }
    if large {
        text.append_pair("large", "1");
    }
    text.finish()
}

#[cfg(test)]
impl Frame {
    /// A frame for tests.
    pub fn sample(title: &str, path: &str) -> Self {
        Self {
            credits: vec!["奥州市の地区振興会の一覧".into()],
            ..Self::new(title, path, &[], "奥州市")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(asked: &[(&str, &str)]) -> Frame {
        let asked: Vec<_> = asked
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Frame::new("さがす", "/", &asked, "奥州市")
    }

    #[test]
    fn switching_the_reading_keeps_what_was_asked() {
        let plain = frame(&[("q", "体操&歌"), ("kind", "salon")]);
        assert_eq!(
            plain.easy_href(),
            "/?q=%E4%BD%93%E6%93%8D%26%E6%AD%8C&kind=salon&easy=1"
        );
        let easy = frame(&[("kind", "salon"), ("easy", "1")]);
        assert_eq!(easy.easy_href(), "/?kind=salon");
        assert_eq!(easy.large_href(), "/?kind=salon&easy=1&large=1");
        assert_eq!((plain.lang(), easy.lang()), ("ja", "ja-simple"));
    }

    #[test]
    fn links_carry_the_reading_on() {
        let easy = frame(&[("easy", "1")]);
        assert_eq!(easy.link("/districts"), "/districts?easy=1");
        assert_eq!(easy.link("/?kind=salon#results"), "/?kind=salon&easy=1#results");
        assert_eq!(frame(&[("q", "体操")]).link("/districts"), "/districts");
    }
}
