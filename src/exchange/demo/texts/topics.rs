//! What English-speaking customers write about, and what they are answered. `{first}`, `{agent}`, `{good}`, `{order}`,
//! `{city}`, `{serial}` and `{weekday}` are filled in.
//!
//! This file is long because each subject has its own words.

use crate::model::TicketType;

/// One subject that comes up again and again.
pub struct Topic {
    /// How often, of all weights.
    pub weight: u64,
    /// What such a ticket is.
    pub kind: TicketType,
    /// Whether the workshop answers; else support.
    pub workshop: bool,
    /// How often in a hundred it is high or urgent.
    pub pressing: u64,
    /// Its tags.
    pub tags: &'static [&'static str],
    /// Subjects.
    pub subjects: &'static [&'static str],
    /// First sentences.
    pub openings: &'static [&'static str],
    /// What comes after them.
    pub details: &'static [&'static str],
    /// First answers.
    pub answers: &'static [&'static str],
    /// What the customer says to that.
    pub follow_ups: &'static [&'static str],
    /// Last answers.
    pub closings: &'static [&'static str],
    /// Notes among ourselves.
    pub notes: &'static [&'static str],
}

/// All of them.
pub const TOPICS: &[Topic] = &[
    Topic {
        weight: 14,
        kind: TicketType::Incident,
        workshop: true,
        pressing: 18,
        tags: &["jam"],
        subjects: &[
            "{good} jams after a few seconds",
            "Grinder stuck",
            "{good} makes a sad noise and stops",
            "Motor hums, nothing comes out",
        ],
        openings: &[
            "My {good} stops after about five seconds and only hums.",
            "Since {weekday} the {good} jams on every second dose.",
            "The {good} I bought from you has seized up completely.",
            "I think something is stuck in my {good}.",
        ],
        details: &[
            "I have emptied the hopper and tapped it as the booklet says, without luck. Serial is {serial}.",
            "It is worse with light roasts. The crank turns, but it feels like sand.",
            "I took the upper burr out and there was nothing I could see. Is it safe to go further in?",
            "We have guests on Saturday and no coffee is not an option 😅",
        ],
        answers: &[
            "That sounds like a bean caught under the lower burr. Please unplug it, take the hopper off and turn the collar to the coarsest setting until it clicks; then brush out what you find. If it still hums, tell me and I send a label to bring it in.",
            "Thank you for the serial number, that helps. Could you set it five clicks coarser and run it empty for two seconds? I would like to know whether it turns freely.",
            "Sorry about that. Before we take it in: is the collar hard to move by hand, or loose?",
        ],
        follow_ups: &[
            "It turns freely when empty, and jams as soon as beans go in.",
            "Found half a stone in it! Photo attached. Is the burr ruined?",
            "The collar is very stiff. I did not dare to force it.",
            "No change, I am afraid. What now?",
        ],
        closings: &[
            "The workshop has freed it and renewed the bearing under warranty. It is on its way back to {city} and should be there on {weekday}.",
            "Good news: the burrs are fine, stones happen even to good roasters. A new pair of springs is in the post, no charge.",
            "Then it was the bean under the burr after all. Glad it is turning again. Enjoy the coffee!",
        ],
        notes: &[
            "Third stiff collar from that week. Asking the workshop to look at the grease.",
            "Label sent, expect it in the workshop by {weekday}.",
        ],
    },
    Topic {
        weight: 11,
        kind: TicketType::Question,
        workshop: false,
        pressing: 4,
        tags: &["grind"],
        subjects: &[
            "Which setting for a moka pot?",
            "Setting for filter on the {good}",
            "Too fine for press?",
            "Cold brew setting",
        ],
        openings: &[
            "A quick question about the {good}: which setting do you use yourselves for a moka pot?",
            "I cannot find a good setting for filter on my {good}.",
            "My press coffee is muddy whatever I do.",
            "What would you set for cold brew, twelve hours in the fridge?",
        ],
        details: &[
            "I am at 14 clicks now and it tastes of wet newspaper.",
            "The table in the booklet stops at 20. Does it go on?",
            "Water here in {city} is very hard, if that matters.",
            "Everybody on the forum says something else.",
        ],
        answers: &[
            "For the moka pot we like 16 to 18 clicks from zero; if it sputters, go two coarser. For filter start at 24. Does that get you nearer?",
            "Muddy usually means too fine. Try 30 clicks and four minutes, and do not press: just pour. Hard water wants one click finer.",
            "Cold brew: as coarse as it goes, one to eight, and fourteen hours. I would love to hear how it turns out.",
        ],
        follow_ups: &[
            "18 it is. Much better, thank you!",
            "Better, still a little bitter. Two more?",
            "How do I find zero again? I lost count.",
        ],
        closings: &[
            "Turn clockwise until it stops by itself, that is zero. Write the number of your favourite under the lid with a pencil, we all do.",
            "Two more, and then let it cool for a minute before you judge. Happy brewing!",
            "Lovely. I have added your water to our table, so the next person in {city} gets a straight answer.",
        ],
        notes: &["Good candidate for the help page."],
    },
    Topic {
        weight: 13,
        kind: TicketType::Question,
        workshop: false,
        pressing: 12,
        tags: &["delivery"],
        subjects: &[
            "Where is order {order}?",
            "Parcel has not moved since {weekday}",
            "Order {order} still not here",
            "Delivery to {city}",
        ],
        openings: &[
            "I ordered a {good} last week and have heard nothing since.",
            "Tracking for {order} has shown “label created” for four days.",
            "The carrier says my parcel was delivered on {weekday}. It was not.",
            "Any news of order {order}?",
        ],
        details: &[
            "It is a birthday present, so I am getting nervous.",
            "Could it have gone to my old address?",
            "I was in all day. The neighbours have not got it either.",
            "No hurry, I would just like to know that it has not been lost.",
        ],
        answers: &[
            "I have just called the depot: your parcel missed a van on {weekday} and goes out tomorrow. I will keep an eye on it.",
            "That should not happen. I have asked the carrier for a search; they answer within a day, and if they do not, I send another one.",
            "It left us on {weekday}. The label shows the old address, though: may I have it turned round to the new one?",
        ],
        follow_ups: &[
            "Still nothing today.",
            "It came! The box has seen things, the {good} is fine.",
            "Yes please, the new address is right.",
            "The depot told me something else. Who is right?",
        ],
        closings: &[
            "The depot has found it behind a pallet. It is in the van today, before noon.",
            "I have sent a new one by express. Should the first turn up after all, just refuse it.",
            "Wonderful. Thank you for your patience, and for writing back.",
        ],
        notes: &[
            "Carrier again. That makes eleven this month.",
            "Depot says: scanned in {city}, not out. Search opened.",
        ],
    },
    Topic {
        weight: 7,
        kind: TicketType::Request,
        workshop: false,
        pressing: 6,
        tags: &["invoice"],
        subjects: &[
            "Invoice for {order}",
            "VAT number missing on invoice",
            "Invoice PDF comes out blank",
            "Please change the address on our invoice",
        ],
        openings: &[
            "Our accountant needs an invoice for {order} with the VAT number on it.",
            "The PDF of invoice {order} opens as a blank page.",
            "Could you change the invoice address from me to the company?",
            "We need the invoice split by branch, please.",
        ],
        details: &[
            "The month closes on Friday.",
            "I tried two browsers and my phone.",
            "It should read exactly as in the register.",
            "Everything else is perfect, as always.",
        ],
        answers: &[
            "Of course. Which VAT number shall I put on it? Then you have it within the hour.",
            "I see it too: page one is blank in the file we sent. Attached is a new one, and I have told the people who make the template.",
            "Done, the corrected invoice is attached. The old one is cancelled by a credit note of the same date.",
        ],
        follow_ups: &[
            "Perfect, thank you.",
            "Almost: it is one letter off in the street.",
            "Our accountant says the date must be the delivery date.",
        ],
        closings: &[
            "Corrected and sent to your accountant as well. Have a calm end of the month!",
            "One letter fixed. Sorry for the round trip.",
        ],
        notes: &["Template drops page one when the order has one line. Told Ines."],
    },
    Topic {
        weight: 8,
        kind: TicketType::Request,
        workshop: false,
        pressing: 7,
        tags: &["return"],
        subjects: &[
            "Return of {order}",
            "Can I swap for the Heron?",
            "Changed my mind about the {good}",
            "Wrong item in the box",
        ],
        openings: &[
            "I would like to send the {good} back. It is lovely, but my wrists are not what they were.",
            "I ordered a {good} and found a kettle in the box.",
            "Could I swap my {good} for the electric one and pay the difference?",
            "It does not fit under our shelf. May I return it?",
        ],
        details: &[
            "It is unused, the seal is on.",
            "It has made perhaps ten cups.",
            "I still have all the packing.",
            "I can bring it by the workshop next week.",
        ],
        answers: &[
            "No trouble at all. A label is attached; once it is here you get the money back the same day.",
            "How did that happen! Please keep the kettle until the label comes, I am sending what you ordered today.",
            "Gladly. We take the {good} back at its full price within thirty days and you pay the rest. Shall I reserve one?",
        ],
        follow_ups: &[
            "Yes please, reserve one for me.",
            "It is on its way to you, posted this morning.",
            "The label will not print, it comes out tiny.",
        ],
        closings: &[
            "It has arrived and the money is on its way. Come back any time.",
            "Reserved and swapped. Your new serial number is {serial}.",
        ],
        notes: &["Wrong box: two labels swapped at the packing table, the other one is on its way too."],
    },
    Topic {
        weight: 9,
        kind: TicketType::Request,
        workshop: true,
        pressing: 10,
        tags: &["repair", "parts"],
        subjects: &["New burrs for a {good}", "Spare collar?", "Repair of {serial}", "Hopper cracked"],
        openings: &[
            "After six years my {good} wants new burrs. Which ones fit serial {serial}?",
            "The hopper of our {good} has a crack from top to bottom.",
            "I dropped it. It is not your fault, and it is not pretty.",
            "Do you still have the old wooden knob?",
        ],
        details: &[
            "I am fairly handy and can fit it myself.",
            "What would a repair cost, roughly?",
            "My grandmother had the same model, hence the sentiment.",
            "We are without a grinder until then.",
        ],
        answers: &[
            "That one takes the 48 mm set. Fitting takes ten minutes; the booklet is attached, and page four is the one that matters.",
            "Send it in and we will have a look: an estimate is free, and nothing is done before you say yes.",
            "We have three of the old knobs left in a drawer. One of them now has your name on it.",
        ],
        follow_ups: &[
            "Go ahead with the repair, please.",
            "What does it come to with postage?",
            "Fitted! It grinds like new ☕️",
        ],
        closings: &[
            "Repaired, tested with 200 g of our own beans, and posted today.",
            "Knob is in the post. Please send us a photograph when it is on.",
        ],
        notes: &[
            "Waiting for hoppers from the glass people, two weeks.",
            "Estimate: bearing and collar, one hour.",
        ],
    },
    Topic {
        weight: 6,
        kind: TicketType::Question,
        workshop: false,
        pressing: 3,
        tags: &["scale"],
        subjects: &[
            "Magpie scale will not pair",
            "Scale drifts",
            "Battery of the Magpie",
            "Scale shows Err 2",
        ],
        openings: &[
            "My Magpie scale no longer pairs with the phone.",
            "The scale loses half a gram while I pour.",
            "“Err 2”, says the scale. What is Err 1, and should I be glad?",
            "How long should the battery last?",
        ],
        details: &[
            "New phone, same old me.",
            "It stands on a stone worktop, quite level.",
            "I changed the battery twice.",
        ],
        answers: &[
            "Hold the left feather for six seconds until it blinks green, then forget it in the phone’s settings and pair again.",
            "Drift comes from draughts more often than one thinks. Could you try it with the window shut, and tell me what 100 g shows?",
            "Err 2 is a scale that was switched on with something on it. Lift everything off, switch it on, and only then the cup.",
        ],
        follow_ups: &[
            "That did it, thank you!",
            "It shows 99.2 every time.",
            "Green, then red, then nothing.",
        ],
        closings: &[
            "99.2 is not good enough. A new one is on its way, keep the old one for flour.",
            "Red means the old software. It updates by itself overnight when it stands near the phone.",
        ],
        notes: &["Batch of February scales, the cell is glued too thin."],
    },
    Topic {
        weight: 8,
        kind: TicketType::Request,
        workshop: false,
        pressing: 8,
        tags: &["wholesale"],
        subjects: &[
            "Prices for ten {good}s",
            "Wholesale account",
            "Beans every second week",
            "Two Heron Pro for a new bar",
        ],
        openings: &[
            "We are opening a second bar in {city} and need two Heron Pro.",
            "Could you send us prices for ten?",
            "We would like to change our beans to every second week.",
            "Is there a better price if we take the yearly service with it?",
        ],
        details: &[
            "Delivery by the first of the month would be ideal.",
            "We compare with one other maker, to be fair.",
            "The same serial range as the first, if it can be done.",
        ],
        answers: &[
            "How good to hear. The offer is attached; from five on we take eight per cent off, and the service is included in the first year.",
            "Changed: twelve kilos every second Tuesday, from next week on.",
            "The same series can be done. Shall I hold two for you until Friday?",
        ],
        follow_ups: &[
            "Please hold them, the signature comes tomorrow.",
            "Can you do anything about delivery?",
            "Agreed, go ahead.",
        ],
        closings: &[
            "Held, and delivery is on us. Welcome to the second bar!",
            "All set. The workshop knows and is looking forward to it.",
        ],
        notes: &["Good customer since the first year. Be generous with delivery."],
    },
    Topic {
        weight: 5,
        kind: TicketType::Complaint,
        workshop: false,
        pressing: 45,
        tags: &["complaint"],
        subjects: &[
            "Third time I write",
            "Very disappointed",
            "This is not what I paid for",
            "Nobody calls back",
        ],
        openings: &[
            "This is the third time I write about the same thing.",
            "I was promised a call on {weekday}. The phone has been very quiet.",
            "For this price I expected a box without a hole in it.",
            "I have recommended you to everybody I know, and now I feel silly.",
        ],
        details: &[
            "Please do not send me another link.",
            "I would like to speak to somebody who can decide.",
            "All I want is a grinder that grinds.",
            "I am not angry, I am tired.",
        ],
        answers: &[
            "You are right, and I am sorry. I have read all three letters now. Here is what happens next: a new {good} leaves us today, and I call you tomorrow at ten.",
            "We promised and did not call. That was our mistake, mine to be exact. When may I call you today?",
            "A box should not look like that. I am sending another one, and will have a word with the people who pack.",
        ],
        follow_ups: &["Ten is fine.", "Thank you for not arguing.", "I will believe it when it is here."],
        closings: &[
            "It was delivered at noon, says the carrier. Thank you for giving us another chance.",
            "Thank you for the talk. The refund is on its way, and you have my direct number now.",
        ],
        notes: &[
            "Handle with care: promised calls were missed twice. Mine now.",
            "Owe them an apology and a bag of beans.",
        ],
    },
    Topic {
        weight: 5,
        kind: TicketType::Request,
        workshop: false,
        pressing: 2,
        tags: &["warranty"],
        subjects: &[
            "Register {serial}",
            "Warranty for a gift",
            "How long is the warranty?",
            "Second-hand Wren",
        ],
        openings: &[
            "I would like to register my {good}, serial {serial}.",
            "I got the {good} as a present and have no receipt. Is it covered?",
            "I bought a Wren second-hand. Does the warranty come with it?",
        ],
        details: &[
            "Bought in {city}.",
            "It works perfectly, this is just for the drawer.",
            "The number under the foot is hard to read.",
        ],
        answers: &[
            "Registered. You have ten years from today on everything that turns.",
            "Presents are covered from the day they were made. A photo of the number under the foot is all I need.",
            "The warranty belongs to the grinder and not to the person, so yes.",
        ],
        follow_ups: &["Photo attached.", "Ten years! Thank you."],
        closings: &["Thank you, it is in the book now.", "All written down. May it outlive us both."],
        notes: &["Number matches the book, first year."],
    },
    Topic {
        weight: 4,
        kind: TicketType::Task,
        workshop: true,
        pressing: 5,
        tags: &["workshop-day"],
        subjects: &[
            "Workshop day in {city}?",
            "Can we visit?",
            "Training for two new baristas",
            "Service visit",
        ],
        openings: &[
            "Two of ours are new and would like to learn how to take a Heron apart.",
            "We are in town next week. May we see where they are made?",
            "It is time for the yearly service of our three grinders.",
        ],
        details: &[
            "Any morning but {weekday} would do.",
            "One of us uses a wheelchair, is the workshop on the ground floor?",
            "We bring cake.",
        ],
        answers: &[
            "With pleasure. Thursday at ten? The workshop is on the ground floor and the kettle is on.",
            "We come to you: Wednesday between seven and nine, before you open. All three take two hours.",
        ],
        follow_ups: &["Thursday at ten is lovely.", "Could it be a week later?"],
        closings: &[
            "It was good to have you here. Your notes and the drawing are attached.",
            "Serviced, all three within a tenth of a millimetre. See you next year.",
        ],
        notes: &["Cake confirmed."],
    },
    Topic {
        weight: 5,
        kind: TicketType::Question,
        workshop: false,
        pressing: 0,
        tags: &["praise"],
        subjects: &[
            "Just to say thank you",
            "Suggestion for the Wren",
            "A photo from {city}",
            "You made my mother cry (in a good way)",
        ],
        openings: &[
            "No question today, only thanks: the {good} you repaired is back and better than new.",
            "Could the Wren have a fold-away crank? Mine never fits in the tin.",
            "I gave my mother her old {good} back, repaired. She cried, then she ground coffee for the whole house.",
            "Here is where your {good} stands now 📷",
        ],
        details: &[
            "Please pass it on to whoever did the work.",
            "I made a drawing, for what it is worth.",
            "Keep doing what you do ❤️",
        ],
        answers: &[
            "You have made the whole workshop smile. I have pinned your letter over the bench.",
            "A fold-away crank is on our list, and your drawing is now on the wall beside it. If we build it you get the first one.",
        ],
        follow_ups: &["Deal!", "Now I am smiling too 😊"],
        closings: &["Thank you for writing. Come and see us."],
        notes: &["Read out at Monday’s coffee."],
    },
];

/// What is sold to everybody's mailbox.
pub const SPAM: &[(&str, &str)] = &[
    (
        "RE: your website ranking",
        "Dear owner,\n\nwe looked at your website and find 37 problems. Reply for a FREE report within 24 h.\n\nBest,\nGrowth Team",
    ),
    ("Invoice overdue!!!", "Open the attached document to avoid legal steps. Password is 1234."),
    (
        "Congratulations you are selected",
        "You won a voucher. Click to confirm your delivery address: http://prize.invalid/claim",
    ),
    ("Partnership proposal (crypto beans)", "Hello friend, tokenise your coffee today. 900 % guaranteed."),
];

/// How letters begin.
pub const HELLO: &[&str] =
    &["Hello,", "Hi,", "Dear Lantern & Burr,", "Good morning,", "Hi there,", "Hello everybody,", ""];

/// How they end.
pub const BYE: &[&str] = &[
    "Best wishes,\n{first}",
    "Thanks,\n{first}",
    "Kind regards\n{name}",
    "Many thanks\n{name}, {city}",
    "{first}",
    "Cheers,\n{first} 👋",
    "Sent from my phone",
    "–– \n{name}\n{city}",
];

/// How ours begin.
pub const AGENT_HELLO: &[&str] = &["Hi {first},", "Dear {first},", "Hello {first},", "Good morning {first},"];

/// How ours end.
pub const AGENT_BYE: &[&str] = &[
    "Warm regards\n{agent}\nLantern & Burr",
    "Best\n{agent}",
    "{agent}, Lantern & Burr",
    "Kind regards\n{agent}",
];

/// What people say when all is well.
pub const THANKS: &[&str] = &[
    "Perfect, thank you!",
    "Wonderful, that solved it. Thank you, {agent}.",
    "👍",
    "Great service as ever.",
    "All good now, you can close this.",
    "Thanks! That was quick.",
    "Works. You are a star ⭐",
];

/// What makes them come back.
pub const AGAIN: &[&str] = &[
    "I am sorry, but it has started again this morning.",
    "Spoke too soon: same thing today.",
    "One more thing before you close it …",
    "Hello again. It worked for two days, and now it does not.",
];

/// What they say when nobody answers.
pub const NUDGES: &[&str] = &[
    "Any news?",
    "Just checking that you got this.",
    "Hello? It has been a while.",
    "Forgot to say: the serial number is {serial}.",
    "PS: I can be reached in the afternoons.",
];

/// What we say when they do not answer.
pub const QUIET: &[&str] = &[
    "I have not heard from you since, so I take it that all is well and close this. Just answer if it is not.",
    "As it has gone quiet I will tidy this away for now. One line from you opens it again.",
];
