//! The page when something went wrong: what happened, what was kept, what to do.

use askama::Template;

use super::frame::Frame;

/// An error for people.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// Around it.
    pub frame: Frame,
    /// HTTP status.
    pub status: u16,
    /// What happened, one sentence; the heading.
    pub happened: String,
    /// More about it: which input, what is accepted.
    pub details: Vec<String>,
    /// What to do.
    pub todo: String,
}

impl ErrorPage {
    /// The page of a status with its usual words; `details` are messages in Japanese that hold nothing personal.
    pub fn of(mut frame: Frame, status: u16, details: Vec<String>) -> Self {
        let (happened, todo) = match status {
            400 | 422 => (
                "この条件では、さがせませんでした",
                "下の内容を直すか、さがす画面からもう一度お願いします。",
            ),
            404 => (
                "このページは見つかりませんでした",
                "掲載が終わったか、アドレスが変わったのかもしれません。さがす画面からお名前でさがしてください。",
            ),
            401 => (
                "サインインが必要です",
                "サインインしてから、もう一度お願いします。書きかけの内容は、前の画面に戻ると残っていることがあります。",
            ),
            403 => (
                "この操作はできません",
                "画面を開きなおすか、権限を管理者におたずねください。",
            ),
            409 | 412 => (
                "いまはその操作ができません",
                "画面を開きなおして、新しい内容をお確かめください。",
            ),
            413 => (
                "送られた内容が大きすぎました",
                "ことばを短くして、もう一度お願いします。",
            ),
            414 => (
                "さがすことばが長すぎました",
                "ことばは200文字までにして、もう一度お願いします。",
            ),
            429 | 503 => ("いま混みあっています", "少し待ってから、もう一度お願いします。"),
            _ => (
                "うまく動きませんでした",
                "登録されている内容は、そのまま残っています。少し待ってから、もう一度お願いします。",
            ),
        };
        frame.title = happened.to_owned();
        Self {
            frame,
            status,
            happened: happened.to_owned(),
            details,
            todo: todo.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    fn check(status: u16, holds: &[&str]) {
        let details = vec!["kind: 「<script>」は種別ではありません".to_owned()];
        let page = ErrorPage::of(Frame::sample("", "/x"), status, details);
        sample::check(&format!("error-{status}"), &page, holds);
    }

    #[test]
    fn an_error_says_what_happened_and_what_to_do() {
        check(400, &["さがせませんでした", "&#60;script&#62;", r#"href="/""#]);
        check(404, &["見つかりませんでした", "404"]);
        check(414, &["長すぎました", "200文字まで"]);
        check(500, &["そのまま残っています"]);
        check(503, &["少し待って"]);
    }
}
