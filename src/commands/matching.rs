//! `yosatte match FILE.json`: the matching, in a terminal. Nothing of it is stored.

use std::io::{IsTerminal, Read};

use clap::{Args, ValueEnum};

use super::{
    Exit,
    say::{remark, say},
};
use crate::{
    app::App,
    matching::api::{self, CandidateBody, MatchAnswer},
    people::api::Body,
};

/// The command's words.
#[derive(Debug, Args)]
pub struct Options {
    /// ニーズのファイル(JSON、`-` は標準入力)
    file: String,
    /// 出し方(端末では text、ほかでは json)
    #[arg(long)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command.
pub async fn run(app: &App, options: &Options) -> anyhow::Result<Exit> {
    let text = match read(&options.file) {
        Ok(text) => text,
        Err(why) => {
            remark!("{}: 読めません({why})", options.file);
            return Ok(Exit::Failed);
        }
    };
    let body = match serde_json::from_str(&text) {
        Ok(value) => Body(value),
        Err(why) => {
            remark!(
                "{}: {}行目{}文字目がJSONになっていません",
                options.file,
                why.line(),
                why.column()
            );
            return Ok(Exit::Failed);
        }
    };
    let question = match api::read(app, body) {
        Ok(question) => question,
        Err(error) => {
            for fault in error.problem().errors {
                let place = if fault.pointer.is_empty() {
                    "全体"
                } else {
                    &fault.pointer
                };
                remark!("{} {place}: {}", options.file, fault.detail);
            }
            return Ok(Exit::Failed);
        }
    };
    let answer = api::answer(app, question).await?;
    let format = options.format.unwrap_or(if std::io::stdout().is_terminal() {
        Format::Text
    } else {
        Format::Json
    });
    match format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&answer)?),
        Format::Text => tell(&answer),
    }
    Ok(Exit::Done)
}

fn read(file: &str) -> std::io::Result<String> {
    if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    let text = std::fs::read_to_string(file)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn tell(answer: &MatchAnswer) {
    say!("{}件の機会のうち、候補は{}件です", answer.evaluated, answer.total);
    for (at, candidate) in answer.candidates.iter().enumerate() {
        tell_candidate(at + 1, candidate);
    }
    if !answer.near_misses.is_empty() {
        say!("\n惜しいもの");
        for miss in answer.near_misses.iter().take(3) {
            say!("- {}({})", miss.opportunity.name, miss.resource.name);
            say!("  {}。{}", miss.failed.text, miss.change);
        }
    }
    if !answer.relaxations.is_empty() {
        say!("\n広げると");
        for relaxation in &answer.relaxations {
            say!("- {}", relaxation.text);
        }
    }
    if let Some(draft) = &answer.menu_draft {
        say!("\n支援メニューづくり: {}", draft.text);
        for partner in &draft.partners {
            let far = partner
                .distance_m
                .map(|m| format!("  直線で{:.1}km", f64::from(m) / 1000.0))
                .unwrap_or_default();
            say!(
                "- {}({}){far}",
                partner.resource.name,
                partner.resource.kind_label
            );
        }
    }
}

fn tell_candidate(number: usize, candidate: &CandidateBody) {
    let district = candidate
        .resource
        .district
        .as_ref()
        .and_then(|d| d.name.as_deref());
    say!(
        "\n{number}. {}({}) {} {}点",
        candidate.opportunity.name,
        candidate.resource.name,
        district.unwrap_or_default(),
        (candidate.score * 100.0).round()
    );
    for seat in &candidate.household {
        say!("   {}: {}", seat.relation, seat.opportunity_name);
    }
    for factor in candidate.why() {
        say!("   + {}", factor.text);
    }
    for question in &candidate.questions {
        say!("   ? {question}");
    }
    if let Some(when) = &candidate.opportunity.schedule_text {
        say!("   {when}");
    }
}
