//! Which source file imports which, read from the text of the sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A module as its path: `["desk", "merge", "apply"]` is `src/desk/merge/apply.rs`.
pub type Module = Vec<String>;

/// An import: the whole path, and the name that it has in its file.
type Use = (Vec<String>, String);

#[derive(Default)]
struct Source {
    uses: Vec<Use>,
    exports: Vec<Use>,
    /// Paths in the code itself: `super::work::Job`.
    inline: Vec<Vec<String>>,
    /// What it declares.
    items: BTreeSet<String>,
}

/// Every file of the sources with the files that it imports: re-exports are followed to where an item is declared.
pub fn imports(src: &Path, files: &[std::path::PathBuf]) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut all = BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(src).unwrap().with_extension("");
        let mut module: Module = name.iter().map(|s| s.to_str().unwrap().to_owned()).collect();
        if module.last().is_some_and(|m| m == "mod") {
            module.pop();
        }
        if module.iter().any(|m| m == "tests") || module == ["lib"] || module == ["main"] {
            continue;
        }
        all.insert(module, source(&fs::read_to_string(file).unwrap()));
    }
    let mut out = BTreeMap::new();
    for (module, source) in &all {
        let mut to = BTreeSet::new();
        let paths = source.uses.iter().map(|(path, _)| path).chain(&source.inline);
        for path in paths {
            let Some(path) = absolute(&all, module, path) else { continue };
            to.extend(declared(&all, &path, 0).filter(|m| m != module));
        }
        out.insert(module.clone(), to);
    }
    out
}

fn source(text: &str) -> Source {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    let code: String = text[..end].lines().map(|l| l.split("//").next().unwrap_or(l)).fold(
        String::new(),
        |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        },
    );
    let mut out = Source::default();
    let tokens = tokens(&code);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).and_then(|b| tokens.get(b)).map_or("", String::as_str);
        match token.as_str() {
            "use" => {
                let mut found = Vec::new();
                tree(&tokens, &mut (at + 1), &[], &mut found);
                if matches!(before, "pub" | ")") {
                    out.exports.extend(found.iter().cloned());
                } else {
                    out.uses.extend(found);
                }
                while tokens.get(at).is_some_and(|t| t != ";") {
                    at += 1;
                }
            }
            "struct" | "enum" | "fn" | "trait" | "const" | "static" | "type" | "mod" => {
                out.items.extend(tokens.get(at + 1).cloned());
            }
            word if is_word(word) && before != "::" && tokens.get(at + 1).is_some_and(|t| t == "::") => {
                let mut path = vec![token.clone()];
                while tokens.get(at + 1).is_some_and(|t| t == "::")
                    && let Some(next) = tokens.get(at + 2).filter(|t| is_word(t))
                {
                    path.push(next.clone());
                    at += 2;
                }
                out.inline.push(path);
            }
            _ => {}
        }
        at += 1;
    }
    out
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and other characters, without the contents of strings.
fn tokens(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            let mut word = c.to_string();
            while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                word.push(c);
            }
            out.push(word);
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            out.push("::".into());
        } else if c == '"' {
            while let Some(c) = chars.next().filter(|c| *c != '"') {
                if c == '\\' {
                    chars.next();
                }
            }
        } else if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    out
}

/// Reads the tree of a `use` from a place on.
fn tree(tokens: &[String], at: &mut usize, prefix: &[String], out: &mut Vec<Use>) {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while tokens.get(*at).is_some_and(|t| t != "}" && t != ";") {
                    tree(tokens, at, &path, out);
                    if tokens.get(*at).is_some_and(|t| t == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            Some("self") => *at += 1,
            Some(word) if is_word(word) || word == "*" => {
                path.push(word.to_owned());
                *at += 1;
            }
            _ => {
                *at += 1;
                return;
            }
        }
        if tokens.get(*at).is_none_or(|t| t != "::") {
            break;
        }
        *at += 1;
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens.get(*at).is_some_and(|t| t == "as") {
        name = tokens.get(*at + 1).cloned().unwrap_or_default();
        *at += 2;
    }
    out.push((path, name));
}

/// A path from the root of the crate; `None` for other crates.
fn absolute(all: &BTreeMap<Module, Source>, module: &[String], path: &[String]) -> Option<Module> {
    let first = path.first()?.as_str();
    if first == "crate" {
        return Some(path[1..].to_vec());
    }
    let supers = path.iter().take_while(|w| *w == "super").count();
    let base = module.get(..module.len().checked_sub(supers)?)?;
    let whole = [base, &path[supers..]].concat();
    let is_child = supers == 0 && all.contains_key(&[module, &path[..1]].concat());
    (supers > 0 || is_child).then_some(whole)
}

/// The files that declare what a path names: one, but for a glob.
fn declared<'a>(
    all: &'a BTreeMap<Module, Source>,
    path: &[String],
    depth: usize,
) -> Box<dyn Iterator<Item = Module> + 'a> {
    let Some(end) = (1..=path.len()).rev().find(|n| all.contains_key(&path[..*n])) else {
        return Box::new(std::iter::empty());
    };
    let (module, rest) = path.split_at(end);
    let source = &all[module];
    if let (Some(name), true) = (rest.first(), depth < 8)
        && !source.items.contains(name)
    {
        for (export, known) in &source.exports {
            let globbed = known == "*" && {
                let from = absolute(all, module, &export[..export.len() - 1]);
                from.and_then(|m| all.get(&m)).is_some_and(|s| s.items.contains(name))
            };
            if known == name || globbed {
                let stem = &export[..export.len() - usize::from(globbed)];
                if let Some(mut to) = absolute(all, module, stem) {
                    to.extend(rest[usize::from(!globbed)..].iter().cloned());
                    return declared(all, &to, depth + 1);
                }
            }
        }
    }
    Box::new(std::iter::once(module.to_vec()))
}

/// Groups of files that import each other, directly or through others, the largest first. What a folder's page declares belongs
/// to all its files: such an import does not count.
pub fn cycles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<BTreeSet<Module>> {
    let reach = |from: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            for to in imports.get(at).into_iter().flatten() {
                if at[0] == to[0] && !at.starts_with(to) && seen.insert(to) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let all: BTreeMap<&Module, BTreeSet<&Module>> = imports.keys().map(|m| (m, reach(m))).collect();
    let mut out: Vec<BTreeSet<Module>> = Vec::new();
    for (module, reached) in &all {
        if reached.contains(module) && !out.iter().any(|g| g.contains(*module)) {
            let group = reached.iter().filter(|m| all[*m].contains(module)).map(|m| (*m).clone());
            out.push(group.collect());
        }
    }
    out.sort_by_key(|g| std::cmp::Reverse(g.len()));
    out
}
