//! The file of heads, outside the database: `+ 12 mac` announces an entry, `= 12 mac` says that it is committed,
//! `^ 12 mac` that the data came out of a backup that ends there, which counts when the next entry says so too.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The file's name in the data folder, unless the settings put it elsewhere.
pub const NAME: &str = "audit-heads.log";

/// Appends heads. Opened for appending alone: several processes may write, each line whole.
#[derive(Debug)]
pub struct Heads {
    path: PathBuf,
    file: File,
}

impl Heads {
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Announces entries that are about to be committed.
    pub fn announce(&self, heads: &[(i64, String)]) -> io::Result<()> {
        self.write('+', heads)
    }

    /// Says that they are.
    pub fn done(&self, heads: &[(i64, String)]) -> io::Result<()> {
        self.write('=', heads)
    }

    fn write(&self, sign: char, heads: &[(i64, String)]) -> io::Result<()> {
        let lines: String = heads
            .iter()
            .map(|(seq, mac)| format!("{sign} {seq} {mac}\n"))
            .collect();
        (&self.file).write_all(lines.as_bytes())
    }
}

/// Begins the file of a folder that was filled from a backup whose chain ends at `seq`.
pub fn begin(folder: &Path, seq: i64, mac: &str) -> io::Result<()> {
    if seq == 0 {
        return Ok(());
    }
    Heads::open(&folder.join(NAME))?.write('^', &[(seq, mac.to_owned())])
}

/// What a file of heads says: the seal of every entry, those among them that were committed, where it says that it begins
/// because the data came out of a backup, and lines nobody of ours wrote.
#[derive(Debug, Default)]
pub struct Said {
    pub announced: BTreeMap<i64, String>,
    pub done: BTreeMap<i64, String>,
    pub since: BTreeMap<i64, String>,
    /// Numbers that were committed twice with different seals.
    pub replaced: BTreeSet<i64>,
    pub strange: usize,
}

/// Reads the file back; `None` when it is not there.
pub fn read(path: &Path) -> io::Result<Option<Said>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut said = Said::default();
    for line in BufReader::new(file).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let parts: Vec<&str> = line.split(' ').collect();
        match parts.as_slice() {
            ["=" | "+" | "^", seq, mac] if seq.parse::<i64>().is_ok() && mac.len() == 64 => {
                let (seq, mac) = (seq.parse().unwrap_or_default(), (*mac).to_owned());
                match parts[0] {
                    "=" => {
                        // A committed entry is for ever: another one of its number means that it was cut off.
                        if said.done.get(&seq).is_some_and(|before| *before != mac) {
                            said.replaced.insert(seq);
                        } else {
                            said.done.insert(seq, mac);
                        }
                    }
                    "+" => {
                        said.announced.insert(seq, mac);
                    }
                    _ => {
                        said.since.insert(seq, mac);
                    }
                }
            }
            _ => said.strange += 1,
        }
    }
    Ok(Some(said))
}
