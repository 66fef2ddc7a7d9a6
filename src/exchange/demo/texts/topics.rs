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
    /// Subjects. Those, first sentences, answers, replies and last answers at one place of their lists belong together.
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
            "{good} jams on every second dose",
            "Grinder stuck",
            "Motor hums, nothing comes out",
        ],
        openings: &[
            "My {good} stops after about five seconds and only hums.",
            "Since {weekday} the {good} jams on every second dose.",
            "The {good} I bought from you has seized up completely.",
            "I think something is stuck in my {good}: it hums and nothing comes out.",
        ],
        details: &[
            "I have emptied the hopper and tapped it as the booklet says, without luck. Serial is {serial}.",
            "It is worse with light roasts.",
            "I took the upper burr out and there was nothing I could see. Is it safe to go further in?",
            "We have guests on Saturday and no coffee is not an option 😅",
            "The serial number is {serial}.",
        ],
        answers: &[
            "That sounds like a bean caught under the lower burr. Please unplug it, take the hopper off and turn the collar to the coarsest setting until it clicks; then brush out what you find. Does it run then?",
            "Thank you for writing. Could you set it five clicks coarser and run it empty for two seconds? I would like to know whether it turns freely.",
            "Sorry about that. Before we take it in: is the collar hard to move by hand, or loose?",
            "Usually that is a stone: even good roasters miss one. Could you turn the collar all the way to coarse, tip it over, and look at what falls out?",
        ],
        follow_ups: &[
            "I did, and it ran for a day. Now it hums again.",
            "It turns freely when empty, and jams as soon as beans go in.",
            "The collar is very stiff. I did not dare to force it.",
            "Found half a stone in it! Photo attached. Is the burr ruined?",
        ],
        closings: &[
            "The workshop has freed it and renewed the bearing under warranty. It is on its way back to {city}.",
            "Then the springs are tired. A new pair is in the post, no charge; they go in without tools.",
            "It was dry grease: freed, cleaned, and on its way back to you.",
            "Good news: the burrs are fine, a stone leaves a scratch and nothing else. Enjoy the coffee!",
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
            "For the moka pot we like 16 to 18 clicks from zero; if it sputters, go two coarser. Does that get you nearer?",
            "For filter start at 24 clicks, and go by taste from there: sour wants finer, bitter wants coarser. Hard water wants one click finer.",
            "Muddy usually means too fine. Try 30 clicks and four minutes, and do not press: just pour.",
            "As coarse as it goes, one to eight, and fourteen hours. I would love to hear how it turns out.",
        ],
        follow_ups: &[
            "18 it is. How do I find zero again? I lost count.",
            "Better, still a little bitter. Two more?",
            "Not pressing! Who would have thought. It is clear now, but thin.",
            "It came out like black velvet. How long does it keep?",
        ],
        closings: &[
            "Turn clockwise until it stops by itself, that is zero. Write the number of your favourite under the lid with a pencil, we all do.",
            "Two more, and then let it cool for a minute before you judge. Happy brewing!",
            "Then two clicks finer, or half a minute longer, never both together. Enjoy!",
            "A week, if no one knows it is there. Lovely to hear.",
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
            "Order {order} still not here",
            "Parcel has not moved since {weekday}",
            "“Delivered”, it says. It was not.",
            "Moved house: where does {order} go?",
        ],
        openings: &[
            "I ordered a {good} last week and have heard nothing since. The number is {order}.",
            "Tracking for {order} has shown “label created” for four days.",
            "The carrier says my parcel was delivered on {weekday}. It was not.",
            "We moved to {city} last month, and I fear that {order} is on its way to the old address.",
        ],
        details: &[
            "It is a birthday present, so I am getting nervous.",
            "I was in all day. The neighbours have not got it either.",
            "No hurry, I would just like to know that it has not been lost.",
        ],
        answers: &[
            "I have just called the depot: your parcel missed a van on {weekday} and goes out tomorrow. I will keep an eye on it.",
            "That should not happen. I have asked the carrier for a search; they answer within a day, and if they do not, I send another one.",
            "I am sorry. I have asked for the signature; could you look behind the bins meanwhile? It is their favourite place.",
            "The label does show the old address. Shall I have it turned round to {city}?",
        ],
        follow_ups: &[
            "Still nothing today.",
            "The depot told me something else. Who is right?",
            "Not behind the bins. There is a hedgehog, though.",
            "Yes please, the new address is right.",
        ],
        closings: &[
            "The depot has found it behind a pallet. It is in the van today, before noon.",
            "I have stopped asking and sent a new one by express. Should the first turn up after all, just refuse it.",
            "The signature is not yours and the carrier pays. A new one left us today. Regards to the hedgehog.",
            "Turned round, and the new address is in our book. It comes on {weekday}.",
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
            "VAT number missing on invoice {order}",
            "Invoice PDF comes out blank",
            "Please change the address on our invoice",
            "Invoice for {order}, by branch",
        ],
        openings: &[
            "Our accountant needs the invoice for {order} with the VAT number on it.",
            "The PDF of invoice {order} opens as a blank page.",
            "Could you change the invoice address from me to the company?",
            "We need the invoice for {order} split by branch, please.",
        ],
        details: &[
            "The month closes on Friday.",
            "Everything else is perfect, as always.",
            "Sorry to be a nuisance.",
        ],
        answers: &[
            "Of course. Which VAT number shall I put on it? Then you have it within the hour.",
            "I see it too: page one is blank in the file we sent. Attached is a new one, and I have told the people who make the template.",
            "Gladly. Could you write the address exactly as in the register?",
            "Can be done. Is it half and half, or by what was delivered where?",
        ],
        follow_ups: &[
            "It is on our letterhead, attached.",
            "Now page one is there and page two is gone.",
            "Attached. The street has a hyphen, our accountant is strict.",
            "By what was delivered, please.",
        ],
        closings: &[
            "Done, and sent to your accountant as well. Have a calm end of the month!",
            "Both pages, this time I counted. Sorry for the round trip.",
            "Corrected, hyphen and all. The old one is cancelled by a credit note of the same date.",
            "Two invoices attached, one for each branch. From now on it goes like that by itself.",
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
            "Wrong item in the box",
            "Can I swap for the Heron?",
            "It does not fit under the shelf",
        ],
        openings: &[
            "I would like to send the {good} back. It is lovely, but my wrists are not what they were.",
            "I ordered a {good} and found a kettle in the box.",
            "Could I swap my {good} for the electric one and pay the difference?",
            "It does not fit under our shelf. May I return it?",
        ],
        details: &[
            "It has made perhaps ten cups.",
            "I still have all the packing.",
            "I can bring it by the workshop next week, too.",
        ],
        answers: &[
            "No trouble at all. A label is attached; once it is here you get the money back the same day.",
            "How did that happen! Please keep the kettle until the label comes, I am sending what you ordered today.",
            "Gladly. We take yours back at its full price within thirty days and you pay the rest. Shall I reserve one?",
            "Of course you may. Before you do: the short hopper is four centimetres lower. Would that help?",
        ],
        follow_ups: &[
            "It is on its way to you, posted this morning.",
            "The label will not print, it comes out tiny.",
            "Yes please, reserve one for me.",
            "Four is just enough. Then I keep it, with the short hopper.",
        ],
        closings: &[
            "It has arrived and the money is on its way. Come back any time.",
            "Then keep the kettle, with our apologies. Your {good} was posted at noon.",
            "Reserved and swapped. Your new serial number is {serial}.",
            "The short hopper is in the post, no charge. We measure our shelves in the next booklet.",
        ],
        notes: &["Wrong box: two labels swapped at the packing table, the other one is on its way too."],
    },
    Topic {
        weight: 9,
        kind: TicketType::Request,
        workshop: true,
        pressing: 10,
        tags: &["repair", "parts"],
        subjects: &[
            "New burrs for a {good}",
            "Hopper cracked",
            "Repair of {serial}",
            "Do you still have the old wooden knob?",
        ],
        openings: &[
            "After six years my {good} wants new burrs. Which ones fit serial {serial}?",
            "The hopper of our {good} has a crack from top to bottom.",
            "I dropped it. It is not your fault, and it is not pretty.",
            "The knob of my first Wren has split. Do you still have the old wooden ones?",
        ],
        details: &[
            "I am fairly handy and can fit it myself.",
            "My grandmother had the same model, hence the sentiment.",
            "We are without a grinder until then.",
        ],
        answers: &[
            "That one takes the 48 mm set. Fitting takes ten minutes; the booklet is attached, and page four is the one that matters.",
            "New hoppers come from the glass people next week. Has it been in the dishwasher, by any chance?",
            "Send it in and we will have a look: an estimate is free, and nothing is done before you say yes.",
            "We have three left in a drawer. One of them now has your name on it. Which address?",
        ],
        follow_ups: &[
            "Fitted! It grinds like new ☕️ May I send you the old ones?",
            "It may have been. Once. Or twice.",
            "It is in the post to you, wrapped in a jumper.",
            "The one you have. Thank you, you have no idea!",
        ],
        closings: &[
            "Please do: we melt them down, and some of it comes back as burrs.",
            "Your hopper is on its way. No dishwasher, not even once.",
            "Repaired, tested with 200 g of our own beans, and posted today. The jumper is in the box.",
            "The knob is in the post. Please send us a photograph when it is on.",
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
            "Scale shows Err 2",
            "Battery of the Magpie",
        ],
        openings: &[
            "My Magpie scale no longer pairs with the phone.",
            "The scale loses half a gram while I pour.",
            "“Err 2”, says the scale. What is Err 1, and should I be glad?",
            "The battery of the Magpie lasts two weeks. Is that usual?",
        ],
        details: &[
            "Otherwise I like it a lot.",
            "It stands on a stone worktop, quite level.",
            "I changed the battery twice.",
        ],
        answers: &[
            "Hold the left feather for six seconds until it blinks green, then forget it in the phone’s settings and pair again.",
            "Drift comes from draughts more often than one thinks. Could you try it with the window shut, and tell me what 100 g shows?",
            "Err 2 is a scale that was switched on with something on it. Lift everything off, switch it on, and only then the cup.",
            "Two weeks is short, six months is usual. Does the light stay on when it sleeps?",
        ],
        follow_ups: &[
            "Green, then red, then nothing.",
            "It shows 99.2 every time.",
            "That did it! And Err 1?",
            "It does, now that you say it. All night.",
        ],
        closings: &[
            "Red means the old software. It updates by itself overnight when it stands near the phone.",
            "99.2 is not good enough. A new one is on its way, keep the old one for flour.",
            "Nobody here has ever seen Err 1. Keep us posted.",
            "Then the switch is tired. A new one is on its way, keep the old one for flour.",
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
            "Two Heron Pro for a new bar",
            "Prices for ten",
            "Beans every second week",
            "Yearly service for four grinders",
        ],
        openings: &[
            "We are opening a second bar in {city} and need two Heron Pro.",
            "Could you send us prices for ten Wrens? They are meant as presents for our people.",
            "We would like to change our beans to every second week.",
            "Is there a better price for the yearly service if we take it for four?",
        ],
        details: &[
            "We compare with one other maker, to be fair.",
            "Before the first of the month would be ideal.",
            "Same terms as last time, if it can be done.",
        ],
        answers: &[
            "How good to hear. The offer is attached; the service is included in the first year. Shall I reserve two for you until Friday?",
            "What a nice idea. The offer is attached; from five on we take eight per cent off. Engraved, or plain?",
            "Gladly. How many kilos, and is Tuesday still the right day?",
            "There is: the fourth one is free. When do you close for an hour?",
        ],
        follow_ups: &[
            "Please reserve them, the signature follows tomorrow.",
            "Plain, with a bow.",
            "Twelve, and yes.",
            "Never, but Wednesday before seven works.",
        ],
        closings: &[
            "Held, and delivery is on us. Welcome to the second bar!",
            "Ten with a bow, posted today.",
            "Changed: twelve kilos every second Tuesday, from next week on.",
            "Wednesday at half past five, then. We bring our own coffee.",
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
            "Nobody calls back",
            "This is not what I paid for",
            "Very disappointed",
        ],
        openings: &[
            "This is the third time I write about my {good}, serial {serial}.",
            "I was promised a call on {weekday}. The phone has been very quiet.",
            "For this price I expected a box without a hole in it.",
            "I have recommended you to everybody I know, and now I feel silly: the {good} I gave my sister arrived broken.",
        ],
        details: &[
            "Please do not send me another link.",
            "I would like to speak to someone who can decide.",
            "I am not angry, I am tired.",
        ],
        answers: &[
            "You are right, and I am sorry. I have read all three letters now. Here is what happens next: a new {good} leaves us today, and I call you tomorrow at ten.",
            "We promised and did not call. That was our mistake, mine to be exact. When may I call you today?",
            "A box should not look like that. I am sending another one, and will have a word with the people who pack. Is what was inside all right?",
            "That must not happen to a present. A new one goes to your sister today, with a card from us. What shall it say?",
        ],
        follow_ups: &[
            "Ten is fine. Thank you for not arguing.",
            "After four. I will believe it when it rings.",
            "The lid is scratched, too.",
            "“Sorry, Else. It was the parcel service.”",
        ],
        closings: &[
            "Thank you for the talk. It was delivered at noon, says the carrier. You have my direct number now.",
            "Thank you for the talk. The refund is on its way.",
            "A new lid goes with the new box. Thank you for giving us another chance.",
            "Delivered, with the card. She has already written to us, in better handwriting than ours.",
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
        subjects: &["Register {serial}", "Warranty for a gift", "Second-hand Wren"],
        openings: &[
            "I would like to register my {good}, serial {serial}.",
            "I got the {good} as a present and have no receipt. Is it covered?",
            "I bought a Wren second-hand. Does the warranty come with it?",
        ],
        details: &[
            "It works perfectly, this is just for the drawer.",
            "The number under the foot is hard to read.",
            "How long is the warranty, by the way?",
        ],
        answers: &[
            "Registered. You have ten years from today on everything that turns. In which town did you buy it?",
            "Presents are covered from the day they were made. A photo of the number under the foot is all I need.",
            "The warranty belongs to the grinder and not to the person, so yes. Could you send me its number?",
        ],
        follow_ups: &[
            "In {city}. Ten years! Thank you.",
            "Photo attached.",
            "{serial}, if I read it rightly.",
        ],
        closings: &[
            "Thank you, it is in the book now.",
            "Made in spring, so it is covered for nine more years. Enjoy it!",
            "That one is older than our shop. It is in the book, under your name. May it outlive us both.",
        ],
        notes: &["Number matches the book, first year."],
    },
    Topic {
        weight: 4,
        kind: TicketType::Task,
        workshop: true,
        pressing: 5,
        tags: &["workshop-day"],
        subjects: &["Training for two new baristas", "Can we visit?", "Service visit"],
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
            "With pleasure. Thursday at ten? The workshop is on the ground floor.",
            "Please do! Any afternoon, the kettle is on. How many are you?",
            "We can visit on Wednesday between seven and nine, before you open. All three take two hours. Does that suit?",
        ],
        follow_ups: &[
            "Thursday at ten is lovely.",
            "Five, and a very small dog.",
            "Could it be a week later?",
        ],
        closings: &[
            "It was good to have you here. Your notes and the drawing are attached.",
            "It was good to have you here. The dog may come again, too.",
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
            "You made my mother cry (in a good way)",
            "A photo from {city}",
        ],
        openings: &[
            "No question today, only thanks: the {good} you repaired is back and better than new.",
            "Could the Wren have a fold-away crank? Mine never fits in the tin. I made a drawing, for what it is worth.",
            "I gave my mother her old grinder back, repaired. She cried, then she ground coffee for the whole house.",
            "Here is where your {good} stands now 📷",
        ],
        details: &["Please pass it on to the team that did the work.", "Keep doing what you do ❤️"],
        answers: &[
            "You have made the whole workshop smile. I have pinned your letter over the bench.",
            "A fold-away crank is on our list, and your drawing is now on the wall beside it. If we build it you get the first one.",
            "Now we are all sniffing here. Would she like a bag of our blend?",
            "What a view. May we put it on our wall?",
        ],
        follow_ups: &[
            "Then I am smiling too 😊",
            "Deal!",
            "She would, medium roast. You are too kind.",
            "Please do. There is a cat in it, if you look closely.",
        ],
        closings: &[
            "Come and see us when you are near.",
            "It is a promise. Thank you for writing.",
            "It is in the post, with a card for her.",
            "Found the cat. It is on the wall.",
        ],
        notes: &["Read out at Monday’s coffee."],
    },
];

/// What is sold to everyone's mailbox.
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

/// What they say when no one answers.
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

/// What we say in between.
pub const MEANWHILE: &[&str] = &[
    "Thank you, that helps. I have shown it to the workshop and write again as soon as I know more.",
    "Thank you. Give me until tomorrow, I want to ask the one person here who knows.",
    "Noted, and passed on. You hear from me, not the other way round.",
    "Thank you for trying. One more question: since when exactly, and has anything else changed?",
];

/// What they say to that.
pub const PATIENCE: &[&str] = &[
    "Thank you, I will wait.",
    "All right. Since about a fortnight, and nothing else.",
    "Is there any news?",
    "No hurry. Thank you for looking into it.",
    "Fine. I am at home all week.",
];
