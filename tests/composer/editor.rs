//! The agent's own editor.

use frontdesk::{
    desk::drafts::DraftFile,
    model::Id,
    tui::{
        event::TuiEventKind,
        model::{Composer, ComposerField as Field, ComposerFile, ComposerKind, Pane, parse_edited},
        text::Text,
    },
};
use proptest::prelude::*;

use crate::post::{Post, written};

#[test]
fn the_editor_has_all_headers_and_what_it_saves_is_taken() {
    let p = Post::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.txt");
    std::fs::write(&file, "the plan").unwrap();
    let mut s = p.screen();
    s.keys("r").text("Hello").keys("ctrl-x ctrl-e");
    assert_eq!(
        s.edited[0],
        "To: gracie@burns.example\nCc: bob@burns.example, \"Hopper, Grace\" <grace@harbour.example>\nBcc: \n\
         Subject: Re: Cannot log in since the update\nAttach: \nStatus: \nTags: \n\nHello"
    );
    let saved = format!(
        "To: gracie@burns.example\nBcc: boss@desk.example\nSubject: Your login\nAttach: {}\nStatus: pending\n\nHello\n\nDana\n",
        file.display()
    );
    s.happened(TuiEventKind::Edited(Ok((saved, None))));
    let c = written(&s);
    // A header whose line was deleted is empty.
    assert_eq!((c.cc.as_str(), c.bcc.as_str(), c.tags.as_str()), ("", "boss@desk.example", ""));
    assert_eq!((c.files.len(), c.files[0].file.name.as_str()), (1, "plan.txt"));
    s.keys("Esc y").expect("held");
    let m = p.ours(2);
    assert_eq!(
        (m.subject.as_str(), m.bcc.as_slice()),
        ("Your login [T-2]", &["boss@desk.example".to_owned()][..])
    );
    assert_eq!((m.body.as_str(), m.attachments[0].size), ("Hello\n\nDana", 8));
}

#[test]
fn what_is_no_header_is_text_and_said() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Hello").keys("ctrl-x ctrl-e");
    s.happened(TuiEventKind::Edited(Ok(("To: a@x.example\nCcc: b@x.example\n\nHello\n".into(), None))));
    s.expect("“Ccc: b@x.example” is no header");
    assert_eq!(written(&s).body.as_str(), "Ccc: b@x.example\n\nHello\n");
    s.happened(TuiEventKind::Edited(Ok(("To: unknown\nAttach: /no/such/file\n\nHello\n".into(), None))));
    s.expect("there is no such file").keys("Esc y").expect("“unknown” is no e-mail address.");
    assert_eq!(written(&s).body.as_str(), "Hello\n");
    s.keys("ctrl-u").text("a@x.example").keys("Esc y").expect("there is no such file");
    assert_eq!(written(&s).files[0].file.path, "/no/such/file");
}

proptest! {
    #[test]
    fn what_an_editor_is_given_is_read_again_as_it_was(
        to in "[a-z@., \"<>é:]{0,20}",
        subject in "[^\\n\\r]{0,20}",
        body in "(To: x|Hello|\\n|é| |Attach: y|:){0,12}",
        paths in proptest::collection::vec("/[a-z é,:]{1,12}[a-z]", 0..3),
    ) {
        let mut c = Composer::new(Id([1; 16]), 1, ComposerKind::Reply, Pane::Queue);
        c.to.set(&to);
        c.subject.set(&subject);
        c.body = Text::block(&body);
        c.files = paths.iter().map(|p| ComposerFile::from(DraftFile::on_disk(p))).collect();
        let edited = parse_edited(&c.for_editor());
        let field = |f: Field| edited.fields.iter().find(|(of, _)| *of == f).map(|(_, v)| v.clone()).unwrap();
        prop_assert_eq!(field(Field::To), to.trim());
        prop_assert_eq!(field(Field::Subject), subject.trim());
        prop_assert_eq!(&edited.body, &body);
        prop_assert_eq!(edited.attach.unwrap(), paths);
        prop_assert_eq!(edited.trouble, None);
    }

    #[test]
    fn nothing_that_an_editor_saved_is_lost(text in "(To: a@x|Cc:|: |Hello|\\n|é| |Attach: y|Nonsense: z|\\t){0,14}") {
        let edited = parse_edited(&text);
        let kept: String = edited.fields.iter().map(|(_, v)| v.as_str()).chain(edited.attach.iter().flatten().map(String::as_str)).chain([edited.body.as_str()]).collect();
        for word in ["Hello", "a@x", "Nonsense", "é"] {
            prop_assert!(kept.matches(word).count() >= text.matches(word).count(), "{word}: {kept:?}");
        }
    }
}
