//! The bare words of a query, apart from its other conditions.

use super::{Expr, Query};

/// The bare words that every record of a query must have, as they are typed, and the query without them. `None` where
/// there are none: phrases, `*parts`, and words beside an `or` or behind a `not` are conditions like others.
///
/// ```
/// use frontdesk::query::{bare_words, parse};
/// let (words, rest) = bare_words(&parse("ada org:harbour lovel sort:name").unwrap()).unwrap();
/// assert_eq!((words.as_str(), rest.to_string().as_str()), ("ada lovel", "org:harbour sort:name"));
/// assert!(bare_words(&parse("org:harbour -ada").unwrap()).is_none());
/// ```
pub fn bare_words(query: &Query) -> Option<(String, Query)> {
    let mut words: Vec<&str> = Vec::new();
    let mut others: Vec<Expr> = Vec::new();
    apart(query.expr.as_ref()?, &mut words, &mut others);
    if words.is_empty() {
        return None;
    }
    let expr = match others.len() {
        0 | 1 => others.pop(),
        _ => Some(Expr::And(others)),
    };
    Some((words.join(" "), Query { expr, sort: query.sort.clone(), limit: query.limit }))
}

fn apart<'q>(expr: &'q Expr, words: &mut Vec<&'q str>, others: &mut Vec<Expr>) {
    match expr {
        Expr::And(all) => all.iter().for_each(|e| apart(e, words, others)),
        Expr::Text(t) if !t.phrase && !t.text.contains('*') && t.text.contains(char::is_alphanumeric) => {
            words.push(&t.text);
        }
        other => others.push(other.clone()),
    }
}
