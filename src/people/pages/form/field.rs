//! One field: what it holds, what it is called, how it looks.

/// What a field holds, and so how it looks and what it is in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Text,
    /// A telephone number.
    Telephone,
    /// Several lines.
    Long,
    /// A number.
    Number,
    /// A day.
    Day,
    /// A time of day.
    Time,
    /// A tick: yes, or not said.
    Flag,
    /// Yes, no, or not known.
    YesNo,
    /// A text for each line.
    Lines,
    /// Texts between 「、」.
    Words,
    /// One of a few, to be pressed.
    Radio,
    /// One of many.
    Select,
    /// Any of a few.
    Checks,
    /// Nothing that is filled in: gives problems of several fields at once a name.
    Group,
}

/// One field of a form.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    pub(super) hint: &'static str,
    pub(super) max: usize,
    pub(super) needed: bool,
}

/// A field; `*` in its path stands for the number of a row.
pub const fn field(path: &'static str, label: &'static str, kind: Kind) -> Spec {
    Spec {
        path,
        label,
        kind,
        hint: "",
        max: 0,
        needed: false,
    }
}

impl Spec {
    /// A line of help under the label.
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// Characters at most.
    pub const fn max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Must be filled in; the browser says so before anything is sent.
    pub const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }

    pub(super) fn row_prefix(&self) -> Option<&'static str> {
        self.path.split_once("/*/").map(|(prefix, _)| prefix)
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As read.
    pub label: String,
}

/// A choice.
pub fn choice(value: impl Into<String>, label: impl Into<String>) -> Choice {
    Choice {
        value: value.into(),
        label: label.into(),
    }
}

/// Choices of a coded word.
macro_rules! coded_choices {
    ($($name:ident)::+) => {
        $($name)::+::ALL.iter().map(|c| $crate::people::pages::form::choice(c.code(), c.label())).collect::<Vec<_>>()
    };
}
pub(in crate::people::pages) use coded_choices;

/// A field as a template draws it.
pub struct Field {
    /// As sent.
    pub name: String,
    /// For labels and links.
    pub id: String,
    /// What it is called.
    pub label: &'static str,
    /// How it looks.
    pub kind: Kind,
    /// What stands in it.
    pub value: String,
    /// What can be chosen, and whether it is.
    pub choices: Vec<(Choice, bool)>,
    /// A line of help.
    pub hint: &'static str,
    /// What is wrong with it.
    pub faults: Vec<String>,
    /// Characters at most; 0 for no end.
    pub max: usize,
    /// Must be filled in.
    pub needed: bool,
}

impl Field {
    /// How a template draws it.
    pub fn look(&self) -> &'static str {
        match self.kind {
            Kind::Text | Kind::Telephone | Kind::Number | Kind::Day | Kind::Time | Kind::Words => "input",
            Kind::Long | Kind::Lines => "area",
            Kind::Flag => "flag",
            Kind::Radio | Kind::YesNo => "radios",
            Kind::Checks => "checks",
            Kind::Select => "select",
            Kind::Group => "group",
        }
    }

    /// The type of an input.
    pub fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Day => "date",
            Kind::Telephone => "tel",
            Kind::Time => "time",
            _ => "text",
        }
    }

    /// Whether a number goes in.
    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    /// Lines of an area to begin with.
    pub fn lines(&self) -> usize {
        if self.kind == Kind::Lines { 2 } else { 5 }
    }

    /// Whether nothing chosen has no words of its own.
    pub fn lacks_none(&self) -> bool {
        !self.choices.iter().any(|(c, _)| c.value.is_empty())
    }

    /// Whether the field itself, not a part of it, is marked as wrong.
    pub fn is_invalid(&self) -> bool {
        !self.faults.is_empty() && !matches!(self.look(), "radios" | "checks" | "group")
    }

    /// What explains it, for readers of screens.
    pub fn described_by(&self) -> String {
        let parts = [
            ("hint", !self.hint.is_empty()),
            ("fault", !self.faults.is_empty()),
        ];
        let there = parts.iter().filter(|(_, there)| *there);
        there
            .map(|(part, _)| format!("{}-{part}", self.id))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// One row of several fields.
pub struct Row {
    /// From 1.
    pub number: usize,
    /// Its fields.
    pub fields: Vec<Field>,
}
