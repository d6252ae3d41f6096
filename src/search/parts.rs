//! The two indexes: public rows, and the rest; here is decided what of a row stands in which.

use crate::resources::{
    opportunity::Opportunity,
    public::{Audience, VisibleResource, visible},
    resource::Resource,
};

/// One of the two indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What anyone may find, as anyone may see it.
    Public,
    /// What staff find besides or otherwise, as staff see it: rows that are 関係者のみ, and rows with an opportunity that
    /// is, or with a place that the public is told only by and large.
    Rest,
}

impl Part {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Public, Self::Rest];

    /// The folder of its generations.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Rest => "rest",
        }
    }
}

/// One of something for each index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// The public index's.
    pub public: T,
    /// The other one's.
    pub rest: T,
}

impl<T> Both<T> {
    /// Makes the two.
    ///
    /// # Errors
    /// The first that cannot be made.
    pub fn try_new<E>(mut make: impl FnMut(Part) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self {
            public: make(Part::Public)?,
            rest: make(Part::Rest)?,
        })
    }

    /// One of the two.
    pub fn of(&self, part: Part) -> &T {
        match part {
            Part::Public => &self.public,
            Part::Rest => &self.rest,
        }
    }

    /// One of the two, to be changed.
    pub fn of_mut(&mut self, part: Part) -> &mut T {
        match part {
            Part::Public => &mut self.public,
            Part::Rest => &mut self.rest,
        }
    }

    /// The two, public first.
    pub fn each(&self) -> [&T; 2] {
        [&self.public, &self.rest]
    }
}

/// What stands in each index of a row. Most public rows are found alike by everyone and stand in one of them alone.
pub fn entries(resource: &Resource, opportunities: &[Opportunity]) -> Both<Option<VisibleResource>> {
    let indexed = |audience| visible(resource, opportunities, audience).map(without_what_is_only_shown);
    let (public, staff) = (indexed(Audience::Public), indexed(Audience::Staff));
    Both {
        rest: staff.filter(|staff| public.as_ref() != Some(staff)),
        public,
    }
}

/// Nobody is found by a telephone number: no index knows it.
fn without_what_is_only_shown(entry: VisibleResource) -> VisibleResource {
    VisibleResource {
        phone: None,
        email: None,
        location_doubt: None,
        ..entry
    }
}

/// What staff alone may be told. It is no answer to the public by its type: whoever opens it says for whom.
#[derive(Clone)]
pub struct Confidential<T>(T);

impl<T> Confidential<T> {
    /// Closes it.
    pub fn new(secret: T) -> Self {
        Self(secret)
    }

    /// For somebody who is known to be staff.
    pub fn for_staff(self) -> T {
        self.0
    }
}

impl<T> std::fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confidential")
    }
}
