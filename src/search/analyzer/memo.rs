//! What was worked out once for a word or a text, kept on each thread: the same words come again and again.

use std::{borrow::Borrow, cell::RefCell, collections::HashMap, hash::Hash, thread::LocalKey};

/// Answers by what was asked; emptied when it holds too many, so that it never grows without bounds.
pub struct Memo<K, V> {
    known: RefCell<HashMap<K, V>>,
    most: usize,
}

impl<K, V> Memo<K, V> {
    /// Keeps at most so many answers.
    pub fn new(most: usize) -> Self {
        Self {
            known: RefCell::default(),
            most,
        }
    }
}

/// The answer for `key`, worked out by `make` when it is not known.
pub fn remembered<K, Q, V>(memo: &'static LocalKey<Memo<K, V>>, key: &Q, make: impl FnOnce() -> V) -> V
where
    K: Borrow<Q> + Hash + Eq,
    Q: ToOwned<Owned = K> + Hash + Eq + ?Sized,
    V: Clone,
{
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
