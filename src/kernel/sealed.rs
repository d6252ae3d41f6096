//! Sealed texts: XChaCha20-Poly1305 with a random nonce, bound to the place where they belong.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::random;

/// It does not open: another key, another place, or changed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("封をした内容をひらけません(鍵が違うか、書きかえられています)")]
pub struct SealError;

/// Seals `plain` for `place`: Base64 of nonce (24 bytes), ciphertext and tag.
///
/// ```
/// use yosatte::kernel::sealed::{open, seal};
/// let key = [7; 32];
/// let sealed = seal(&key, "note/1", "会いたい".as_bytes());
/// assert_eq!(open(&key, "note/1", &sealed).unwrap().as_slice(), "会いたい".as_bytes());
/// assert!(open(&key, "note/2", &sealed).is_err());
/// ```
pub fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> String {
    let nonce = random::bytes::<24>();
    let payload = Payload {
        msg: plain,
        aad: place.as_bytes(),
    };
    let mut out = nonce.to_vec();
    out.extend(
        XChaCha20Poly1305::new(key.into())
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a text in memory is short enough for the cipher"),
    );
    STANDARD_NO_PAD.encode(out)
}

/// Opens what was sealed with the same key for the same place.
pub fn open(key: &[u8; 32], place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| SealError)?;
    let (nonce, msg) = bytes.split_first_chunk::<24>().ok_or(SealError)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg,
                aad: place.as_bytes(),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| SealError)
}
