//! What was worked out once for a word or a text, kept on each thread: the same words come again and again.

use std::{cell::RefCell, collections::HashMap, thread::LocalKey};

/// Answers by what was asked; emptied when it holds too many, so that it never grows without bounds.
pub struct Memo<V> {
    known: RefCell<HashMap<String, V>>,
    most: usize,
}

impl<V: Clone> Memo<V> {
    /// Keeps at most so many answers.
    pub fn new(most: usize) -> Self {
        Self {
            known: RefCell::default(),
            most,
        }
    }
}

/// The answer for `key`, worked out by `make` when it is not known.
pub fn remembered<V: Clone>(memo: &'static LocalKey<Memo<V>>, key: &str, make: impl FnOnce() -> V) -> V {
    if let Some(known) = memo.with(|m| m.known.borrow().get(key).cloned()) {
        return known;
    }
    // Outside of the borrow: working it out may ask for others.
    let made = make();
    memo.with(|m| {
        let mut known = m.known.borrow_mut();
        if known.len() >= m.most {
            known.clear();
        }
        known.insert(key.to_owned(), made.clone());
    });
    made
}
