//! The tickets that one meets first: written by hand, at times told in minutes before now, so that every queue has
//! something worth reading in it at any hour.
//!
//! This file is long because each ticket has its full text.

use crate::model::{Channel, Priority, TicketType};

/// Who writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A private customer who writes in that language.
    Home(&'static str),
    /// A customer from a café.
    Cafe,
}

/// Whose it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Unassigned.
    Nobody,
    /// The one who opened the demo.
    Me,
    /// One of the others, from 1.
    Agent(usize),
}

/// What happens, this many minutes before now.
#[derive(Clone, Copy)]
pub enum Step {
    /// The customer writes.
    In(i64, &'static str),
    /// We answer.
    Out(i64, &'static str, Then),
    /// One of us notes something: 0 is who opened the demo.
    Note(i64, usize, &'static str),
    /// We do something.
    Act(i64, Act),
}

/// Where an answer leaves a ticket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Where it was.
    Stay,
    /// Waiting for the customer.
    Wait,
    /// Done.
    Done,
}

/// What is done without words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Taken up by its owner.
    Take,
    /// Put on hold.
    Hold,
    /// Out of sight for this many hours from now.
    Snooze(i64),
    /// Marked as rubbish.
    Spam,
}

/// One ticket.
pub struct Scene {
    /// Who brings it.
    pub who: Who,
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub kind: TicketType,
    /// The priority.
    pub priority: Priority,
    /// How it comes.
    pub channel: Channel,
    /// Whether it is the workshop's.
    pub workshop: bool,
    /// Its subject.
    pub subject: &'static str,
    /// Its tags.
    pub tags: &'static [&'static str],
    /// What is promised, in minutes from now.
    pub promise: Option<i64>,
    /// What happens.
    pub steps: &'static [Step],
}

use Act::{Hold, Snooze, Spam, Take};
use Channel::{Chat, Email, InPerson, Phone, Social, Web};
use Owner::{Agent, Me, Nobody};
use Priority::{High, Low, Normal, Urgent};
use Step::{In, Note, Out};
use Then::{Done, Stay, Wait};
use TicketType::{Complaint, Incident, Problem, Question, Request, Task};
use Who::{Cafe, Home};

const H: i64 = 60;
const D: i64 = 24 * 60;

/// All of them.
pub const SCENES: &[Scene] = &[
    Scene {
        who: Cafe,
        owner: Me,
        kind: Incident,
        priority: Urgent,
        channel: Phone,
        workshop: true,
        subject: "Heron Pro down, we open at six",
        tags: &["jam", "wholesale"],
        promise: Some(-25),
        steps: &[
            In(
                3 * H,
                "Called in: the Heron Pro on the bar stopped mid-dose and smells warm. They open at six and the spare is a hand grinder.\n\nWants to know how soon someone can be there.",
            ),
            Note(170, 0, "Bench has a Pro ready to lend. Asked @workshop whether the van is free."),
            Out(
                160,
                "Hello {first},\n\nwe have a Pro here that you can borrow while yours is on the bench. I will tell you within three hours whether it comes by our van or by courier.\n\n{agent}",
                Stay,
            ),
            In(
                22,
                "Thank you! Van or courier, either is fine, but I need to know who will be at the door.\n\n> I will tell you within three hours whether it comes by our van or by courier.",
            ),
        ],
    },
    Scene {
        who: Home("en"),
        owner: Me,
        kind: Question,
        priority: High,
        channel: Email,
        workshop: false,
        subject: "Refund for HR-0417 not here yet",
        tags: &["recall-0417", "refund"],
        promise: Some(16),
        steps: &[
            In(
                4 * D,
                "Hello,\n\nyou kindly agreed to refund my Heron after the recall. That was a week ago and I cannot see it on my statement.\n\nKind regards\n{name}",
            ),
            Out(
                4 * D - 95,
                "Dear {first},\n\nI have it here as paid out on Monday. Banks sometimes sit on it for three days; if it is not there by tomorrow, write back and I will trace it.\n\n{agent}",
                Wait,
            ),
            In(
                130,
                "Good morning {agent},\n\nit is tomorrow, and it is not there. Could you trace it, please?\n\n{first}\n\n> if it is not there by tomorrow, write back and I will trace it.",
            ),
        ],
    },
    Scene {
        who: Home("de"),
        owner: Me,
        kind: Incident,
        priority: Normal,
        channel: Email,
        workshop: true,
        subject: "Mühle läuft rückwärts?!",
        tags: &["repair"],
        promise: Some(48),
        steps: &[
            In(
                7 * H,
                "Guten Tag,\n\nich habe die Mühle gereinigt und wieder zusammengesetzt. Seitdem dreht sie gefühlt rückwärts und mahlt nichts mehr. Geht das überhaupt? 🙃\n\nViele Grüße\n{name}",
            ),
            Out(
                6 * H,
                "Guten Tag {first},\n\nrückwärts geht sie nicht, aber der untere Mahlring passt auch kopfüber hinein. Können Sie mir ein Foto von oben schicken?\n\nViele Grüße\n{agent}",
                Wait,
            ),
            In(75, "Kopfüber! Tatsächlich. Foto anbei – ist das so richtig herum?\n\n{first}"),
        ],
    },
    Scene {
        who: Home("en"),
        owner: Me,
        kind: Request,
        priority: Low,
        channel: Email,
        workshop: false,
        subject: "Engraving on a Wren for a wedding",
        tags: &["gift"],
        promise: Some(2 * D),
        steps: &[
            In(
                2 * D + 5 * H,
                "Dear all,\n\ncould you engrave two names and a date into the lid of a Wren? It is for a wedding on the 20th, and the two of them met at your booth at the fair.\n\n{name}",
            ),
            Out(
                2 * D,
                "Dear {first},\n\nwe can, and we would love to. What are the names, and may we add a very small bird?\n\n{agent}",
                Wait,
            ),
        ],
    },
    Scene {
        who: Home("fr"),
        owner: Me,
        kind: Question,
        priority: Normal,
        channel: Web,
        workshop: false,
        subject: "Réglage pour un café très léger",
        tags: &["grind"],
        promise: None,
        steps: &[
            In(
                50,
                "Bonjour,\n\nje torréfie moi-même, très clair. À 22 crans c’est acide, à 18 ça bloque. Que conseillez-vous ?\n\nMerci !\n{first}, {city}",
            ),
            Step::Act(35, Take),
        ],
    },
    Scene {
        who: Cafe,
        owner: Me,
        kind: Task,
        priority: Normal,
        channel: Email,
        workshop: true,
        subject: "Training for two new baristas",
        tags: &["workshop-day", "wholesale"],
        promise: None,
        steps: &[
            In(
                3 * D,
                "Hi,\n\ntwo of ours are new and would like to learn how to take a Heron apart (and put it together again). Any morning next week but Wednesday.\n\n{first}",
            ),
            Out(
                3 * D - 4 * H,
                "Hi {first},\n\nThursday at ten? The workshop is on the ground floor and the kettle is on.\n\n{agent}",
                Wait,
            ),
            Step::Act(3 * D - 4 * H - 2, Snooze(20)),
        ],
    },
    Scene {
        who: Home("ja"),
        owner: Me,
        kind: Incident,
        priority: Normal,
        channel: Email,
        workshop: true,
        subject: "リコール部品が届きません",
        tags: &["recall-0417", "parts"],
        promise: Some(24),
        steps: &[
            In(
                2 * D,
                "お世話になっております。\n\nHR-0417の交換部品がまだ届きません。発送状況をお知らせいただけますか。\n\n{name}",
            ),
            Out(
                D + 20 * H,
                "{name} 様\n\nThank you for writing. The part left us on the 3rd and waits at customs; I will have an answer from the carrier for you today.\n\n{agent}",
                Stay,
            ),
        ],
    },
    Scene {
        who: Cafe,
        owner: Nobody,
        kind: Incident,
        priority: Urgent,
        channel: Email,
        workshop: true,
        subject: "Both Herons stopped, queue out of the door",
        tags: &["wholesale"],
        promise: Some(28),
        steps: &[In(
            14,
            "Both stopped within ten minutes of each other, display says E4. There is a queue out of the door!!\n\nPlease call: the number is in my signature.\n\n{name}",
        )],
    },
    Scene {
        who: Home("en"),
        owner: Nobody,
        kind: Incident,
        priority: High,
        channel: Email,
        workshop: false,
        subject: "HR-0417: new carrier does not fit",
        tags: &["recall-0417"],
        promise: Some(75),
        steps: &[In(
            41,
            "Hello,\n\nthe new burr carrier came today, thank you. It does not go over the shaft, there is about a hair missing. Have I got the wrong one? Serial {serial}.\n\n{first}",
        )],
    },
    Scene {
        who: Home("ar"),
        owner: Nobody,
        kind: Question,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "سؤال عن الضمان",
        tags: &["warranty"],
        promise: None,
        steps: &[In(
            96,
            "مرحباً،\n\nاشتريت مطحنة Wren مستعملة من صديق. هل ينتقل الضمان معها؟\n\nشكراً جزيلاً،\n{name}",
        )],
    },
    Scene {
        who: Home("en"),
        owner: Nobody,
        kind: Question,
        priority: Normal,
        channel: Chat,
        workshop: false,
        subject: "Does the travel grinder go through security?",
        tags: &["wren"],
        promise: None,
        steps: &[In(
            6,
            "visitor: flying tomorrow with the Wren in hand luggage\nvisitor: will they take it away from me? 😬\nvisitor: it does look a bit like a pipe bomb, sorry",
        )],
    },
    Scene {
        who: Home("ko"),
        owner: Nobody,
        kind: Request,
        priority: Low,
        channel: Web,
        workshop: false,
        subject: "초록색 주전자 재입고 문의",
        tags: &["kettle"],
        promise: None,
        steps: &[In(
            4 * H,
            "안녕하세요.\n\n초록색 Dipper 주전자는 언제 다시 들어오나요? 알림을 받고 싶습니다.\n\n{name} 드림",
        )],
    },
    Scene {
        who: Home("es"),
        owner: Nobody,
        kind: Complaint,
        priority: High,
        channel: Social,
        workshop: false,
        subject: "Nadie contesta en Instagram",
        tags: &["complaint"],
        promise: Some(-2 * H),
        steps: &[In(
            9 * H,
            "Os escribí tres veces por mensaje directo y nadie contesta. ¿Hay alguien ahí? 🦗\n\n@{first}",
        )],
    },
    Scene {
        who: Home("en"),
        owner: Agent(1),
        kind: Problem,
        priority: Urgent,
        channel: Email,
        workshop: true,
        subject: "HR-0417: burr carrier screw works loose",
        tags: &["recall-0417", "recall"],
        promise: Some(3 * D),
        steps: &[
            In(
                21 * D + 9 * H,
                "Hello,\n\nI teach metalwork, so forgive the detail: the M3 screw in the burr carrier of my Heron has no locking compound, and the thread is worn. Photographs attached. Serial {serial}.\n\nI think you should look at the others.\n\n{name}",
            ),
            Note(
                21 * D + 8 * H,
                1,
                "This is it. Same picture as the three dusty ones last week. Stopped shipping, checked forty in stock: eleven are dry.",
            ),
            Out(
                21 * D + 7 * H,
                "Dear {first},\n\nyou have very probably found what we were looking for. We have stopped shipping and are opening every one in the store. Thank you; I will write again tonight.\n\n{agent}",
                Stay,
            ),
            Note(
                21 * D + 3 * H,
                3,
                "Supplier confirms: one shift, 412 pieces, no locking compound. Recall letter drafted, @maren please read before ten.",
            ),
            Out(
                20 * D + 2 * H,
                "Dear {first},\n\nit is the whole batch. We have written to everybody who has one. If you ever need anything ground, you know where we are.\n\n{agent}",
                Stay,
            ),
            In(
                19 * D,
                "Well done for not hiding it. I have told my students; it makes a good lesson.\n\n{first}",
            ),
            Note(
                6 * D,
                2,
                "Count so far: 412 pieces, 297 answered, 188 repaired, 61 refunded. The rest have had a second letter.",
            ),
        ],
    },
    Scene {
        who: Cafe,
        owner: Agent(3),
        kind: Request,
        priority: Normal,
        channel: Email,
        workshop: true,
        subject: "Hoppers for four Pros",
        tags: &["parts", "wholesale"],
        promise: None,
        steps: &[
            In(
                9 * D,
                "Hello,\n\nfour of our hoppers have hairline cracks. Could we have new ones, and is there a reason?\n\n{name}",
            ),
            Out(
                9 * D - 3 * H,
                "Hello {first},\n\nthe reason is the dishwasher, I am afraid. Four new ones are ordered with the glass people and should be here in two weeks.\n\n{agent}",
                Stay,
            ),
            Step::Act(9 * D - 3 * H - 5, Hold),
            Note(4 * D, 3, "Glass people say Friday week."),
        ],
    },
    Scene {
        who: Home("pl"),
        owner: Agent(2),
        kind: Incident,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "Paczka zaginęła",
        tags: &["delivery"],
        promise: Some(-D),
        steps: &[
            In(6 * D, "Dzień dobry,\n\npaczka od tygodnia stoi w sortowni. Czy można coś zrobić?\n\n{name}"),
            Out(
                5 * D,
                "Dzień dobry {first},\n\nI have asked for a search. If it is not found by yesterday’s date, I will send another one.\n\n{agent}",
                Wait,
            ),
            In(3 * D, "Nadal nic. Proszę o nową przesyłkę.\n\n{first}"),
        ],
    },
    Scene {
        who: Home("el"),
        owner: Agent(4),
        kind: Question,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "Ρύθμιση για ελληνικό καφέ",
        tags: &["grind"],
        promise: None,
        steps: &[
            In(
                4 * D,
                "Καλημέρα σας!\n\nΦτάνει ο Wren τόσο ψιλά όσο θέλει ο ελληνικός καφές;\n\n{name}, {city}",
            ),
            Out(
                4 * D - 5 * H,
                "Καλημέρα {first},\n\nalmost: two clicks from zero, and patience. The Heron does it in ten seconds.\n\n{agent}",
                Wait,
            ),
            In(3 * D + 4 * H, "Δύο κλικ, τρία λεπτά, ένα τέλειο φλιτζάνι. Και πώς τον καθαρίζω μετά; ☕️"),
        ],
    },
    Scene {
        who: Home("en"),
        owner: Agent(2),
        kind: Complaint,
        priority: High,
        channel: Phone,
        workshop: false,
        subject: "Drank metal for a week",
        tags: &["recall-0417", "complaint"],
        promise: Some(-40),
        steps: &[
            In(
                5 * D,
                "Called, upset. Found out about the recall from a neighbour; our letter had gone to an old address. Drank from it for a week. Wants a call from someone who can decide, and the lab report.",
            ),
            Note(5 * D - 30, 2, "Lab report is fine to share. Promised a call back."),
            Out(
                4 * D,
                "Dear {first},\n\nthe report is attached: it is stainless steel and harmless, and it still should not have been in your cup. I will call you on the number you gave me.\n\n{agent}",
                Stay,
            ),
            In(2 * D + 3 * H, "I am still waiting for that call."),
        ],
    },
    Scene {
        who: Home("zh"),
        owner: Agent(4),
        kind: Request,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "發票地址更改",
        tags: &["invoice"],
        promise: None,
        steps: &[
            In(D + 2 * H, "您好，\n\n請將發票地址改為公司地址，附件是登記資料。謝謝！\n\n{name}"),
            Out(D, "{name} 您好，\n\ndone: the corrected invoice is attached.\n\n{agent}", Done),
        ],
    },
    Scene {
        who: Home("en"),
        owner: Me,
        kind: Request,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "A photo from the ferry",
        tags: &["praise"],
        promise: None,
        steps: &[
            In(
                D + 6 * H,
                "No question today. This is the Wren you repaired, on the night ferry, in a gale. Not a bean lost. 🌊☕️\n\n{first}",
            ),
            Out(
                D + 5 * H,
                "Dear {first},\n\nit is on the wall over the bench now. Fair winds!\n\n{agent}",
                Done,
            ),
        ],
    },
    Scene {
        who: Home("he"),
        owner: Agent(5),
        kind: Question,
        priority: Low,
        channel: Email,
        workshop: false,
        subject: "אחריות על מתנה",
        tags: &["warranty"],
        promise: None,
        steps: &[
            In(3 * D, "שלום,\n\nקיבלתי את המטחנה במתנה ואין לי קבלה. האם היא באחריות?\n\nתודה,\n{name}"),
            Out(
                2 * D + 22 * H,
                "Dear {first},\n\nit is. A photo of the number under the foot is all we need.\n\n{agent}",
                Wait,
            ),
        ],
    },
    Scene {
        who: Home("uk"),
        owner: Agent(3),
        kind: Incident,
        priority: High,
        channel: Email,
        workshop: true,
        subject: "Після ремонту знову гуде",
        tags: &["repair"],
        promise: Some(5 * H),
        steps: &[
            In(8 * D, "Добрий день!\n\nКавомолка гуде і не меле.\n\n{name}"),
            Out(7 * D, "Добрий день, {first},\n\nplease send it in, the label is attached.\n\n{agent}", Wait),
            Out(3 * D, "Repaired and posted today: the bearing was dry.\n\n{agent}", Done),
            In(3 * H, "Дякую, але сьогодні зранку вона знову гуде 😕"),
        ],
    },
    Scene {
        who: Cafe,
        owner: Me,
        kind: Request,
        priority: High,
        channel: InPerson,
        workshop: false,
        subject: "Offer: two Heron Pro for the new bar",
        tags: &["wholesale", "offer"],
        promise: Some(26 * H),
        steps: &[
            In(
                D + 3 * H,
                "Came by in person. New bar in {city} opens on the first of next month: two Pros, matching serials, service for three years. Wants the offer in writing by tomorrow.",
            ),
            Note(
                D + 2 * H,
                4,
                "Eight per cent is fine with me. Be generous with delivery, they have been with us since the first year.",
            ),
            Step::Act(D, Take),
        ],
    },
    Scene {
        who: Home("hi"),
        owner: Agent(5),
        kind: Question,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "मसाला चाय के लिए ग्राइंडर?",
        tags: &["grind"],
        promise: None,
        steps: &[
            In(26 * H, "नमस्ते,\n\nक्या Wren में इलायची और दालचीनी भी पीस सकते हैं? 😄\n\n{name}"),
            Out(
                24 * H,
                "Dear {first},\n\ncardamom yes, cinnamon sticks no: they bend the spindle. And everything will taste of chai for a while, which may be the plan.\n\n{agent}",
                Wait,
            ),
        ],
    },
    Scene {
        who: Home("en"),
        owner: Nobody,
        kind: Question,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "RE: your website ranking",
        tags: &[],
        promise: None,
        steps: &[In(
            33,
            "Dear owner,\n\nwe looked at your website and find 37 problems. Reply for a FREE report within 24 h.\n\nBest,\nGrowth Team",
        )],
    },
    Scene {
        who: Home("en"),
        owner: Agent(4),
        kind: Question,
        priority: Normal,
        channel: Email,
        workshop: false,
        subject: "Congratulations you are selected",
        tags: &[],
        promise: None,
        steps: &[
            In(
                5 * H,
                "You won a voucher. Click to confirm your delivery address: http://prize.invalid/claim",
            ),
            Step::Act(4 * H, Spam),
        ],
    },
];
