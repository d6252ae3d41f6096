//! Makes the table of senses that the binary carries: which words mean alike, worked out from word vectors.
//!
//! The vectors are chiVe's as the Python package `ja_ginza` carries them: 20,000 of them, each shared by the words that
//! mean nearly the same, commonest first. What is kept is, for every word that the dictionary of the search knows, its
//! *sense* (one of the vectors), and for every sense its nearest others. `src/search/senses.rs` reads the table.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs, io,
    path::Path,
    thread,
};

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

/// Numbers of a vector.
const DIM: usize = 300;
/// Senses kept beside each.
const NEAREST: usize = 40;
/// The cosine from which two senses are near each other; nearness grows from 0 there to 1 for the same sense.
const NEAR: f32 = 0.35;
/// Rows that are compared with all others at once.
const BLOCK: usize = 256;

/// Writes the table of the words in `ipadic` (a folder) and `own` (`surface,part of speech,reading` rows) to `target`.
pub fn write(vectors: &Path, ipadic: &Path, own: &Path, target: &Path) -> io::Result<()> {
    let rows = rows(&fs::read(vectors.join("key2row"))?)?;
    let vectors = matrix(&fs::read(vectors.join("vectors"))?)?;
    let words = Words::read(ipadic, own, |word| rows.get(&murmur(word.as_bytes())).copied())?;
    let found: Vec<(&String, usize)> = words
        .readings
        .keys()
        .filter_map(|word| Some((word, words.resolve(word)?)))
        .collect();

    // Senses are the rows in use, in their order.
    let used: BTreeSet<usize> = found.iter().map(|(_, row)| *row).collect();
    let number: HashMap<usize, u16> = used.iter().copied().zip(0..).collect();
    let units: Vec<f32> = used
        .iter()
        .flat_map(|row| unit(&vectors[row * DIM..][..DIM]))
        .collect();
    let near = nearest(&Array2::from_shape_vec((used.len(), DIM), units).expect("one row for each sense"));

    let mut body = Vec::new();
    let mut put = |n: usize| body.extend((n as u32).to_le_bytes());
    put(found.len());
    put(near.len());
    let mut at = 0;
    for (word, _) in &found {
        put(at);
        at += word.len();
    }
    put(at);
    let mut at = 0;
    for others in &near {
        put(at);
        at += others.len();
    }
    put(at);
    body.extend(found.iter().flat_map(|(_, row)| number[row].to_le_bytes()));
    for (other, nearness) in near.iter().flatten() {
        body.extend(other.to_le_bytes());
        body.push(*nearness);
    }
    body.extend(found.iter().flat_map(|(word, _)| word.bytes()));
    let mut table = murmur(&body).to_le_bytes().to_vec();
    table.extend(body);
    fs::write(target, table)
}

/// The words of the dictionary that carry meaning, in their base forms, with how each is read.
struct Words<F> {
    readings: BTreeMap<String, BTreeSet<String>>,
    by_reading: HashMap<String, Vec<String>>,
    row: F,
}

impl<F: Fn(&str) -> Option<usize>> Words<F> {
    fn read(ipadic: &Path, own: &Path, row: F) -> io::Result<Self> {
        let mut readings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in fs::read_dir(ipadic)? {
            let path = entry?.path();
            if path.extension().is_none_or(|e| e != "csv") {
                continue;
            }
            for line in fs::read_to_string(path)?.lines() {
                let cells: Vec<&str> = line.split(',').collect();
                let [surface, _, _, _, pos, sub, _, _, _, _, base, reading, ..] = cells[..] else {
                    continue;
                };
                let means = match pos {
                    "名詞" => !matches!(sub, "固有名詞" | "副詞可能" | "数" | "接尾" | "非自立" | "代名詞"),
                    "動詞" | "形容詞" => sub == "自立",
                    _ => false,
                };
                if means && (base == surface || base == "*") {
                    readings
                        .entry(surface.to_owned())
                        .or_default()
                        .insert(reading.to_owned());
                }
            }
        }
        for line in fs::read_to_string(own)?.lines() {
            if let [surface, _, reading] = line.split(',').collect::<Vec<_>>()[..] {
                readings
                    .entry(surface.to_owned())
                    .or_default()
                    .insert(reading.to_owned());
            }
        }
        let mut by_reading: HashMap<String, Vec<String>> = HashMap::new();
        for (word, read) in readings.iter().filter(|(word, _)| row(word).is_some()) {
            for reading in read {
                by_reading.entry(reading.clone()).or_default().push(word.clone());
            }
        }
        Ok(Self {
            readings,
            by_reading,
            row,
        })
    }

    /// The row of a word: its own; or that of the same word in other letters (こども: 子供); or of the verb it says
    /// that one can (行ける: 行く); or without its polite beginning (お茶: 茶).
    fn resolve(&self, word: &str) -> Option<usize> {
        self.spelt(word).or_else(|| {
            let can: Vec<char> = word.chars().collect();
            let plain = match can[..] {
                [.., _, last, 'る'] => "えけげせてねべめれ"
                    .chars()
                    .zip("うくぐすつぬぶむる".chars())
                    .find(|(e, _)| *e == last)
                    .map(|(_, u)| can[..can.len() - 2].iter().chain([&u]).collect::<String>()),
                _ => None,
            };
            let blunt = word.strip_prefix(['お', '御', 'ご']);
            plain
                .and_then(|plain| self.spelt(&plain))
                .or_else(|| self.spelt(blunt?))
        })
    }

    fn spelt(&self, word: &str) -> Option<usize> {
        let kanji = |word: &str| -> BTreeSet<char> {
            word.chars()
                .filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
                .collect()
        };
        (self.row)(word).or_else(|| {
            let here = kanji(word);
            let readings = self.readings.get(word)?.iter();
            readings
                .filter_map(|reading| self.by_reading.get(reading))
                .flatten()
                .filter(|other| here.is_subset(&kanji(other)))
                .filter_map(|other| (self.row)(other))
                .min()
        })
    }
}

fn unit(vector: &[f32]) -> impl Iterator<Item = f32> {
    let length = vector
        .iter()
        .map(|x| x * x)
        .sum::<f32>()
        .sqrt()
        .max(f32::MIN_POSITIVE);
    vector.iter().map(move |x| x / length)
}

/// Of each sense (a row of `vectors`) the nearest others, the nearest first, each with how near it is (255: the same).
fn nearest(vectors: &Array2<f32>) -> Vec<Vec<(u16, u8)>> {
    let level = |cosine: f32| ((cosine - NEAR) / (1.0 - NEAR) * 255.0).round() as u8;
    let of_row = |this: usize, row: ArrayView1<f32>| {
        let others = row.iter().copied().zip(0..);
        let mut others: Vec<(f32, u16)> = others
            .filter(|(cosine, other)| *cosine > NEAR && usize::from(*other) != this)
            .collect();
        others.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        others.truncate(NEAREST);
        others
            .into_iter()
            .map(|(cosine, other)| (other, level(cosine)))
            .collect()
    };
    let of_block = |(block, these): (usize, ArrayView2<f32>)| -> Vec<Vec<(u16, u8)>> {
        let cosines = these.dot(&vectors.t());
        (block * BLOCK..)
            .zip(cosines.outer_iter())
            .map(|(this, row)| of_row(this, row))
            .collect()
    };
    let blocks: Vec<_> = vectors.axis_chunks_iter(Axis(0), BLOCK).enumerate().collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts: Vec<_> = blocks
            .chunks(blocks.len().div_ceil(threads).max(1))
            .map(|part| scope.spawn(|| part.iter().copied().flat_map(of_block).collect::<Vec<_>>()))
            .collect();
        let done = parts
            .into_iter()
            .flat_map(|part| part.join().expect("no part of it fails"));
        done.collect()
    })
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("web/vendor/chive: {what}"))
}

/// The numbers of `vectors`, a file of numpy.
fn matrix(file: &[u8]) -> io::Result<Vec<f32>> {
    let (start, sizes) = file.split_at_checked(10).ok_or_else(|| broken("vectors"))?;
    let (header, numbers) = sizes
        .split_at_checked(usize::from(u16::from_le_bytes([start[8], start[9]])))
        .ok_or_else(|| broken("vectors"))?;
    let header = String::from_utf8_lossy(header);
    if !start.starts_with(b"\x93NUMPY\x01") || !header.contains("'<f4'") || !header.contains(", 300)") {
        return Err(broken("vectors"));
    }
    let (numbers, _) = numbers.as_chunks::<4>();
    Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// `key2row`: a map of MessagePack, from the hash of a word to its row.
fn rows(file: &[u8]) -> io::Result<HashMap<u64, usize>> {
    let mut rest = file;
    let mut next = |bytes: usize| -> io::Result<u64> {
        let (head, tail) = rest.split_at_checked(bytes).ok_or_else(|| broken("key2row"))?;
        rest = tail;
        Ok(head.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    };
    if next(1)? != 0xDF {
        return Err(broken("key2row"));
    }
    let count = next(4)?;
    let mut number = || -> io::Result<u64> {
        match next(1)? {
            small @ 0..=0x7F => Ok(small),
            kind @ 0xCC..=0xCF => next(1 << (kind - 0xCC)),
            _ => Err(broken("key2row")),
        }
    };
    (0..count).map(|_| Ok((number()?, number()? as usize))).collect()
}

/// MurmurHash64A with seed 1, by which spaCy knows a word.
fn murmur(text: &[u8]) -> u64 {
    const M: u64 = 0xC6A4_A793_5BD1_E995;
    let mut hash = 1 ^ (text.len() as u64).wrapping_mul(M);
    let (words, tail) = text.as_chunks::<8>();
    for word in words {
        let mut k = u64::from_le_bytes(*word).wrapping_mul(M);
        k ^= k >> 47;
        hash = (hash ^ k.wrapping_mul(M)).wrapping_mul(M);
    }
    if !tail.is_empty() {
        let last = tail.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
        hash = (hash ^ last).wrapping_mul(M);
    }
    hash ^= hash >> 47;
    hash = hash.wrapping_mul(M);
    hash ^ (hash >> 47)
}
