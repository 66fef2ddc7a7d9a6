//! The stock engines on the same keystrokes, as their users would call them: over lines of all fields, with two threads.

use std::{thread, time::Instant};

use frontdesk::{
    find::{Book, Finder},
    model::Id,
};
use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};
use nucleo_matcher::{
    Config, Matcher, Utf32String,
    pattern::{CaseMatching, Normalization, Pattern},
};
use serde_json::{Value, json};

use super::{TOP, data::Person};

fn line(p: &Person) -> String {
    format!("{} {}, {}, {}, {}", p.given, p.family, p.company, p.email, p.phone)
}

/// The best of all lines, by two threads.
fn best<T: Sync>(lines: &[T], score: impl Fn(&mut Matcher, &T) -> Option<i64> + Sync) -> Vec<(i64, usize)> {
    let half = lines.len().div_ceil(2).max(1);
    let part = |(n, part): (usize, &[T])| {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut out: Vec<(i64, usize)> = Vec::new();
        let mut least = i64::MIN;
        for (i, l) in part.iter().enumerate() {
            if let Some(s) = score(&mut matcher, l).filter(|s| *s > least) {
                out.push((s, n * half + i));
                if out.len() >= TOP * 8 {
                    out.sort_unstable_by(|a, b| b.cmp(a));
                    out.truncate(TOP);
                    least = out.last().map_or(i64::MIN, |l| l.0);
                }
            }
        }
        out
    };
    let mut all: Vec<(i64, usize)> = thread::scope(|scope| {
        let hands: Vec<_> = lines.chunks(half).enumerate().map(|c| scope.spawn(move || part(c))).collect();
        hands.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
    });
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.truncate(TOP);
    all
}

/// Times ours and each peer on the same keystrokes, turn by turn, and gives how many times as long the peers took in all.
pub fn ratios(people: &[Person], keystrokes: &[String], book: &Book) -> Vec<(String, Value)> {
    let lines: Vec<String> = people.iter().map(line).collect();
    let wide: Vec<Utf32String> = lines.iter().map(|l| Utf32String::from(l.as_str())).collect();
    let skim = SkimMatcherV2::default();
    let [mut ours, mut frizbee, mut nucleo, mut fuzzy] = [0.0; 4];
    for typed in keystrokes {
        let time = |total: &mut f64, f: &dyn Fn() -> usize| {
            let begun = Instant::now();
            std::hint::black_box(f());
            *total += begun.elapsed().as_secs_f64() * 1e3;
        };
        time(&mut ours, &|| book.find(typed, Id::NIL, TOP).hits.len());
        time(&mut frizbee, &|| {
            let patterns: Vec<_> = frizbee::Pattern::parse_query(typed)
                .into_iter()
                .map(|p| {
                    let typos = u16::try_from(p.needle.chars().count() / 4).unwrap_or(0);
                    p.max_typos(Some(typos))
                })
                .collect();
            let mut m = frizbee::Matcher::from_patterns(&patterns, &frizbee::Config::default());
            m.match_list_parallel(&lines, 2).len().min(TOP)
        });
        time(&mut nucleo, &|| {
            let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
            best(&wide, |m, l| pattern.score(l.slice(..), m).map(i64::from)).len()
        });
        time(&mut fuzzy, &|| {
            let words: Vec<&str> = typed.split_whitespace().collect();
            best(&lines, |_, l| words.iter().map(|w| skim.fuzzy_match(l, w)).sum()).len()
        });
    }
    let n = keystrokes.len().max(1) as f64;
    let mean = |t: f64| json!((t / n * 1000.0).round() / 1000.0);
    let times = |t: f64| json!((t / ours.max(1e-9)).round());
    vec![
        ("peer_keystrokes".into(), keystrokes.len().into()),
        ("mean_ms".into(), mean(ours)),
        ("frizbee_typos_mean_ms".into(), mean(frizbee)),
        ("nucleo_mean_ms".into(), mean(nucleo)),
        ("fuzzy_matcher_mean_ms".into(), mean(fuzzy)),
        ("times_frizbee_typos".into(), times(frizbee)),
        ("times_nucleo".into(), times(nucleo)),
        ("times_fuzzy_matcher".into(), times(fuzzy)),
    ]
}
