//! The command line.
#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use yosatte::commands::{self, Exit, say};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("YOSATTE_LOG")
                .unwrap_or_else(|_| arguments.log_filter().into()),
        )
        .with_writer(std::io::stderr)
        // Colours are for a terminal; in a file they are noise.
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        // A log that nobody reads any more is not told to the same nobody: that would be the end of what is under way.
        .log_internal_errors(false)
        .init();
    match commands::run(arguments).await {
        Ok(Exit::Done) if !say::lost() => ExitCode::SUCCESS,
        Ok(Exit::Done | Exit::Failed) => ExitCode::from(1),
        Ok(Exit::Usage) => ExitCode::from(2),
        Err(error) => {
            say::beside(format_args!("できませんでした: {error:#}"));
            ExitCode::from(1)
        }
    }
}
