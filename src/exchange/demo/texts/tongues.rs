//! What people write who do not write in English.

/// A language in which the desk is written to.
pub struct Tongue {
    /// ISO 639-1.
    pub language: &'static str,
    /// Letters: the topic's tag and the place in its lists that they belong to, the subject, the text.
    pub letters: &'static [(&'static str, usize, &'static str, &'static str)],
    /// What they say to our first answer: thanks, then what they say when it did not help.
    pub follow_ups: &'static [&'static str],
    /// How ours begin in that language.
    pub hello: &'static str,
    /// First answers in that language, in the order of the letters; none: ours are in English.
    pub answers: &'static [&'static str],
    /// About the recall.
    pub recall: (&'static str, &'static str),
}

/// All of them.
pub const TONGUES: &[Tongue] = &[
    Tongue {
        language: "de",
        letters: &[
            (
                "jam",
                1,
                "Mühle blockiert",
                "Guten Tag,\n\nmeine {good} blockiert seit {weekday}, der Motor brummt nur noch. Die Seriennummer ist {serial}.\n\nViele Grüße aus {city}\n{name}",
            ),
            (
                "delivery",
                1,
                "Wo bleibt Bestellung {order}?",
                "Hallo,\n\nlaut Sendungsverfolgung liegt das Paket seit Tagen im Depot. Können Sie nachfragen?\n\nMit freundlichen Grüßen\n{name}",
            ),
            (
                "grind",
                1,
                "Frage zum Mahlgrad",
                "Hallo zusammen,\n\nwelche Einstellung empfehlen Sie für Filterkaffee? Bei 22 Klicks ist er mir zu bitter.\n\nLiebe Grüße\n{first}",
            ),
            (
                "invoice",
                0,
                "Rechnung mit USt-IdNr.",
                "Sehr geehrte Damen und Herren,\n\nwir benötigen die Rechnung zu {order} mit unserer USt-IdNr. Vielen Dank im Voraus!\n\n{name}",
            ),
        ],
        follow_ups: &[
            "Danke, das hat geholfen! 👍",
            "Leider unverändert.",
            "Vielen Dank für die schnelle Antwort. Ich probiere es heute Abend aus.",
        ],
        hello: "Guten Tag {first},",
        answers: &[
            "vielen Dank für Ihre Nachricht. Bitte stellen Sie die Mühle fünf Klicks gröber und lassen Sie sie zwei Sekunden leer laufen. Dreht sie frei?",
            "ich habe beim Depot angerufen: Das Paket geht morgen in die Zustellung.",
            "für Filter beginnen wir bei 24 Klicks; bei hartem Wasser einen weniger.",
            "gern. Welche USt-IdNr. soll auf die Rechnung? Dann haben Sie sie noch heute.",
        ],
        recall: (
            "Rückruf HR-0417: ist meine Heron betroffen?",
            "Guten Tag,\n\nich habe von dem Rückruf gelesen. Meine Seriennummer ist {serial}. Darf ich sie noch benutzen? Im Kaffee war gestern grauer Staub.\n\n{name}",
        ),
    },
    Tongue {
        language: "fr",
        letters: &[
            (
                "jam",
                1,
                "Moulin bloqué",
                "Bonjour,\n\nmon {good} se bloque après quelques secondes. Numéro de série : {serial}. Que faire ?\n\nCordialement,\n{name}",
            ),
            (
                "delivery",
                1,
                "Commande {order}",
                "Bonjour,\n\nje n’ai toujours pas reçu ma commande, c’est pour un anniversaire… Pouvez-vous vérifier ?\n\nMerci d’avance,\n{first}",
            ),
            (
                "grind",
                0,
                "Réglage pour la cafetière italienne",
                "Bonjour à toute l’équipe,\n\nquel réglage conseillez-vous pour une cafetière italienne ?\n\nBien à vous,\n{first}, {city}",
            ),
        ],
        follow_ups: &[
            "Parfait, merci beaucoup !",
            "Toujours pareil, hélas.",
            "C’est arrivé ce matin, merci 😊",
        ],
        hello: "Bonjour {first},",
        answers: &[
            "merci pour votre message. Pourriez-vous ouvrir la bague de cinq crans et faire tourner le moulin à vide deux secondes ?",
            "votre colis a pris du retard au dépôt ; il part demain matin.",
            "pour la cafetière italienne nous aimons 16 à 18 crans.",
        ],
        recall: (
            "Rappel HR-0417",
            "Bonjour,\n\nmon Heron porte le numéro {serial}. Est-il concerné par le rappel ? J’ai trouvé de petites paillettes dans la mouture.\n\n{name}",
        ),
    },
    Tongue {
        language: "es",
        letters: &[
            (
                "jam",
                1,
                "El molinillo se atasca",
                "Hola:\n\nmi {good} se atasca cada mañana. ¿Qué puedo hacer? Número de serie {serial}.\n\nUn saludo,\n{name}",
            ),
            (
                "delivery",
                1,
                "Pedido {order}",
                "Buenos días:\n\n¿hay noticias de mi pedido? El seguimiento no se mueve desde el {weekday}.\n\nGracias,\n{first}",
            ),
        ],
        follow_ups: &["¡Perfecto, muchas gracias!", "Sigue igual, por desgracia."],
        hello: "Hola, {first}:",
        answers: &[
            "gracias por escribirnos. Abra el anillo cinco clics y hágalo girar vacío dos segundos, por favor. ¿Gira bien?",
            "acabo de llamar: el paquete sale mañana.",
        ],
        recall: (
            "Retirada HR-0417: ¿me afecta?",
            "Hola:\n\nmi número de serie es {serial}. ¿Puedo seguir usándolo? Ayer salió polvo gris.\n\n{name}",
        ),
    },
    Tongue {
        language: "sv",
        letters: &[(
            "jam",
            1,
            "Kvarnen har fastnat",
            "Hej,\n\nmin {good} står still sedan {weekday}. Serienummer {serial}.\n\nHälsningar från {city}\n{name}",
        )],
        follow_ups: &["Tack, nu går den som den ska!", "Tyvärr samma sak."],
        hello: "Hej {first},",
        answers: &[],
        recall: ("Återkallelse HR-0417", "Hej,\n\ngäller återkallelsen min Heron, {serial}?\n\n{name}"),
    },
    Tongue {
        language: "pl",
        letters: &[
            (
                "jam",
                1,
                "Młynek się zacina",
                "Dzień dobry,\n\nmój {good} zacina się po kilku sekundach. Numer seryjny {serial}.\n\nPozdrawiam serdecznie\n{name}",
            ),
            (
                "delivery",
                1,
                "Gdzie jest zamówienie {order}?",
                "Dzień dobry, czy są jakieś wieści o mojej paczce?\n\n{first}",
            ),
        ],
        follow_ups: &["Dziękuję, działa!", "Niestety bez zmian."],
        hello: "Dzień dobry {first},",
        answers: &[],
        recall: (
            "Wycofanie HR-0417",
            "Dzień dobry,\n\nczy mój Heron {serial} też? W kawie były szare opiłki.\n\n{name}",
        ),
    },
    Tongue {
        language: "tr",
        letters: &[(
            "jam",
            1,
            "Değirmen takılıyor",
            "Merhaba,\n\n{good} birkaç saniye sonra duruyor. Seri numarası {serial}.\n\nTeşekkürler,\n{name}",
        )],
        follow_ups: &["Çok teşekkürler, oldu! 🙏"],
        hello: "Merhaba {first},",
        answers: &[],
        recall: ("HR-0417 geri çağırma", "Merhaba, benim Heron {serial} de etkileniyor mu?\n\n{name}"),
    },
    Tongue {
        language: "pt",
        letters: &[(
            "jam",
            1,
            "Moinho encravado",
            "Bom dia,\n\no meu {good} encravou na {weekday}. Número de série {serial}. O que posso fazer?\n\nObrigado,\n{name}",
        )],
        follow_ups: &["Muito obrigada, já funciona!"],
        hello: "Olá {first},",
        answers: &[],
        recall: ("Recolha HR-0417", "Bom dia, o meu Heron {serial} faz parte da recolha?\n\n{name}"),
    },
    Tongue {
        language: "el",
        letters: &[
            (
                "jam",
                1,
                "Ο μύλος μπλοκάρει",
                "Καλημέρα σας,\n\nο μύλος {good} μπλοκάρει κάθε πρωί. Σειριακός αριθμός {serial}.\n\nΜε εκτίμηση,\n{name}",
            ),
            (
                "delivery",
                1,
                "Πού είναι η παραγγελία {order};",
                "Γεια σας, υπάρχει κάποιο νέο για το δέμα μου;\n\n{first}, {city}",
            ),
        ],
        follow_ups: &["Ευχαριστώ πολύ, δουλεύει!", "Δυστυχώς τα ίδια."],
        hello: "Καλημέρα {first},",
        answers: &[],
        recall: (
            "Ανάκληση HR-0417",
            "Καλημέρα, ο δικός μου Heron {serial} ανήκει στην ανάκληση; Βρήκα γκρίζα σκόνη.\n\n{name}",
        ),
    },
    Tongue {
        language: "uk",
        letters: &[(
            "jam",
            1,
            "Кавомолка зупиняється",
            "Добрий день!\n\nМоя {good} зупиняється за кілька секунд. Серійний номер {serial}.\n\nЗ повагою,\n{name}",
        )],
        follow_ups: &["Дякую, все працює!"],
        hello: "Добрий день, {first},",
        answers: &[],
        recall: (
            "Відкликання HR-0417",
            "Добрий день! Чи стосується відкликання моєї Heron {serial}?\n\n{name}",
        ),
    },
    Tongue {
        language: "ru",
        letters: &[
            (
                "jam",
                1,
                "Кофемолка заедает",
                "Здравствуйте!\n\nМоя {good} заедает с {weekday}. Серийный номер {serial}.\n\nС уважением,\n{name}",
            ),
            (
                "delivery",
                1,
                "Где мой заказ {order}?",
                "Добрый день, посылка не движется уже четыре дня. Подскажите, пожалуйста?\n\n{first}",
            ),
        ],
        follow_ups: &["Спасибо, заработало!", "К сожалению, без изменений."],
        hello: "Здравствуйте, {first}!",
        answers: &[],
        recall: (
            "Отзыв HR-0417",
            "Здравствуйте, мой Heron {serial} тоже попал под отзыв? Вчера был серый порошок.\n\n{name}",
        ),
    },
    Tongue {
        language: "ar",
        letters: &[
            (
                "jam",
                1,
                "المطحنة تتوقف",
                "مرحباً،\n\nمطحنتي {good} تتوقف بعد ثوانٍ قليلة. الرقم التسلسلي {serial}.\n\nمع التحية،\n{name}",
            ),
            ("delivery", 1, "أين طلبي {order}؟", "السلام عليكم، هل من أخبار عن الطرد؟ شكراً لكم.\n\n{first}"),
        ],
        follow_ups: &["شكراً جزيلاً، تعمل الآن!"],
        hello: "Dear {first},",
        answers: &[],
        recall: ("استدعاء HR-0417", "مرحباً، هل يشمل الاستدعاء مطحنتي رقم {serial}؟\n\n{name}"),
    },
    Tongue {
        language: "he",
        letters: &[(
            "jam",
            1,
            "המטחנה נתקעת",
            "שלום,\n\nהמטחנה {good} נתקעת כל בוקר. מספר סידורי {serial}.\n\nתודה,\n{name}",
        )],
        follow_ups: &["תודה רבה, עובד מצוין!"],
        hello: "Dear {first},",
        answers: &[],
        recall: ("ריקול HR-0417", "שלום, האם גם המטחנה שלי {serial} כלולה?\n\n{name}"),
    },
    Tongue {
        language: "hi",
        letters: &[(
            "jam",
            1,
            "ग्राइंडर अटक रहा है",
            "नमस्ते,\n\nमेरा {good} कुछ सेकंड बाद रुक जाता है। सीरियल नंबर {serial} है।\n\nधन्यवाद,\n{name}",
        )],
        follow_ups: &["बहुत धन्यवाद, अब ठीक है 🙏"],
        hello: "Dear {first},",
        answers: &[],
        recall: ("HR-0417 रिकॉल", "नमस्ते, क्या मेरा Heron {serial} भी वापस बुलाया गया है?\n\n{name}"),
    },
    Tongue {
        language: "ja",
        letters: &[
            (
                "jam",
                1,
                "ミルが止まってしまいます",
                "お世話になっております。\n\n{good}が数秒で止まってしまいます。製造番号は{serial}です。ご確認いただけますでしょうか。\n\n{name}",
            ),
            (
                "delivery",
                1,
                "注文{order}について",
                "こんにちは。\n\n荷物が{city}の営業所から動いていないようです。お手数ですがお調べください。\n\n{name}",
            ),
        ],
        follow_ups: &["ありがとうございます。直りました！", "残念ながら変わりません。"],
        hello: "{name} 様",
        answers: &[],
        recall: (
            "リコール HR-0417 について",
            "お世話になります。\n\n製造番号{serial}のHeronは対象でしょうか。昨日、粉に灰色のものが混ざっていました。\n\n{name}",
        ),
    },
    Tongue {
        language: "zh",
        letters: &[
            (
                "jam",
                1,
                "磨豆機卡住了",
                "您好：\n\n我的 {good} 用幾秒鐘就停了，序號是 {serial}。請問該怎麼處理？\n\n謝謝\n{name}",
            ),
            (
                "delivery",
                1,
                "訂單 {order} 還沒到",
                "您好，包裹已經四天沒有動靜了，麻煩幫我查一下。\n\n{name}，{city}",
            ),
        ],
        follow_ups: &["謝謝，已經好了！👍", "還是一樣。"],
        hello: "{name} 您好，",
        answers: &[],
        recall: (
            "召回 HR-0417",
            "您好，請問我的 Heron（{serial}）在召回範圍內嗎？昨天磨出來有灰色粉末。\n\n{name}",
        ),
    },
    Tongue {
        language: "ko",
        letters: &[(
            "jam",
            1,
            "그라인더가 멈춰요",
            "안녕하세요.\n\n{good}가 몇 초 만에 멈춥니다. 일련번호는 {serial}입니다. 확인 부탁드립니다.\n\n{name} 드림",
        )],
        follow_ups: &["감사합니다. 잘 됩니다!", "여전히 같아요 ㅠㅠ"],
        hello: "{name}님께,",
        answers: &[],
        recall: (
            "HR-0417 리콜 문의",
            "안녕하세요. 제 Heron {serial}도 리콜 대상인가요? 어제 회색 가루가 나왔습니다.\n\n{name}",
        ),
    },
    Tongue {
        language: "th",
        letters: &[(
            "jam",
            1,
            "เครื่องบดติดขัด",
            "สวัสดีค่ะ\n\n{good} หยุดหลังจากไม่กี่วินาที หมายเลขเครื่อง {serial}\n\nขอบคุณค่ะ\n{name}",
        )],
        follow_ups: &["ขอบคุณมากค่ะ ใช้ได้แล้ว"],
        hello: "Dear {first},",
        answers: &[],
        recall: ("เรียกคืน HR-0417", "สวัสดีค่ะ เครื่อง {serial} ต้องส่งคืนไหมคะ\n\n{name}"),
    },
];

/// The tongue of a language; none for English.
pub fn of(language: &str) -> Option<&'static Tongue> {
    TONGUES.iter().find(|t| t.language == language)
}
