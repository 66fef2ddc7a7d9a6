use super::super::Verdict;
use super::*;
use crate::mail::parse::parse;

fn read(raw: &str) -> Bounce {
    let robot = parse(raw.replace('\n', "\r\n").as_bytes()).robot;
    assert_eq!(robot.verdict, Verdict::Bounce, "{raw}");
    robot.bounce.unwrap()
}

fn plain(from: &str, subject: &str, body: &str) -> Bounce {
    read(&format!("From: {from}\nSubject: {subject}\n\n{body}"))
}

fn dsn(fields: &str) -> Bounce {
    read(&format!(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nI'm sorry.\n--b\nContent-Type: \
         message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{fields}\n\n--b\nContent-Type: \
         text/rfc822-headers\n\nMessage-ID: <m1@desk.example>\nSubject: Re: Kettle\n\n--b--\n"
    ))
}

#[test]
fn a_report_by_rfc_3464_names_recipient_status_and_mail() {
    let b = dsn(
        "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user",
    );
    assert_eq!(b.recipients, ["ann@example.org"]);
    assert!(b.hard && b.gave_up);
    assert_eq!((b.status.as_str(), b.diagnostic.as_str()), ("5.1.1", "550 5.1.1 No such user"));
    assert_eq!(b.original_id.as_deref(), Some("m1@desk.example"));
}

#[test]
fn what_says_nothing_of_the_address_is_not_hard() {
    let of = |action: &str, status: &str, said: &str| {
        let b = dsn(&format!(
            "Final-Recipient: rfc822; ann@example.org\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}"
        ));
        (b.gave_up, b.hard)
    };
    assert_eq!(of("failed", "5.2.1", "550 disabled"), (true, true));
    assert_eq!(of("failed", "5.0.0", "550 no"), (true, true));
    for (status, said) in [
        ("5.2.2", "552 full"),
        ("5.0.0", "552 Mailbox full"),
        ("5.3.4", "552 too big"),
        ("5.7.1", "550 spam"),
        ("4.4.7", "expired"),
    ] {
        assert_eq!(of("failed", status, said), (true, false), "{status} {said}");
    }
    assert_eq!(of("delayed", "4.4.1", "451 later"), (false, false));
    assert_eq!(of("delayed", "5.1.1", "odd"), (false, false));
}

#[test]
fn an_address_that_was_forwarded_is_known_by_the_one_that_we_wrote_to() {
    let b = dsn(
        "Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822; ann@other.example\nAction: failed\nStatus: 5.1.1",
    );
    assert_eq!(b.recipients, ["ann@other.example", "ann@example.org"]);
}

#[test]
fn qmails_report_is_read() {
    let b = plain(
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following \
         addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<ann@example.org>:\n192.0.2.1 does \
         not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a \
         copy of the message.\n\nReturn-Path: <help@desk.example>\nMessage-ID: <m2@desk.example>\nTo: bob@example.org\n\nHello\n",
    );
    assert_eq!((b.recipients.as_slice(), b.hard), (&["ann@example.org".to_owned()][..], true));
    assert_eq!(b.diagnostic, "Remote host said: 550 5.1.1 User unknown");
    assert_eq!((b.status.as_str(), b.original_id.as_deref()), ("5.1.1", Some("m2@desk.example")));
}

#[test]
fn exims_reports_are_read() {
    let b = plain(
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered \
         to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ann@example.org\n    \
         host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<ann@example.org>:\n    550 Unknown \
         user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID:\n <m3@desk.example>\n\nHi\n",
    );
    assert_eq!((b.recipients.as_slice(), b.hard), (&["ann@example.org".to_owned()][..], true));
    assert_eq!(
        (b.diagnostic.as_str(), b.original_id.as_deref()),
        ("550 Unknown user", Some("m3@desk.example"))
    );
    let b = plain(
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Warning: message 1tqX2b-0001 delayed 24 hours",
        "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the \
         queue on mx.example.\n\n  ann@example.org\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n",
    );
    assert!(!b.gave_up && !b.hard && b.recipients == ["ann@example.org"], "{b:?}");
}

#[test]
fn postfix_gmail_exchange_and_sendmail_are_read_without_their_parts() {
    for (from, subject, body) in [
        (
            "MAILER-DAEMON@mx.example",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.\n\n<ann@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1\n    \
             <ann@example.org>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n",
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "Delivery to the following recipient failed permanently:\n\n     ann@example.org\n\nTechnical details of permanent \
             failure:\nThe error that the other server returned was:\n550 5.1.1 The email account does not exist.\n\n----- Original \
             message -----\n\nMessage-ID: <m4@desk.example>\n",
        ),
        (
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>",
            "Undeliverable: Re: Kettle",
            "Delivery has failed to these recipients or groups:\n\nAnn (ann@example.org)\nThe email address you entered couldn't be \
             found.\n\nDiagnostic information for administrators:\n\nann@example.org\nRemote Server returned '550 5.1.1 \
             RESOLVER.ADR.RecipNotFound; not found'\n",
        ),
        (
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
            "Returned mail: see transcript for details",
            "   ----- The following addresses had permanent fatal errors -----\n<ann@example.org>\n    (reason: 550 5.1.1 User \
             unknown)\n",
        ),
    ] {
        let b = plain(from, subject, body);
        assert_eq!(b.recipients.first().map(String::as_str), Some("ann@example.org"), "{subject}");
        assert!(
            b.hard && b.gave_up && b.status == "5.1.1" && b.diagnostic.contains("5.1.1"),
            "{subject} {b:?}"
        );
    }
}

#[test]
fn a_servers_answer_names_a_bad_address_by_its_status_alone() {
    for said in ["550 5.1.1 no such user", "550-5.2.1 disabled", "recipient: 550 5.1.10 not found"] {
        assert!(says_no_address(said), "{said}");
    }
    for said in ["550 no such user", "550 5.7.1 relaying denied", "552 5.2.2 full", "451 4.1.1 later", ""] {
        assert!(!says_no_address(said), "{said}");
    }
}

#[test]
fn a_full_mailbox_in_words_is_not_hard() {
    let b = plain(
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "<ann@example.org>:\nUser is over quota. I will not try again.\n",
    );
    assert!(b.gave_up && !b.hard);
    assert_eq!(b.diagnostic, "User is over quota. I will not try again.");
}

#[test]
fn a_person_who_writes_about_undelivered_mail_is_a_person() {
    let of = |raw: &str| parse(raw.as_bytes()).robot.verdict;
    for (from, subject) in [
        ("Ann <ann@example.org>", "Undelivered parcel"),
        ("postmaster@example.org", "Question about your invoice"),
        ("postmaster@example.org", "Undelivered mail from your desk"),
        ("Mail Delivery Services Ltd <office@couriers.example>", "Mail delivery on Monday"),
    ] {
        let mail =
            |fields: &str| format!("From: {from}\nSubject: {subject}\n{fields}\n550 5.1.1 ann@example.org\n");
        assert_eq!(of(&mail("")), Verdict::Human, "{from} {subject}");
        assert_eq!(of(&mail("Return-Path: <>\n")), Verdict::Bounce, "{from} {subject}");
    }
}
