//! The bundle for people: Markdown of the same records.

use std::{collections::BTreeMap, fmt::Write};

use serde_json::{Map, Value};

/// Headings in their order.
const HEADINGS: &[(&str, &str)] = &[
    ("customers", "Who you are to us"),
    ("tickets", "Your tickets"),
    ("messages", "Messages, and notes about them"),
    ("interactions", "Calls, visits and other contacts"),
    ("orders", "Orders"),
    ("tasks", "What we planned to do"),
    ("survey_answers", "What you answered"),
    ("ticket_events", "What happened to your tickets"),
    ("outbox", "What was to be sent to you"),
    ("drafts", "Drafts that were not sent"),
    ("looked_at", "Who looked at your tickets last, and when"),
    ("log", "Who changed what, before and after"),
    ("imports", "Files that you came in"),
    ("rejected_rows", "Rows of files that could not be taken"),
    ("mentioned_in", "Where else you are named (what others wrote is theirs)"),
];

/// Fields that say nothing to people.
const SKIPPED: &[&str] = &["id", "version", "ref", "number", "external_ids"];

/// The bundle as Markdown; `names` says how ids are shown.
pub fn markdown(all: &Value, names: &BTreeMap<String, String>) -> String {
    let text = |key: &str| all.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut out = format!(
        "# Data of {}\n\nExported {}. The complete data for programs is in `person.json`; mail and attachments are in `files`.\n",
        text("person"),
        text("made_at")
    );
    for (key, heading) in HEADINGS {
        let Some(rows) = all.get(*key).and_then(Value::as_array).filter(|r| !r.is_empty()) else { continue };
        let _ = write!(out, "\n## {heading}\n");
        for row in rows {
            let Value::Object(fields) = row else { continue };
            let _ = write!(out, "\n### {}\n\n", title(fields, names));
            for (name, value) in fields.iter().filter(|(k, _)| !SKIPPED.contains(&k.as_str())) {
                field(&mut out, name, value, names, 0);
            }
            if let Some(x) = fields.get("external_ids").filter(|x| !is_empty(x)) {
                field(&mut out, "external_ids", x, names, 0);
            }
        }
    }
    out
}

fn title(fields: &Map<String, Value>, names: &BTreeMap<String, String>) -> String {
    let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut out = text("ref").to_owned();
    for key in ["record", "file", "subject", "title", "command", "kind", "at"] {
        let found = one_line(&named(text(key), names));
        if !found.is_empty() {
            if !out.is_empty() {
                out.push_str(" · ");
            }
            out.push_str(&found);
        }
    }
    if fields.get("internal_note").is_some() {
        out.push_str(" (internal note: it was not sent)");
    }
    if out.is_empty() { "–".into() } else { out }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn named(text: &str, names: &BTreeMap<String, String>) -> String {
    names.get(text).cloned().unwrap_or_else(|| text.to_owned())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(s) => s.is_empty(),
        Value::Array(a) => a.iter().all(is_empty),
        Value::Object(o) => o.values().all(is_empty),
        _ => false,
    }
}

fn field(out: &mut String, name: &str, value: &Value, names: &BTreeMap<String, String>, depth: usize) {
    if is_empty(value) {
        return;
    }
    let (indent, label) = ("  ".repeat(depth), name.replace('_', " "));
    match value {
        Value::String(s) if s.contains('\n') => {
            let _ = write!(out, "{indent}- {label}:\n\n");
            for line in s.lines() {
                let _ = writeln!(out, "{indent}  > {line}");
            }
            out.push('\n');
        }
        Value::String(s) => {
            let _ = writeln!(out, "{indent}- {label}: {}", named(s, names));
        }
        Value::Array(all) if all.iter().all(|v| !v.is_object() && !v.is_array()) => {
            let all: Vec<String> =
                all.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), |s| named(s, names))).collect();
            let _ = writeln!(out, "{indent}- {label}: {}", all.join(", "));
        }
        Value::Array(all) => {
            let _ = writeln!(out, "{indent}- {label}:");
            for (n, v) in (1..).zip(all) {
                match v {
                    // One line where it fits one.
                    Value::Object(o) if o.values().all(|v| !v.is_object() && !v.is_array()) => {
                        let parts: Vec<String> = o
                            .iter()
                            .filter(|(_, v)| !is_empty(v))
                            .map(|(k, v)| {
                                let v = v.as_str().map_or_else(|| v.to_string(), |s| named(s, names));
                                format!("{} {}", k.replace('_', " "), one_line(&v))
                            })
                            .collect();
                        let _ = writeln!(out, "{indent}  - {}", parts.join(", "));
                    }
                    v => field(out, &n.to_string(), v, names, depth + 1),
                }
            }
        }
        Value::Object(o) => {
            let _ = writeln!(out, "{indent}- {label}:");
            for (k, v) in o {
                field(out, k, v, names, depth + 1);
            }
        }
        v => {
            let _ = writeln!(out, "{indent}- {label}: {v}");
        }
    }
}
