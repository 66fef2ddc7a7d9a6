use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

const DAY: i64 = 86_400_000;

fn mail(id: &str, refs: &[&str], day: i64, subject: &str, sender: &str) -> Summary {
    Summary {
        id: id.into(),
        references: refs.iter().map(|r| (*r).to_owned()).collect(),
        date: Some(day * DAY),
        subject: subject.into(),
        sender: sender.into(),
        ..Summary::default()
    }
}

fn grouped(mails: Vec<Summary>, rule: SubjectRule) -> Vec<Vec<usize>> {
    let mut threads = Threads::new();
    for m in mails {
        assert!(matches!(threads.add(m), Added::Mail(_)));
    }
    threads.group(rule).into_iter().map(|t| t.mails).collect()
}

#[test]
fn two_answers_to_a_missing_mail_are_one_thread() {
    let mails =
        vec![mail("b", &["a"], 2, "", "x"), mail("d", &[], 1, "", "y"), mail("c", &["a"], 3, "", "z")];
    assert_eq!(grouped(mails, SubjectRule::Never), [vec![1], vec![0, 2]]);
}

#[test]
fn an_answer_may_stand_before_its_question_and_bear_an_earlier_date() {
    let mails =
        vec![mail("b", &["a"], 1, "", "x"), mail("a", &[], 5, "", "y"), mail("c", &["a", "b"], 0, "", "z")];
    assert_eq!(grouped(mails, SubjectRule::Never), [vec![1, 0, 2]]);
}

#[test]
fn rings_and_self_references_are_harmless() {
    let mails = vec![
        mail("a", &["a"], 1, "", "x"),
        mail("b", &["c"], 2, "", "x"),
        mail("c", &["d"], 3, "", "x"),
        mail("d", &["b"], 4, "", "x"),
        mail("e", &["d"], 0, "", "x"),
    ];
    // A ring has no first mail: the oldest of what is left goes first.
    assert_eq!(grouped(mails, SubjectRule::Never), [vec![4, 1, 3, 2], vec![0]]);
}

#[test]
fn people_named_in_references_join_nothing() {
    let mails = vec![
        mail("b", &["Ann@x"], 1, "", "p"),
        mail("c", &["Ann@x"], 2, "", "q"),
        mail("d", &[], 3, "", "ann@x"),
    ];
    assert_eq!(grouped(mails, SubjectRule::Never).len(), 3);
}

#[test]
fn subjects_join_replies_of_those_who_take_part_within_a_fortnight() {
    let mails = vec![
        mail("a", &[], 0, "[help] Tea", "ann"),
        mail("b", &["a"], 1, "Re: tea", "bob"),
        mail("c", &[], 15, "RE: [help] tea", "ann"),
        mail("d", &[], 2, "Re: tea", "eve"),
        mail("e", &[], 40, "Re: tea", "ann"),
        mail("f", &[], 3, "Tea", "zoe"),
        mail("g", &["zz"], 3, "Re: tea", "gus"),
    ];
    let by_refs = grouped(mails.clone(), SubjectRule::Never);
    assert_eq!(by_refs.len(), 6);
    assert_eq!(grouped(mails, SubjectRule::Replies), [vec![0, 1, 2], vec![3], vec![5], vec![6], vec![4]]);
}

#[test]
fn the_same_mail_twice_is_one_and_another_of_its_id_is_not_lost() {
    let mut threads = Threads::new();
    assert_eq!(threads.add(mail("a", &[], 1, "", "x")), Added::Mail(0));
    assert_eq!(threads.add(mail("a", &[], 1, "", "x")), Added::Duplicate(0));
    assert_eq!(threads.add(mail("a", &[], 2, "", "x")), Added::ReusedId(1));
    assert_eq!(threads.group(SubjectRule::Replies).len(), 2);
}

#[derive(Default)]
struct Desk {
    mails: HashMap<&'static str, u64>,
    awaited: HashMap<&'static str, u64>,
    on: HashSet<(u64, &'static str)>,
    subjects: HashMap<&'static str, (u64, i64)>,
}

impl Known for Desk {
    type Ticket = u64;
    type Error = std::convert::Infallible;
    fn ticket_of(&self, id: &str) -> Result<Option<u64>, Self::Error> {
        Ok(self.mails.get(id).copied())
    }
    fn ticket_awaiting(&self, id: &str) -> Result<Option<u64>, Self::Error> {
        Ok(self.awaited.get(id).copied())
    }
    fn ticket_numbered(&self, number: u64) -> Result<Option<u64>, Self::Error> {
        Ok((number < 10).then_some(number))
    }
    fn is_on(&self, ticket: &u64, address: &str) -> Result<bool, Self::Error> {
        Ok(self.on.iter().any(|(t, a)| t == ticket && *a == address))
    }
    fn ticket_by_subject(
        &self,
        base: &str,
        address: &str,
        since: i64,
        until: i64,
    ) -> Result<Option<u64>, Self::Error> {
        let found = self.subjects.get(base).filter(|(_, at)| (since..=until).contains(at));
        Ok(found.map(|(t, _)| *t).filter(|t| self.on.iter().any(|(on, a)| on == t && *a == address)))
    }
}

#[test]
fn a_mail_finds_its_ticket_by_the_first_rule_that_holds() {
    let desk = Desk {
        mails: HashMap::from([("a", 1), ("b", 2)]),
        awaited: HashMap::from([("lost", 3)]),
        on: HashSet::from([(5, "ann@x"), (6, "ann@x")]),
        subjects: HashMap::from([("tea", (6, 10 * DAY))]),
    };
    let go = |m: &Summary, import| decide(m, &desk, import).unwrap();
    assert_eq!(go(&mail("a", &["b"], 0, "", ""), false), Decision::Known(1));
    let mut both = mail("n", &["b"], 0, "[T-5]", "ann@x");
    assert_eq!(go(&both, false), Decision::Follows(2, By::References("b".into())));
    both.in_reply_to = vec!["zz".into(), "a".into()];
    assert_eq!(go(&both, false), Decision::Follows(1, By::InReplyTo("a".into())));
    assert_eq!(go(&mail("lost", &[], 0, "", ""), false), Decision::Follows(3, By::Awaited));
    assert_eq!(go(&mail("n", &[], 0, "Re: [T-5] x", "ann@x"), false), Decision::Follows(5, By::Hook(5)));
    assert_eq!(go(&mail("n", &[], 0, "Re: [T-5] x", "eve@x"), false), Decision::New);
    let plus = |sender| Summary { plus: vec![4, 6], ..mail("n", &[], 0, "Re: [T-5] x", sender) };
    assert_eq!(go(&plus("ann@x"), false), Decision::Follows(6, By::Plus(6)));
    assert_eq!(go(&plus("eve@x"), false), Decision::New);
    assert_eq!(go(&mail("n", &[], 12, "Re: tea", "ann@x"), true), Decision::Follows(6, By::Subject));
    assert_eq!(go(&mail("n", &[], 12, "Re: tea", "ann@x"), false), Decision::New);
    assert_eq!(go(&mail("n", &[], 40, "Re: tea", "ann@x"), true), Decision::New);
    assert_eq!(go(&mail("n", &[], 12, "tea", "ann@x"), true), Decision::New);
}

/// Joins by walking: slow, and written another way.
fn oracle(mails: &[Summary]) -> Vec<usize> {
    let mut label: Vec<usize> = (0..mails.len()).collect();
    let touches = |m: &Summary| -> HashSet<String> {
        m.in_reply_to.iter().chain(&m.references).cloned().chain([m.id.clone()]).collect()
    };
    let all: Vec<HashSet<String>> = mails.iter().map(touches).collect();
    loop {
        let mut changed = false;
        for a in 0..mails.len() {
            for b in 0..mails.len() {
                if label[a] > label[b] && !all[a].is_disjoint(&all[b]) {
                    label[a] = label[b];
                    changed = true;
                }
            }
        }
        if !changed {
            return label;
        }
    }
}

fn same_sets(threads: &[Thread], labels: &[usize]) -> bool {
    let mut found = vec![usize::MAX; labels.len()];
    for t in threads {
        let least = t.mails.iter().copied().min().unwrap();
        t.mails.iter().for_each(|&n| found[n] = least);
    }
    found == labels
}

#[test]
fn the_samples_threads_are_what_their_references_say() {
    let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/mail_lists"));
    if !dir.exists() {
        println!("skipped: no sample data at {}", dir.display());
        return;
    }
    for file in ["exmh-users", "ilug", "rpm-list"] {
        let raw = std::fs::read(dir.join(format!("{file}.mbox"))).unwrap();
        // Read apart from the mailbox reader: these files quote every `From ` of their text.
        let mails: Vec<Summary> = raw
            .split_inclusive(|&b| b == b'\n')
            .fold(Vec::<Vec<u8>>::new(), |mut all, line| {
                if line.starts_with(b"From ") {
                    all.push(Vec::new());
                } else {
                    all.last_mut().unwrap().extend_from_slice(line);
                }
                all
            })
            .iter()
            .map(|raw| Summary::from(&crate::mail::parse::parse(raw)))
            .collect();
        let mut threads = Threads::new();
        for (n, m) in mails.iter().enumerate() {
            assert_eq!(threads.add(m.clone()), Added::Mail(n), "{file} {n}");
        }
        let groups = threads.group(SubjectRule::Never);
        assert!(same_sets(&groups, &oracle(&mails)), "{file}");
        assert_eq!(groups.iter().map(|g| g.mails.len()).sum::<usize>(), mails.len());
        let with_subjects = threads.group(SubjectRule::Replies).len();
        println!("{file}: {} mails, {} threads, {with_subjects} with subjects", mails.len(), groups.len());
        assert!(with_subjects <= groups.len());
    }
}

proptest! {
    #[test]
    fn any_references_give_the_oracles_sets(edges in prop::collection::vec((0_usize..12, prop::collection::vec(0_usize..16, 0..3), 0_i64..5), 0..14)) {
        let mut seen = HashSet::new();
        let mails: Vec<Summary> = edges
            .iter()
            .filter(|(id, _, _)| seen.insert(*id))
            .map(|(id, refs, day)| Summary {
                id: format!("m{id}"),
                references: refs.iter().map(|r| format!("m{r}")).collect(),
                date: Some(*day),
                ..Summary::default()
            })
            .collect();
        let mut threads = Threads::new();
        for m in &mails {
            threads.add(m.clone());
        }
        let groups = threads.group(SubjectRule::Never);
        prop_assert!(same_sets(&groups, &oracle(&mails)));
        prop_assert_eq!(threads.group(SubjectRule::Never), groups);
    }
}
