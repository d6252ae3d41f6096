//! Bytes as text: the character sets Japanese offices write, told apart without being asked.

use std::borrow::Cow;

use super::SheetError;

/// Bytes as text: a byte-order mark decides, then valid UTF-8, then CP932. UTF-8 is not copied.
///
/// # Errors
/// [`SheetError::Encoding`] with the row where reading stopped.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let strict = |encoding: &'static encoding_rs::Encoding, bytes| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| SheetError::Encoding {
                row: stopped(encoding, bytes),
            })
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => strict(encoding_rs::UTF_8, rest),
        [0xFF, 0xFE, rest @ ..] => strict(encoding_rs::UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => strict(encoding_rs::UTF_16BE, rest),
        _ => match std::str::from_utf8(bytes) {
            // UTF-16 without its mark is now and then valid UTF-8, full of NULs.
            Ok(text) if many_nuls(bytes) => Err(SheetError::Encoding {
                row: 1 + text.lines().take_while(|l| !l.contains('\0')).count(),
            }),
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => strict(encoding_rs::SHIFT_JIS, bytes),
        },
    }
}

/// A stray NUL is dropped with its cell's other control characters; a file of them is not a text.
fn many_nuls(bytes: &[u8]) -> bool {
    bytes.iter().filter(|b| **b == 0).count() > 16.max(bytes.len() / 50)
}

/// The row, counted in line ends, up to which the bytes can be read.
fn stopped(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(64 * 1024);
    let (mut at, mut rows) = (0, 1);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut text, true);
        at += read;
        rows += text.matches('\n').count();
        text.clear();
        if !matches!(result, encoding_rs::DecoderResult::OutputFull) {
            return rows;
        }
    }
}
