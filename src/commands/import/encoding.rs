//! The character set of a file when the user knows better than the bytes tell.

use std::borrow::Cow;

use clap::ValueEnum;

/// A character set that Japanese offices write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// UTF-8(BOM はあってもなくても)
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    /// Shift_JIS(Windows の CP932)
    #[value(name = "cp932", aliases = ["shift_jis", "shift-jis", "sjis", "windows-31j", "ms932"])]
    Cp932,
    /// UTF-16(BOM がなければリトルエンディアン)
    #[value(name = "utf-16", aliases = ["utf16", "utf-16le"])]
    Utf16,
    /// UTF-16 ビッグエンディアン
    #[value(name = "utf-16be")]
    Utf16Be,
    /// EUC-JP
    #[value(name = "euc-jp", alias = "eucjp")]
    EucJp,
}

/// The bytes are not of the character set that was named.
#[derive(Debug, thiserror::Error)]
#[error("{line}行目を文字コード {name} で読めません。--encoding を付けなければ、自動で見分けます")]
pub struct NotThis {
    name: &'static str,
    line: usize,
}

impl Encoding {
    /// The content in UTF-8. A workbook has its own character set and stays as it is.
    pub fn as_utf8(self, content: &[u8]) -> Result<Cow<'_, [u8]>, NotThis> {
        if content.starts_with(b"PK\x03\x04") {
            return Ok(Cow::Borrowed(content));
        }
        let encoding = match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Cp932 => encoding_rs::SHIFT_JIS,
            Self::Utf16 => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::EucJp => encoding_rs::EUC_JP,
        };
        let content = match encoding_rs::Encoding::for_bom(content) {
            // A byte-order mark of the same family says more than a name that leaves the order open.
            Some((found, length)) if found == encoding || self == Self::Utf16 => {
                let (text, bad) = found.decode_without_bom_handling(&content[length..]);
                return Self::checked(text, bad, found.name());
            }
            _ => content,
        };
        let (text, bad) = encoding.decode_without_bom_handling(content);
        Self::checked(text, bad, encoding.name())
    }

    fn checked<'a>(text: Cow<'a, str>, bad: bool, name: &'static str) -> Result<Cow<'a, [u8]>, NotThis> {
        if bad {
            let before = text.split('\u{fffd}').next().unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            return Err(NotThis { name, line });
        }
        Ok(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoding: Encoding, bytes: &[u8], expected: Result<&str, usize>) {
        let read = encoding.as_utf8(bytes).map_err(|e| e.line);
        let read = read.map(|r| String::from_utf8(r.into_owned()).expect("UTF-8"));
        assert_eq!(read.as_deref(), expected.as_ref().map(|e| *e), "{encoding:?}");
    }

    #[test]
    fn a_named_character_set_is_used_and_a_wrong_one_is_said_with_its_line() {
        let le: Vec<u8> = "地区".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "地区".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(Encoding::Utf16, &le, Ok("地区"));
        check(Encoding::Utf16, &[&[0xFE, 0xFF][..], &be].concat(), Ok("地区"));
        check(Encoding::Cp932, &[0x92, 0x6E, 0x8B, 0xE6], Ok("地区"));
        check(Encoding::Utf8, b"\xEF\xBB\xBFab", Ok("ab"));
        check(Encoding::Utf8, b"a\n\x92\x6E", Err(2));
        check(Encoding::EucJp, &[0xC3, 0xCF, 0xB6, 0xE8], Ok("地区"));
    }
}
