//! What commands print. Whoever reads it may stop reading (`yosatte check | head -3`): nothing is said any more, and the work goes on to its end.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether part of an answer was lost otherwise than by nobody wanting it: on a full disk.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints a line of the answer.
pub fn line(text: Arguments) {
    let Err(error) = writeln!(io::stdout(), "{text}") else {
        return;
    };
    if error.kind() != ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) {
        beside(format_args!("結果を書き出せません: {error}"));
    }
}

/// Prints a line beside the answer, where it can be read.
pub fn beside(text: Arguments) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether somebody was to have an answer and has not got all of it.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// `println!` for commands.
macro_rules! say {
    ($($words:tt)*) => { $crate::commands::say::line(format_args!($($words)*)) };
}

/// `eprintln!` for commands.
macro_rules! remark {
    ($($words:tt)*) => { $crate::commands::say::beside(format_args!($($words)*)) };
}

pub(crate) use {remark, say};
