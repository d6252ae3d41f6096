//! Files that come under the name of a table and are something else: said by name, with what to do.

use super::SheetError;

/// How a zip container begins.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// How an OLE compound file begins: the old Excel, and anything with a password.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// What the bytes are when they are no table of ours; `None` when they may be one.
pub fn not_a_table(bytes: &[u8]) -> Option<SheetError> {
    let other = |found, advice| Some(SheetError::OtherKind { found, advice });
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == [0xEF, 0xBB, 0xBF] {
        return Some(SheetError::Empty);
    }
    if bytes.starts_with(OLE) {
        // Names in a compound file stand in UTF-16; the directory may be anywhere in it.
        let holds = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.windows(wide.len()).any(|w| w == wide)
        };
        return if holds("EncryptedPackage") {
            other(
                "パスワードつきのExcelファイル",
                "Excelで開いてパスワードを外し、保存し直してください",
            )
        } else if holds("Workbook") || holds("Book") {
            other(
                "古い形式のExcelファイル(.xls)",
                "Excelで開き「名前を付けて保存」で .xlsx か「CSV UTF-8」にしてください",
            )
        } else {
            other("古い形式のOffice文書", "表をExcelの .xlsx か CSV にしてください")
        };
    }
    let start = &bytes[..bytes.len().min(2048)];
    for (magic, found) in [
        (&b"%PDF"[..], "PDF"),
        (b"\x89PNG", "画像(PNG)"),
        (b"\xFF\xD8\xFF", "画像(JPEG)"),
        (b"{\\rtf", "リッチテキスト"),
    ] {
        if start.starts_with(magic) {
            return other(found, "元の表(Excelファイル)を .xlsx か CSV で用意してください");
        }
    }
    for (magic, found) in [
        (&[0x1F, 0x8B][..], "圧縮ファイル(gzip)"),
        (b"7z\xBC\xAF", "圧縮ファイル(7z)"),
        (b"PK\x05\x06", "空の圧縮ファイル(zip)"),
    ] {
        if start.starts_with(magic) {
            return other(found, "中のファイルを取り出してから指定してください");
        }
    }
    let text = String::from_utf8_lossy(start).to_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if text.starts_with("<?xml") && text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return other(
            "XML形式のExcelファイル",
            "Excelで開き「名前を付けて保存」で .xlsx か「CSV UTF-8」にしてください",
        );
    }
    if ["<!doctype", "<html", "<head", "<table", "<meta"]
        .iter()
        .any(|tag| text.starts_with(tag))
        || (text.starts_with('<') && text.contains("<html"))
    {
        return other(
            "Webページ(HTML)",
            "Excelで開き「名前を付けて保存」で .xlsx か「CSV UTF-8」にしてください。ダウンロードに失敗したときの画面かもしれません",
        );
    }
    if text.starts_with('{') || text.starts_with("[{") {
        return other("JSON(GeoJSONなど)", "表は .xlsx か CSV で用意してください");
    }
    None
}

/// What a zip container is by the names of its parts, when it is no workbook.
pub fn other_container<'a>(names: impl Iterator<Item = &'a str>) -> SheetError {
    let (mut found, mut advice) = (
        "圧縮ファイル(zip)",
        "中のファイルを取り出してから指定してください",
    );
    for name in names {
        (found, advice) = match name {
            "xl/workbook.bin" => (
                "バイナリ形式のExcelファイル(.xlsb)",
                "Excelで開き「名前を付けて保存」で .xlsx にしてください",
            ),
            "content.xml" => (
                "OpenDocument の文書(.ods など)",
                "表計算ソフトで開き .xlsx か CSV で保存してください",
            ),
            "word/document.xml" => ("Word の文書(.docx)", "表をExcelに写して .xlsx で保存してください"),
            "ppt/presentation.xml" => (
                "PowerPoint の文書(.pptx)",
                "表をExcelに写して .xlsx で保存してください",
            ),
            "Index/Document.iwa" => (
                "Numbers の文書",
                "Numbers の「書き出す」で Excel か CSV にしてください",
            ),
            _ => continue,
        };
    }
    SheetError::OtherKind { found, advice }
}
