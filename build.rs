//! Compiles the morphological dictionary and the table of senses that the binary carries. Fetches nothing: `scripts/setup`
//! brings the sources.

#[path = "build/senses.rs"]
mod senses;

use std::{env, fs, path::Path};

use lindera_dictionary::{builder::DictionaryBuilder, dictionary::metadata::Metadata};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let source = Path::new(&root).join("web/vendor/ipadic");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=web/vendor/ipadic/matrix.def");
    assert!(
        source.join("matrix.def").is_file(),
        "辞書のもと(web/vendor/ipadic)がありません。scripts/setup を実行してください。"
    );
    let target = Path::new(&out).join("ipadic");
    fs::create_dir_all(&target).expect("the build folder can be written");
    if !target.join("metadata.json").is_file() {
        DictionaryBuilder::new(Metadata::default())
            .build_dictionary(&source, &target)
            .expect("辞書を作れませんでした。scripts/setup をもう一度実行してください");
    }
    println!("cargo::rustc-env=LINDERA_WORKDIR={out}");

    let vectors = Path::new(&root).join("web/vendor/chive");
    let own = Path::new(&root).join("data/dict/welfare.csv");
    for input in [
        "build/senses.rs",
        "data/dict/welfare.csv",
        "web/vendor/chive/vectors",
    ] {
        println!("cargo::rerun-if-changed={input}");
    }
    assert!(
        vectors.join("vectors").is_file() && vectors.join("key2row").is_file(),
        "ことばの意味の表のもと(web/vendor/chive)がありません。scripts/setup を実行してください。"
    );
    senses::write(&vectors, &source, &own, &Path::new(&out).join("senses.bin"))
        .expect("ことばの意味の表を作れませんでした。scripts/setup をもう一度実行してください");
}
