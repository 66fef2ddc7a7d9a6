//! What is said outside of tickets: calls, chats, visits; what is to do; what is noted.

use crate::model::{Channel, Direction};

/// Calls, chats, visits: channel, direction, subject, text.
pub const TALKS: &[(Channel, Direction, &str, &str)] = &[
    (
        Channel::Phone,
        Direction::In,
        "Asked about delivery times",
        "Called about delivery times to {city}. Told: two to three days. Happy.",
    ),
    (
        Channel::Phone,
        Direction::In,
        "Setting for filter",
        "Wanted to know the setting for filter. Walked through finding zero; 24 clicks works.",
    ),
    (
        Channel::Phone,
        Direction::Out,
        "Called back about the repair",
        "Called back as promised. Repair agreed, about an hour of work.",
    ),
    (
        Channel::Phone,
        Direction::Out,
        "No answer, left a message",
        "Rang twice, left a message with our number.",
    ),
    (
        Channel::Phone,
        Direction::In,
        "Praise",
        "Called only to say that the grinder is wonderful. Put on speaker for the workshop.",
    ),
    (
        Channel::Phone,
        Direction::In,
        "Address change",
        "Has moved within {city}; address noted, next parcel goes there.",
    ),
    (
        Channel::Chat,
        Direction::In,
        "Which kettle?",
        "visitor: does the Dipper work on induction?\nwe: yes, from 12 cm plates on\nvisitor: 👍",
    ),
    (
        Channel::Chat,
        Direction::In,
        "Discount code",
        "visitor: is there a code for the second one?\nwe: for friends there is always BURR10",
    ),
    (
        Channel::InPerson,
        Direction::In,
        "Visited the workshop",
        "Came by with the old Wren. Cleaned it together, left with new burrs and a smile.",
    ),
    (
        Channel::InPerson,
        Direction::In,
        "Tasting evening",
        "Was at the tasting. Prefers the washed ones. Asked about the Heron.",
    ),
    (
        Channel::Social,
        Direction::In,
        "Posted a photo",
        "Posted a photo of the Magpie next to a real magpie. Thanked.",
    ),
    (
        Channel::Direct,
        Direction::In,
        "Asked for the manual",
        "Wrote a direct message asking for the manual of the first Wren. Sent.",
    ),
    (
        Channel::Sms,
        Direction::Out,
        "Ready to collect",
        "Your grinder is ready. We are here until six. Lantern & Burr",
    ),
    (Channel::Sms, Direction::In, "Running late", "Stuck on the ferry, coming tomorrow instead"),
    (
        Channel::Email,
        Direction::Out,
        "Spring letter",
        "News from the workshop: the fold-away crank is real, and the kettle comes in green.",
    ),
    (Channel::Web, Direction::In, "Form: back in stock?", "Please tell me when the green kettle is back."),
];

/// Tasks, with what is to do.
pub const TASKS: &[(&str, &str)] = &[
    (
        "Call {first} about the repair",
        "Ask whether the estimate is all right before the bench is free on {weekday}.",
    ),
    ("Send offer to {name}", "Two Heron Pro with service. Eight per cent from five on."),
    ("Check in with {first}", "Four weeks since the new grinder: does it still run well?"),
    ("Ask {first} for a photo of the serial number", ""),
    ("Thank {name} for the referral", "A bag of Harbour blend would be nice."),
    ("Post the wooden knob to {first}", "It is in the second drawer."),
    ("Renew the service contract of {name}", "Runs out at the end of the month."),
    ("Tell {first} when the green kettle is back", ""),
];

/// Notes pinned to people.
pub const NOTES: &[&str] = &[
    "Prefers the phone, and not before ten.",
    "Has the very first Wren, number 0007. Handle with respect.",
    "Restores old grinders and knows more than we do.",
    "Allergic to nuts: no pralines in the parcel.",
    "Writes long letters and means every word.",
    "Met at the harbour fair.",
    "Works nights; answers come at 4 am.",
    "Her dog is called Crema.",
    "Organises the coffee club of {city}, about thirty people.",
];

/// What people like, or do not.
pub const PREFERENCES: &[&str] = &[
    "no newsletters, please",
    "paper invoice",
    "leave parcels with the neighbour",
    "first name is fine",
    "light roasts",
    "decaf after noon",
];
