//! Messages of leave requests, balances, postings, delegations and calendar feeds.

kernel::messages! {
    recount() { en: "recount", de: "Neuberechnung", hi: "पुनर्गणना" }
    leave_request() { en: "leave request", de: "Urlaubsantrag", hi: "छुट्टी का अनुरोध" }
    credit() { en: "compensatory credit", de: "Freizeitausgleich", hi: "प्रतिपूरक छुट्टी" }
    leave_type() { en: "leave type", de: "Urlaubsart", hi: "छुट्टी का प्रकार" }
    delegation() { en: "delegation", de: "Vertretung", hi: "प्रतिनिधि नियुक्ति" }
    calendar_feed() { en: "calendar feed", de: "Kalenderlink", hi: "कैलेंडर लिंक" }
    department() { en: "department", de: "Abteilung", hi: "विभाग" }

    hours_end_before_they_begin() {
        en: "`to` must be later than `from`; only work that ends after midnight has hours after it.",
        de: "`to` muss nach `from` liegen; nur Arbeit, die nach Mitternacht endet, hat Stunden danach.",
        hi: "`to` का समय `from` के बाद होना चाहिए; आधी रात के बाद के घंटे केवल उसी काम के होते हैं जो आधी रात के बाद समाप्त होता है।",
    }
    days_out_of_order() {
        en: "The last day must not be before the first day.",
        de: "Der letzte Tag darf nicht vor dem ersten Tag liegen.",
        hi: "अंतिम दिन पहले दिन से पूर्व नहीं होना चाहिए।",
    }
    code_format() {
        en: "Use 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit.",
        de: "Verwenden Sie 1 bis 40 Zeichen von a-z, 0-9 und -, am Anfang einen Buchstaben oder eine Ziffer.",
        hi: "a-z, 0-9 और - के 1 से 40 अक्षर उपयोग करें, जिनमें पहला कोई अक्षर या अंक हो।",
    }
    name_format(most) {
        en: "Use 1 to {most} characters on one line.",
        de: "Verwenden Sie 1 bis {most} Zeichen in einer Zeile.",
        hi: "एक पंक्ति में 1 से {most} अक्षर लिखें।",
    }
    languages_above(most) {
        en: "Use at most {most} languages.",
        de: "Verwenden Sie höchstens {most} Sprachen.",
        hi: "अधिकतम {most} भाषाएँ उपयोग करें।",
    }
    language_format() {
        en: "Use ISO 639 language codes, such as `de`.",
        de: "Verwenden Sie Sprachcodes nach ISO 639 wie `de`.",
        hi: "ISO 639 के भाषा कोड उपयोग करें, जैसे `de`।",
    }
    color_format() {
        en: "Use a colour such as #2e7d32.",
        de: "Verwenden Sie eine Farbe wie #2e7d32.",
        hi: "#2e7d32 जैसा रंग कोड उपयोग करें।",
    }
    attachment_format() {
        en: "Use 1 to 128 letters, digits and the characters - _ .",
        de: "Verwenden Sie 1 bis 128 Buchstaben, Ziffern und die Zeichen - _ .",
        hi: "1 से 128 अक्षर, अंक और चिह्न - _ . उपयोग करें।",
    }

    damaged_cursor() {
        en: "The cursor is damaged, too old, or belongs to a different request. Start again without a cursor.",
        de: "Der Cursor ist beschädigt, zu alt oder gehört zu einer anderen Anfrage. Beginnen Sie ohne Cursor von vorn.",
        hi: "कर्सर क्षतिग्रस्त है, बहुत पुराना है, या किसी दूसरे अनुरोध का है। कर्सर के बिना फिर से शुरू करें।",
    }
    start_again() {
        en: "Start again without a cursor.",
        de: "Beginnen Sie ohne Cursor von vorn.",
        hi: "कर्सर के बिना फिर से शुरू करें।",
    }
    request_without_pages() {
        en: "A single leave request has no pages. Send a cursor only for the history of an employee.",
        de: "Ein einzelner Antrag hat keine Seiten. Senden Sie einen Cursor nur für den Verlauf eines Mitarbeiters.",
        hi: "एक अनुरोध के पृष्ठ नहीं होते। कर्सर केवल किसी कर्मचारी के इतिहास के लिए भेजें।",
    }
    employees_or_department() {
        en: "Send either `employee_ids` or `department`, not both.",
        de: "Senden Sie entweder `employee_ids` oder `department`, nicht beides.",
        hi: "या तो `employee_ids` भेजें, या `department`; दोनों नहीं।",
    }

    number_of_days() {
        en: "number of whole or half days",
        de: "Anzahl ganzer oder halber Tage",
        hi: "पूरे या आधे दिनों की संख्या",
    }
    unknown_employee() {
        en: "This employee does not exist. Check the id.",
        de: "Diesen Mitarbeiter gibt es nicht. Prüfen Sie die ID.",
        hi: "यह कर्मचारी मौजूद नहीं है। ID जाँचें।",
    }
    delegation_party_not_active() {
        en: "This employee cannot take part in a delegation. Choose an active employee.",
        de: "Dieser Mitarbeiter kann an keiner Vertretung beteiligt sein. Wählen Sie einen aktiven Mitarbeiter.",
        hi: "यह कर्मचारी किसी प्रतिनिधि नियुक्ति का हिस्सा नहीं हो सकता। किसी सक्रिय कर्मचारी को चुनें।",
    }
    inactive_employee(status) {
        en: "The employee must be active, but is {status}.",
        de: "Der Mitarbeiter muss aktiv sein, ist aber {status}.",
        hi: "कर्मचारी सक्रिय होना चाहिए, लेकिन वर्तमान स्थिति यह है: {status}।",
    }
    active() { en: "active", de: "aktiv", hi: "सक्रिय" }
    on_leave() { en: "on long-term leave", de: "langfristig abwesend", hi: "लंबी छुट्टी पर" }
    suspended() { en: "suspended", de: "gesperrt", hi: "निलंबित" }
    terminated() { en: "terminated", de: "ausgeschieden", hi: "सेवा समाप्त" }

    unknown_leave_type() {
        en: "This leave type does not exist. Send the code or a name of a leave type.",
        de: "Diese Urlaubsart gibt es nicht. Senden Sie den Code oder einen Namen einer Urlaubsart.",
        hi: "छुट्टी का यह प्रकार मौजूद नहीं है। किसी छुट्टी के प्रकार का कोड या नाम भेजें।",
    }
    leave_type_code_taken() {
        en: "Another leave type has this code. Choose a different code.",
        de: "Eine andere Urlaubsart hat diesen Code. Wählen Sie einen anderen Code.",
        hi: "यह कोड किसी दूसरे छुट्टी के प्रकार का है। कोई दूसरा कोड चुनें।",
    }
    leave_type_in_use() {
        en: "Policies still grant this leave. End the policies in `current` first.",
        de: "Richtlinien gewähren diesen Urlaub noch. Beenden Sie zuerst die Richtlinien in `current`.",
        hi: "नीतियाँ अब भी यह छुट्टी देती हैं। पहले `current` में दी गई नीतियाँ समाप्त करें।",
    }

    no_policy(leave_type, date) {
        en: "No leave policy grants {leave_type} to this employee on {date}. Ask HR.",
        de: "Keine Urlaubsrichtlinie gewährt diesem Mitarbeiter {leave_type} am {date}. Wenden Sie sich an die Personalabteilung.",
        hi: "कोई छुट्टी नीति {date} को इस कर्मचारी को {leave_type} नहीं देती। HR से संपर्क करें।",
    }
    site_without_calendar(site) {
        en: "Site `{site}` has no calendar. Ask HR to publish it.",
        de: "Der Standort `{site}` hat keinen Kalender. Bitten Sie die Personalabteilung, ihn zu veröffentlichen.",
        hi: "साइट `{site}` का कोई कैलेंडर नहीं है। HR से उसे प्रकाशित करने को कहें।",
    }
    policy_violation() {
        en: "Policies do not allow this leave. See each violation in `errors`.",
        de: "Richtlinien erlauben diesen Urlaub nicht. Die einzelnen Verstöße stehen in `errors`.",
        hi: "नीतियाँ इस छुट्टी की अनुमति नहीं देतीं। हर उल्लंघन `errors` में देखें।",
    }
    overlap(date) {
        en: "An existing request covers {date}. Choose other days, or cancel that request.",
        de: "Für den {date} gibt es bereits einen Antrag. Wählen Sie andere Tage oder stornieren Sie diesen Antrag.",
        hi: "{date} के लिए पहले से एक अनुरोध है। अन्य दिन चुनें, या वह अनुरोध रद्द करें।",
    }
    override_for_hr() {
        en: "Only HR may set `override`, and only for another employee.",
        de: "Nur die Personalabteilung darf `override` setzen, und nur für einen anderen Mitarbeiter.",
        hi: "`override` केवल HR भेज सकता है, और केवल किसी दूसरे कर्मचारी के लिए।",
    }
    days_between(from, to, leave_type, first, last) {
        en: "The days off from {from} to {to} lie between this leave and the leave `{leave_type}` from {first} to {last}, and count.",
        de: "Die freien Tage vom {from} bis {to} liegen zwischen diesem Urlaub und dem Urlaub `{leave_type}` vom {first} bis {last} und zählen mit.",
        hi: "{from} से {to} तक के अवकाश के दिन इस छुट्टी और {first} से {last} तक की छुट्टी `{leave_type}` के बीच आते हैं, और गिने जाते हैं।",
    }
    own_leave_is_not_moved() {
        en: "Your own leave must be moved by somebody else. Ask another member of HR.",
        de: "Niemand verschiebt den eigenen Urlaub. Bitten Sie ein anderes Mitglied der Personalabteilung.",
        hi: "कोई भी अपनी छुट्टी स्वयं नहीं बदलता। HR के किसी दूसरे सदस्य से कहें।",
    }
    only_approved_leave_moves(status) {
        en: "Only approved leave can be moved; this request is {status}.",
        de: "Nur genehmigter Urlaub kann verschoben werden; dieser Antrag ist {status}.",
        hi: "केवल स्वीकृत छुट्टी आगे-पीछे की जा सकती है; इस अनुरोध की स्थिति: {status}।",
    }
    leave_has_begun(first) {
        en: "The leave has begun on {first}. Only its end can be moved; send its first day and its part unchanged.",
        de: "Der Urlaub hat am {first} begonnen. Nur sein Ende kann verschoben werden; senden Sie seinen ersten Tag und dessen Teil unverändert.",
        hi: "छुट्टी {first} को शुरू हो चुकी है। केवल उसका अंत बदला जा सकता है; उसका पहला दिन और उस दिन का भाग बिना बदले भेजें।",
    }
    move_after_employment(last) {
        en: "The employment ends on {last}. Choose a last day of the leave that is not later.",
        de: "Das Arbeitsverhältnis endet am {last}. Wählen Sie einen letzten Urlaubstag, der nicht danach liegt.",
        hi: "सेवा {last} को समाप्त होती है। छुट्टी का अंतिम दिन इसके बाद का न चुनें।",
    }
    below_floor(date) {
        en: "On {date} the balance falls below the floor of its policy. Send `override` with a reason to do it nevertheless.",
        de: "Am {date} fällt der Saldo unter die Untergrenze seiner Richtlinie. Senden Sie `override` mit einer Begründung, um es dennoch zu tun.",
        hi: "{date} को शेष अपनी नीति की निचली सीमा से नीचे चला जाता है। फिर भी करने के लिए `override` कारण के साथ भेजें।",
    }
    override_without_reason() {
        en: "A reason is required with `override`.",
        de: "Mit `override` ist eine Begründung erforderlich.",
        hi: "`override` के साथ कारण देना आवश्यक है।",
    }

    already_decided(status) {
        en: "This request is already {status}.",
        de: "Dieser Antrag ist bereits {status}.",
        hi: "यह अनुरोध पहले से {status} है।",
    }
    pending() { en: "pending", de: "offen", hi: "लंबित" }
    approved() { en: "approved", de: "genehmigt", hi: "स्वीकृत" }
    rejected() { en: "rejected", de: "abgelehnt", hi: "अस्वीकृत" }
    cancelled() { en: "cancelled", de: "storniert", hi: "रद्द" }
    step_already_decided() {
        en: "You have already decided the current approval step of this request.",
        de: "Sie haben über den aktuellen Genehmigungsschritt dieses Antrags bereits entschieden.",
        hi: "आप इस अनुरोध के वर्तमान स्वीकृति चरण पर पहले ही निर्णय ले चुके हैं।",
    }
    own_credit() {
        en: "You cannot decide the compensatory credit for your own work.",
        de: "Über den Freizeitausgleich für Ihre eigene Arbeit können Sie nicht entscheiden.",
        hi: "आप अपने ही काम की प्रतिपूरक छुट्टी पर निर्णय नहीं ले सकते।",
    }
    credit_approved() {
        en: "This credit is already approved. It changes only if its day changes.",
        de: "Dieser Freizeitausgleich ist bereits genehmigt. Er ändert sich nur, wenn sich der Tag ändert.",
        hi: "यह प्रतिपूरक छुट्टी पहले से स्वीकृत है। यह केवल दिन बदलने पर बदलती है।",
    }
    credit_rejected() {
        en: "This credit is already rejected. Credit the leave with `POST /api/v1/leaves/credits` instead.",
        de: "Dieser Freizeitausgleich ist bereits abgelehnt. Schreiben Sie ihn mit `POST /api/v1/leaves/credits` gut.",
        hi: "यह प्रतिपूरक छुट्टी पहले से अस्वीकृत है। इसके बजाय `POST /api/v1/leaves/credits` से जमा करें।",
    }
    credit_granted() {
        en: "The policy has credited this work without a decision.",
        de: "Die Richtlinie hat diese Arbeit ohne Entscheidung gutgeschrieben.",
        hi: "नीति ने यह काम बिना निर्णय के जमा कर दिया है।",
    }
    credit_withdrawn() {
        en: "The day has changed, and its work is not credited any more.",
        de: "Der Tag hat sich geändert, und seine Arbeit wird nicht mehr gutgeschrieben.",
        hi: "दिन बदल गया है, और उसका काम अब जमा नहीं होता।",
    }
    own_request() {
        en: "You cannot decide your own leave request.",
        de: "Über Ihren eigenen Urlaubsantrag können Sie nicht entscheiden.",
        hi: "आप अपने ही छुट्टी के अनुरोध पर निर्णय नहीं ले सकते।",
    }
    not_your_step() {
        en: "You are not an approver of the current step of this request.",
        de: "Sie gehören nicht zu den Genehmigenden des aktuellen Schritts dieses Antrags.",
        hi: "आप इस अनुरोध के वर्तमान चरण के स्वीकृतिकर्ता नहीं हैं।",
    }
    leave_over() {
        en: "This leave has ended and can no longer be changed.",
        de: "Dieser Urlaub ist beendet und kann nicht mehr geändert werden.",
        hi: "यह छुट्टी समाप्त हो चुकी है और अब बदली नहीं जा सकती।",
    }
    new_days_have_begun(date) {
        en: "Days before {date} have begun. Choose {date} or a later day.",
        de: "Tage vor dem {date} haben schon begonnen. Wählen Sie den {date} oder einen späteren Tag.",
        hi: "{date} से पहले के दिन शुरू हो चुके हैं। {date} या उसके बाद का दिन चुनें।",
    }
    days_have_begun(date) {
        en: "Days before {date} have begun. Choose {date} or a later day, or ask HR.",
        de: "Tage vor dem {date} haben schon begonnen. Wählen Sie den {date} oder einen späteren Tag, oder fragen Sie die Personalabteilung.",
        hi: "{date} से पहले के दिन शुरू हो चुके हैं। {date} या उसके बाद का दिन चुनें, या HR से पूछें।",
    }
    begun_days_without_reason() {
        en: "A reason is required to return days that have begun.",
        de: "Um Tage zurückzugeben, die schon begonnen haben, ist eine Begründung erforderlich.",
        hi: "शुरू हो चुके दिन लौटाने के लिए कारण देना आवश्यक है।",
    }
    days_outside_leave(first, last) {
        en: "The leave is from {first} to {last}. Choose days of it.",
        de: "Der Urlaub dauert vom {first} bis zum {last}. Wählen Sie Tage daraus.",
        hi: "छुट्टी {first} से {last} तक है। उसी के दिन चुनें।",
    }
    days_inside_leave() {
        en: "Only the first or the last days of a leave can be returned. Choose days up to one of its ends.",
        de: "Nur die ersten oder die letzten Tage eines Urlaubs können zurückgegeben werden. Wählen Sie Tage bis zu einem seiner Enden.",
        hi: "छुट्टी के केवल पहले या अंतिम दिन लौटाए जा सकते हैं। उसके किसी एक सिरे तक के दिन चुनें।",
    }
    employment_ended(date) {
        en: "The employment ends on {date}, and this leave ends after it. Days after the last day are returned; they cannot be approved.",
        de: "Das Arbeitsverhältnis endet am {date}, und dieser Urlaub endet danach. Tage nach dem letzten Tag werden zurückgegeben und können nicht genehmigt werden.",
        hi: "रोज़गार {date} को समाप्त होता है, और यह छुट्टी उसके बाद समाप्त होती है। अंतिम दिन के बाद के दिन लौटा दिए जाते हैं; वे स्वीकृत नहीं हो सकते।",
    }

    date_or_period() {
        en: "Send either `date`, or `from` and `to`.",
        de: "Senden Sie entweder `date` oder die beiden Werte `from` und `to`.",
        hi: "या तो `date` भेजें, या `from` और `to`।",
    }
    span_too_long(most) {
        en: "The span must be at most {most} days long.",
        de: "Der Zeitraum darf höchstens {most} Tage umfassen.",
        hi: "अवधि अधिकतम {most} दिनों की हो सकती है।",
    }
    absences_above(most) {
        en: "There are more than {most} absences on these days. Choose fewer days.",
        de: "An diesen Tagen gibt es mehr als {most} Abwesenheiten. Wählen Sie weniger Tage.",
        hi: "इन दिनों में {most} से अधिक अनुपस्थितियाँ हैं। कम दिन चुनें।",
    }

    too_many_years_ahead(most) {
        en: "The day must be at most {most} years ahead.",
        de: "Der Tag darf höchstens {most} Jahre in der Zukunft liegen.",
        hi: "दिन अधिकतम {most} वर्ष आगे का हो सकता है।",
    }
    more_than_a_year_ahead() {
        en: "The day must be at most a year ahead.",
        de: "Der Tag darf höchstens ein Jahr in der Zukunft liegen.",
        hi: "दिन अधिकतम एक वर्ष आगे का हो सकता है।",
    }
    account_closed(date) {
        en: "The leave account is closed before {date}. Choose {date} or a later day.",
        de: "Das Urlaubskonto ist vor dem {date} abgeschlossen. Wählen Sie den {date} oder einen späteren Tag.",
        hi: "{date} से पहले की अवधि के लिए छुट्टी खाता बंद है। {date} या उसके बाद का दिन चुनें।",
    }
    minutes_or_days() {
        en: "Send either `minutes` or `days`, not both.",
        de: "Senden Sie entweder `minutes` oder `days`, nicht beides.",
        hi: "या तो `minutes` भेजें, या `days`; दोनों नहीं।",
    }
    amount_missing() {
        en: "Send `minutes` or `days`.",
        de: "Senden Sie `minutes` oder `days`.",
        hi: "`minutes` या `days` भेजें।",
    }
    amount_zero() {
        en: "The amount must not be zero.",
        de: "Der Umfang darf nicht null sein.",
        hi: "मात्रा शून्य नहीं होनी चाहिए।",
    }
    amount_out_of_range(days, minutes) {
        en: "The amount must be at most {minutes} minutes, positive or negative: {days} standard days of the employee.",
        de: "Der Umfang darf höchstens {minutes} Minuten betragen, positiv oder negativ: {days} Standardtage der Person.",
        hi: "मात्रा अधिकतम {minutes} मिनट हो सकती है, धनात्मक या ऋणात्मक: कर्मचारी के {days} मानक दिन।",
    }
    amount_negative() {
        en: "The amount must be positive.",
        de: "Der Umfang muss positiv sein.",
        hi: "मात्रा शून्य से अधिक होनी चाहिए।",
    }

    worked_in_future() {
        en: "The day of the work must be today or earlier.",
        de: "Der Tag der geleisteten Arbeit muss heute oder früher sein.",
        hi: "काम का दिन आज या उससे पहले का होना चाहिए।",
    }
    worked_too_long_ago() {
        en: "The day of the work must be within the past year.",
        de: "Der Tag der geleisteten Arbeit muss im vergangenen Jahr liegen.",
        hi: "काम का दिन पिछले एक वर्ष के भीतर का होना चाहिए।",
    }
    expires_in_the_past() {
        en: "`expires_on` must be today or later.",
        de: "`expires_on` muss heute oder später sein.",
        hi: "`expires_on` आज या उसके बाद का होना चाहिए।",
    }
    credit_expired(date) {
        en: "By the policy, this credit expired on {date}. Send `expires_on` to credit it nevertheless.",
        de: "Nach der Richtlinie ist dieser Freizeitausgleich am {date} verfallen. Senden Sie `expires_on`, um ihn dennoch gutzuschreiben.",
        hi: "नीति के अनुसार यह प्रतिपूरक छुट्टी {date} को समाप्त हो गई। फिर भी जमा करने के लिए `expires_on` भेजें।",
    }
    not_encashable() {
        en: "The policy does not allow leave of this type to be paid out.",
        de: "Die Richtlinie erlaubt keine Auszahlung dieser Urlaubsart.",
        hi: "नीति इस प्रकार की छुट्टी के भुगतान की अनुमति नहीं देती।",
    }
    encashment_above(amount, most, paid) {
        en: "A payment for {amount} minutes exceeds the limit of {most} minutes per leave year, of which {paid} are already paid out.",
        de: "Die Auszahlung von {amount} Minuten überschreitet die Grenze von {most} Minuten je Urlaubsjahr; davon sind {paid} bereits ausgezahlt.",
        hi: "{amount} मिनट, प्रति छुट्टी वर्ष {most} मिनट की सीमा से अधिक है; इस सीमा में से {paid} मिनट का भुगतान हो चुका है।",
    }
    balance_must_stay(keep, amount, left) {
        en: "{keep} minutes must stay in the balance, but after a payment for {amount} minutes only {left} would be left.",
        de: "Im Saldo müssen {keep} Minuten bleiben; nach Auszahlung von {amount} Minuten blieben nur {left}.",
        hi: "शेष में {keep} मिनट रहने चाहिए, लेकिन {amount} मिनट के भुगतान के बाद केवल {left} मिनट बचेंगे।",
    }

    not_a_leave_draft() {
        en: "Send a draft of the kind `leave`.",
        de: "Senden Sie einen Entwurf der Art `leave`.",
        hi: "`leave` प्रकार का मसौदा भेजें।",
    }
    invalid_draft() {
        en: "The draft policy is invalid. Correct the places named in `errors`.",
        de: "Der Entwurf der Richtlinie ist ungültig. Korrigieren Sie die in `errors` genannten Stellen.",
        hi: "नीति का मसौदा मान्य नहीं है। `errors` में बताए गए स्थान सुधारें।",
    }
    calendar_to_publish(site) {
        en: "Site `{site}` has no calendar. Publish one first.",
        de: "Der Standort `{site}` hat keinen Kalender. Veröffentlichen Sie zuerst einen.",
        hi: "साइट `{site}` का कोई कैलेंडर नहीं है। पहले कैलेंडर प्रकाशित करें।",
    }
    recount_of_the_past() {
        en: "`from` must be today or later at the site. Past days keep their count.",
        de: "`from` muss am Standort heute oder später sein. Für vergangene Tage ändert sich die Zählung nicht.",
        hi: "`from` साइट के अनुसार आज या उसके बाद का होना चाहिए। बीते दिनों की गणना नहीं बदलती।",
    }

    delegation_too_long(most) {
        en: "A delegation must be at most {most} days long.",
        de: "Eine Vertretung darf höchstens {most} Tage umfassen.",
        hi: "प्रतिनिधि नियुक्ति अधिकतम {most} दिनों की हो सकती है।",
    }
    not_an_approver() {
        en: "Only managers, HR and people whom a leave policy names as approvers can delegate decisions.",
        de: "Nur Führungskräfte, die Personalabteilung und Personen, die eine Urlaubsrichtlinie als Genehmigende nennt, können Entscheidungen übertragen.",
        hi: "केवल प्रबंधक, HR और वे लोग जिन्हें कोई छुट्टी नीति स्वीकृतिकर्ता बताती है, निर्णय सौंप सकते हैं।",
    }
    delegate_is_delegator() {
        en: "The delegate must be a different employee.",
        de: "Die Vertretung muss ein anderer Mitarbeiter übernehmen.",
        hi: "प्रतिनिधि कोई दूसरा कर्मचारी होना चाहिए।",
    }
    delegator_or_delegate() {
        en: "Send either `delegator_id` or `delegate_id`, not both.",
        de: "Senden Sie entweder `delegator_id` oder `delegate_id`, nicht beides.",
        hi: "या तो `delegator_id` भेजें, या `delegate_id`; दोनों नहीं।",
    }

    department_of_other_scope() {
        en: "Send `department` only with the scope `department`.",
        de: "Senden Sie `department` nur mit dem Bereich `department`.",
        hi: "`department` केवल `department` दायरे के साथ भेजें।",
    }
    too_many_feeds(most) {
        en: "You have {most} calendar feeds, the maximum. Revoke one first.",
        de: "Mit {most} Kalenderlinks haben Sie die Höchstzahl erreicht. Widerrufen Sie zuerst einen.",
        hi: "आपके पास {most} कैलेंडर लिंक हैं, जो अधिकतम संख्या है। पहले किसी एक को निरस्त करें।",
    }
    calendar_of_employee(name) {
        en: "Leave of {name}",
        de: "Urlaub von {name}",
        hi: "{name} की छुट्टियाँ",
    }
    calendar_of_team(name) {
        en: "Leave in the team of {name}",
        de: "Urlaub im Team von {name}",
        hi: "{name} की टीम की छुट्टियाँ",
    }
    calendar_of_department() {
        en: "Leave in the department",
        de: "Urlaub in der Abteilung",
        hi: "विभाग की छुट्टियाँ",
    }
    incomplete(title) {
        en: "{title} (incomplete)",
        de: "{title} (unvollständig)",
        hi: "{title} (अपूर्ण)",
    }
    absence(name, kind) { en: "{name}: {kind}", de: "{name}: {kind}", hi: "{name}: {kind}" }
    away() { en: "away", de: "abwesend", hi: "अनुपस्थित" }
    morning(absence) { en: "{absence} (morning)", de: "{absence} (vormittags)", hi: "{absence} (पूर्वाह्न)" }
    afternoon(absence) { en: "{absence} (afternoon)", de: "{absence} (nachmittags)", hi: "{absence} (अपराह्न)" }
    hours(absence, from, to) {
        en: "{absence} ({from}-{to})",
        de: "{absence} ({from}-{to})",
        hi: "{absence} ({from}-{to})",
    }
    requested(absence) { en: "{absence} (requested)", de: "{absence} (beantragt)", hi: "{absence} (अनुरोधित)" }

    with_reason(sentence, reason) {
        en: "{sentence} Reason: {reason}",
        de: "{sentence} Begründung: {reason}",
        hi: "{sentence} कारण: {reason}",
    }
    request(id) { en: "Request {id}", de: "Antrag {id}", hi: "अनुरोध {id}" }
    a_request() { en: "A request", de: "Ein Antrag", hi: "एक अनुरोध" }
    credited() {
        en: "This leave was credited.",
        de: "Dieser Urlaub wurde gutgeschrieben.",
        hi: "यह छुट्टी जमा की गई।",
    }
    instalment_posted() {
        en: "An instalment of the entitlement was posted.",
        de: "Ein Anteil des Urlaubsanspruchs wurde gebucht.",
        hi: "पात्रता की एक किस्त दर्ज की गई।",
    }
    carried_over() {
        en: "Leave was carried over to the next leave year.",
        de: "Urlaub wurde in das nächste Urlaubsjahr übertragen.",
        hi: "छुट्टी अगले छुट्टी वर्ष में आगे ले जाई गई।",
    }
    days_held(request) {
        en: "{request} holds these days.",
        de: "{request} reserviert diese Tage.",
        hi: "{request} ने ये दिन आरक्षित किए हैं।",
    }
    days_returned(request) {
        en: "{request} returned these days.",
        de: "{request} hat diese Tage zurückgegeben.",
        hi: "{request} ने ये दिन लौटाए।",
    }
    days_taken(request) {
        en: "{request} took these days.",
        de: "{request} hat diese Tage verbraucht.",
        hi: "{request} ने ये दिन उपयोग किए।",
    }
    recounted(request) {
        en: "{request} was recounted with a newer calendar.",
        de: "{request} wurde mit einem neueren Kalender neu gezählt.",
        hi: "{request} की गणना नए कैलेंडर से दोबारा की गई।",
    }
    balance_corrected() {
        en: "The balance was corrected.",
        de: "Der Saldo wurde korrigiert.",
        hi: "शेष में सुधार किया गया।",
    }
    leave_expired() {
        en: "Unused leave expired.",
        de: "Nicht genommener Urlaub ist verfallen.",
        hi: "उपयोग न की गई छुट्टी समाप्त हो गई।",
    }
    paid_out() {
        en: "Leave was paid out.",
        de: "Urlaub wurde ausgezahlt.",
        hi: "छुट्टी का भुगतान किया गया।",
    }
}
