//! Chance comes from here: the operating system's, for keys, sessions and pseudonyms.

use rand::{TryRngCore, rngs::OsRng};

/// As many bytes as asked for. A system without randomness cannot keep a secret: there is nothing to go on with.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    OsRng
        .try_fill_bytes(&mut out)
        .expect("the operating system gives random bytes");
    out
}

/// Letters and digits that nobody mistakes for each other when read out on the telephone (no 0 O 1 I L U).
const PLAIN: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `count` of those letters, each of 30 with the same likelihood (4.9 bits).
///
/// ```
/// let code = yosatte::kernel::random::plain_letters(8);
/// assert_eq!(code.len(), 8);
/// assert!(!code.contains(['0', 'O', '1', 'I']));
/// ```
pub fn plain_letters(count: usize) -> String {
    let mut out = String::with_capacity(count);
    while out.len() < count {
        // 240 is the largest multiple of 30 in a byte: what lies above would favour the first letters.
        for byte in bytes::<16>().into_iter().filter(|b| *b < 240) {
            if out.len() < count {
                out.push(char::from(PLAIN[usize::from(byte) % PLAIN.len()]));
            }
        }
    }
    out
}
