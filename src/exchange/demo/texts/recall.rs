//! The story: batch HR-0417 of the Heron left the workshop with a screw that works loose. Three weeks ago it came out.

/// Subjects of the days before anyone knew.
pub const OMENS: &[(&str, &str)] = &[
    (
        "Grey dust in the grounds",
        "Hello,\n\nsince yesterday there is a fine grey dust in what my Heron grinds. It looks like pencil. Serial {serial}. Is that normal for new burrs?\n\n{first}",
    ),
    (
        "Heron rattles",
        "Hi,\n\nour Heron has begun to rattle when it runs down. Nothing loose that I can see. Serial {serial}, three months old.\n\nThanks,\n{name}",
    ),
    (
        "Metallic taste?",
        "Good morning,\n\nperhaps I imagine it, but coffee from the Heron tastes of metal. Beans and water are the same as ever.\n\n{first}, {city}",
    ),
];

/// Subjects once it was known: alike, as such letters are.
pub const SUBJECTS: &[&str] = &[
    "Recall HR-0417: is my Heron affected?",
    "Heron recall: is mine affected?",
    "HR-0417 recall – metal in my coffee",
    "Recall of the Heron, batch 0417",
    "Heron batch HR-0417: what do I do now?",
    "Is {serial} part of the HR-0417 recall?",
    "Recall HR-0417: refund?",
    "Heron HR-0417: loose screw",
];

/// First sentences.
pub const OPENINGS: &[&str] = &[
    "I have just read about the recall of batch HR-0417. My Heron has the serial number {serial}.",
    "Your letter about HR-0417 reached me this morning.",
    "A friend told me about the recall. Why not you?",
    "There were shiny flakes in my coffee today, and now I read of a recall.",
    "We run two Herons in {city}, one of them from batch HR-0417.",
];

/// What comes after them.
pub const DETAILS: &[&str] = &[
    "May I go on using it until the part is here?",
    "Is it dangerous? We have small children.",
    "How long will the repair take? It is our only grinder.",
    "I would rather have my money back, to be honest.",
    "The screw in your picture is indeed loose on ours.",
    "We open at six tomorrow. Please advise by then!",
    "I threw the coffee away, but I did drink some last week 😟",
];

/// Answers.
pub const ANSWERS: &[&str] = &[
    "Yes, {serial} is one of them, and I am sorry. Please stop using it. A new burr carrier and a label are on their way; fitting takes five minutes, or we do it here within two days.",
    "Thank you for stopping immediately. The flakes are stainless steel and harmless, but they do not belong in coffee. You choose: the new part in the mail, a repair here, or your money back.",
    "Yours is from the batch before and not affected: the third digit tells. You can go on using it with an easy mind.",
    "We found the fault on a Tuesday and wrote to everybody on the same day; I am sorry that ours did not reach you. A new carrier goes out to you today by express.",
];

/// What they say to that.
pub const FOLLOW_UPS: &[&str] = &[
    "The part by post, please.",
    "I would like the money back.",
    "Has it been posted? Nothing here yet.",
    "Fitted it. Five minutes was optimistic, but it runs well.",
    "Thank you for the honest answer.",
    "And who pays for the coffee I had to throw away?",
    "It is in the post to you since this morning.",
];

/// Last answers.
pub const CLOSINGS: &[&str] = &[
    "Thank you for your patience. It runs as it should, and the burrs were renewed while we were at it.",
    "The refund is on its way. If you ever want to try us again, the next one is on us.",
    "Glad that it works. A bag of Harbour blend is in the post for the ones you threw away.",
];

/// Notes among ourselves.
pub const NOTES: &[&str] = &[
    "Affected (0417). Carrier sent by express.",
    "Not affected, 0416.",
    "Refund agreed, see order.",
    "Wrote to the lab’s answer: 316 steel, no lead. Can be quoted.",
    "Another one with the loose screw. Picture kept for the supplier.",
];

/// The letter that went out.
pub const NOTICE: (&str, &str) = (
    "Please stop using your Heron if it is of batch HR-0417",
    "Dear {first},\n\na screw in the burr carrier of batch HR-0417 can work loose and let fine steel dust into the coffee. That is our mistake. Please stop using it.\n\nA new carrier is on its way to you. If you would rather have your money back, one line is enough.\n\nLantern & Burr",
);

/// What people said of it afterwards, with what they gave (1 to 5).
pub const RATINGS: &[(i64, &str)] = &[
    (1, "Metal in my coffee. Twelve years a customer."),
    (2, "Two weeks without a grinder is too long for a café."),
    (1, "I had to find out from a forum."),
    (2, "Nice people, but the part came without its screw."),
    (3, "Handled well, should not have happened."),
    (4, "Honest and quick."),
    (5, "They owned up to it. That is rare."),
    (2, "Answered only after I wrote twice."),
    (5, "New carrier in two days, and beans on top. Impressed."),
    (3, ""),
    (4, ""),
    (4, "Good in the end."),
    (5, ""),
];
