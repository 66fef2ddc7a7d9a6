//! `frontdesk find --text`: what was said and written, the best fit first, with the piece that hits.

use serde_json::json;

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    json,
    out::{Form, say, tsv_cell},
};
use crate::{
    desk::{
        Desk,
        search::{Ask, FoundText, SearchError, Words, search},
    },
    model::{Kind, number},
    store::text,
    term::safe::Safe,
};

/// Searches texts.
///
/// # Errors
/// [`Fail::No`] where nothing is found; words that are not understood.
pub fn run(ctx: &mut Ctx, text: &str, limit: usize) -> Result<(), Fail> {
    let words = Words::parse(text)?;
    let desk = ctx.desk()?;
    let zone = ctx.zone(&desk)?;
    let width = ctx.out.width.map_or(160, |w| w.saturating_sub(4).clamp(20, 300));
    let ask = Ask { limit, width, ..Ask::default() };
    let found = match desk.view(|v| search(v, &words, ask))? {
        Err(SearchError::NotKept) => {
            gather(&desk)?;
            desk.view(|v| search(v, &words, ask))?
        }
        found => found,
    };
    let found = found.map_err(|e| Fail::usage(e.to_string()))?;
    for f in &found {
        let at = f.at.map(|at| zone.date_time(at)).unwrap_or_default();
        match (ctx.out.form, ctx.out.width) {
            (Form::Quiet, _) => ctx.out.line(&f.number)?,
            (Form::Json, _) => {
                let chars = |at: usize| f.snippet.text.get(..at).map_or(0, |t| t.chars().count());
                let marks: Vec<[usize; 2]> =
                    f.snippet.marks.iter().map(|m| [chars(m.start), chars(m.end)]).collect();
                ctx.out.json(&json!({
                    "number": f.number,
                    "kind": f.kind.word(),
                    "id": f.id.to_string(),
                    "ticket": ticket(f),
                    "about": f.about,
                    "who": f.who,
                    "at": f.at.map(|at| json::time(&zone, at)),
                    "snippet": f.snippet.text,
                    "marks": marks,
                    "score": f.score,
                }))?;
            }
            (Form::Table, None) => {
                let cells =
                    [f.number.clone(), ticket(f), at, f.who.clone(), f.about.clone(), f.snippet.text.clone()];
                ctx.out.line(&cells.map(|c| tsv_cell(&c)).join("\t"))?;
            }
            (Form::Table, Some(_)) => {
                let head = [ticket(f), f.number.clone(), f.who.clone(), at, f.about.clone()];
                let mut head: Vec<String> = head.into_iter().filter(|c| !c.is_empty()).collect();
                head.dedup();
                ctx.out.safe(&head.join("  "))?;
                let mut line = String::from("    ");
                for (part, hit) in f.snippet.parts() {
                    let part = Safe::line(part);
                    match hit && ctx.out.color {
                        true => line.push_str(&format!("\x1b[1;4m{}\x1b[22;24m", part.as_str())),
                        false => line.push_str(part.as_str()),
                    }
                }
                ctx.out.line(&line)?;
            }
        }
    }
    ctx.out.flush()?;
    if found.is_empty() {
        say(&format!("no text contains {text}"));
        return Err(Fail::No);
    }
    Ok(())
}

/// `T-104` of the ticket that a text belongs to.
fn ticket(f: &FoundText) -> String {
    f.ticket.map(|(_, n)| number::show(Kind::Ticket, n)).unwrap_or_default()
}

/// Makes what texts are found by, in a store that an older version made.
fn gather(desk: &Desk) -> Result<(), Fail> {
    say("the texts of this desk are gathered first, this once");
    // Ops are drawn before: a step cannot fail for want of one.
    let mut ops = crate::model::Ids::new(env::op()?, env::now());
    text::rebuild(desk.store(), &mut || ops.id(), &mut |n| {
        if n % 10_000 < 200 {
            say(&format!("{n} texts"));
        }
    })?;
    Ok(())
}
