//! What people say when they are asked.

/// Of good marks; many say nothing.
pub const GOOD: &[&str] = &[
    "",
    "",
    "",
    "",
    "Quick and kind.",
    "quick",
    "They actually read what I wrote.",
    "Super Service, vielen Dank!",
    "Merci, impeccable.",
    "Best support of any company I deal with.",
    "Ask for {agent}!",
    "とても親切でした。",
    "Εξαιρετική εξυπηρέτηση!",
    "Pierwsza klasa.",
    "Fixed in one mail.",
    "☕️❤️",
    "很滿意",
    "Everything explained so that I understood it.",
];

/// Of middling ones.
pub const MIDDLING: &[&str] = &[
    "",
    "",
    "Fine in the end.",
    "Took a while.",
    "Answer was right, but I had to ask twice.",
    "Hat gedauert.",
    "OK",
];

/// Of bad ones.
pub const BAD: &[&str] = &[
    "Waited four days for one sentence.",
    "Still not solved.",
    "I was sent the same link three times.",
    "The part did not fit.",
    "Nobody called back.",
    "",
    "Trop long.",
];

/// Reasons to recommend us.
pub const PROMOTERS: &[&str] = &[
    "",
    "",
    "",
    "Ten years of coffee from one grinder.",
    "Spare parts for everything.",
    "My whole family has one now.",
    "They repair instead of selling.",
    "Sounds like a well-made door.",
    "Bester Kaffee meines Lebens.",
    "A joy every morning.",
    "커피 맛이 달라졌어요!",
];

/// Reasons to think about it.
pub const PASSIVES: &[&str] = &[
    "",
    "",
    "Good, but dear.",
    "The scale could be better.",
    "Lovely grinder, slow delivery.",
    "Gut, aber laut.",
];

/// Reasons not to.
pub const DETRACTORS: &[&str] = &[
    "Too expensive for what it is.",
    "Delivery took three weeks.",
    "",
    "The recall made me think twice.",
    "Metal flakes. Never again.",
    "Loud.",
];
