//! Messages of policies, calendars, violations and trainings.

kernel::messages! {
    policy() { en: "policy", de: "Richtlinie", hi: "नीति" }
    calendar() { en: "calendar", de: "Kalender", hi: "कैलेंडर" }
    site() { en: "site", de: "Standort", hi: "साइट" }
    violation() { en: "violation", de: "Verstoß", hi: "उल्लंघन" }
    training() { en: "training", de: "Schulung", hi: "प्रशिक्षण" }

    hours_end_before_they_begin() {
        en: "`to` must be later than `from`. An end on the next day needs planned work that ends after midnight.",
        de: "`to` muss nach `from` liegen. Ein Ende am nächsten Tag setzt geplante Arbeit voraus, die nach Mitternacht endet.",
        hi: "`to` का समय `from` के बाद होना चाहिए। अगले दिन समाप्ति के लिए ऐसा नियोजित काम चाहिए जो आधी रात के बाद समाप्त हो।",
    }
    one_line(most) {
        en: "The text must be one line of 1 to {most} characters.",
        de: "Der Text muss eine Zeile mit 1 bis {most} Zeichen sein.",
        hi: "पाठ 1 से {most} अक्षरों की एक ही पंक्ति में होना चाहिए।",
    }
    comment(most) {
        en: "The text must have 1 to {most} characters, without control characters other than line breaks.",
        de: "Der Text muss 1 bis {most} Zeichen haben und darf außer Zeilenumbrüchen keine Steuerzeichen enthalten.",
        hi: "पाठ में 1 से {most} अक्षर होने चाहिए, और पंक्ति विराम के अलावा कोई नियंत्रण अक्षर नहीं।",
    }
    violation_codes(most) {
        en: "The list must contain at most {most} violation codes.",
        de: "Die Liste darf höchstens {most} Codes von Verstößen enthalten.",
        hi: "सूची में अधिकतम {most} उल्लंघन कोड हो सकते हैं।",
    }
    to_before_from() {
        en: "`to` must not be before `from`.",
        de: "`to` darf nicht vor `from` liegen.",
        hi: "`to` की तारीख़ `from` से पहले की नहीं होनी चाहिए।",
    }
    year_range() {
        en: "The year must be between 1900 and 2200.",
        de: "Das Jahr muss zwischen 1900 und 2200 liegen.",
        hi: "वर्ष 1900 और 2200 के बीच होना चाहिए।",
    }
    minutes_range(most) {
        en: "The value must be 0 to {most} minutes.",
        de: "Der Wert muss 0 bis {most} Minuten betragen.",
        hi: "मान 0 से {most} मिनट तक होना चाहिए।",
    }
    employees_range(most) {
        en: "The list must contain 1 to {most} employees.",
        de: "Die Liste muss 1 bis {most} Mitarbeiter enthalten.",
        hi: "सूची में 1 से {most} कर्मचारी होने चाहिए।",
    }

    unknown_leave_type() {
        en: "This leave type does not exist. Create it first, or use the code of an existing one.",
        de: "Diese Urlaubsart gibt es nicht. Legen Sie sie zuerst an, oder verwenden Sie den Code einer vorhandenen.",
        hi: "छुट्टी का यह प्रकार मौजूद नहीं है। पहले इसे बनाएँ, या किसी मौजूदा प्रकार का कोड उपयोग करें।",
    }
    unknown_approver() {
        en: "This employee does not exist or has left, and cannot approve leave. Name another employee.",
        de: "Diesen Mitarbeiter gibt es nicht oder er ist ausgeschieden; er kann keinen Urlaub genehmigen. Nennen Sie einen anderen.",
        hi: "यह कर्मचारी मौजूद नहीं है या जा चुका है, इसलिए छुट्टी स्वीकृत नहीं कर सकता। किसी दूसरे कर्मचारी को चुनें।",
    }
    named_people_above(most) {
        en: "The approval steps must name at most {most} different employees.",
        de: "Die Genehmigungsschritte dürfen höchstens {most} verschiedene Mitarbeiter nennen.",
        hi: "स्वीकृति चरणों में अधिकतम {most} अलग-अलग कर्मचारी हो सकते हैं।",
    }

    policy_kind_fixed() {
        en: "The kind of a policy cannot change. Create a new policy instead.",
        de: "Die Art einer Richtlinie lässt sich nicht ändern. Legen Sie stattdessen eine neue Richtlinie an.",
        hi: "नीति का प्रकार बदला नहीं जा सकता। इसके बजाय नई नीति बनाएँ।",
    }
    policy_subject_fixed(subject) {
        en: "The subject of this policy is `{subject}` and cannot change. Create a new policy.",
        de: "Der Gegenstand dieser Richtlinie ist `{subject}` und lässt sich nicht ändern. Legen Sie eine neue Richtlinie an.",
        hi: "इस नीति का विषय `{subject}` है और बदला नहीं जा सकता। नई नीति बनाएँ।",
    }
    version_begins_too_early(first) {
        en: "A new version must begin after {first}, the first day of the latest version.",
        de: "Eine neue Version muss nach dem {first} beginnen, dem ersten Tag der neuesten Version.",
        hi: "नया संस्करण {first} के बाद शुरू होना चाहिए, जो नवीनतम संस्करण का पहला दिन है।",
    }
    policies_overlap() {
        en: "Two policies with the same subject would apply to the same people on the same days.",
        de: "Zwei Richtlinien mit demselben Gegenstand würden an denselben Tagen für dieselben Personen gelten.",
        hi: "एक ही विषय की दो नीतियाँ एक ही दिन एक ही लोगों पर लागू हो जाएँगी।",
    }
    policy_overlaps_from(name, from) {
        en: "Policy `{name}` has the same subject and an equally specific scope for some of these people, from {from} on.",
        de: "Die Richtlinie `{name}` hat denselben Gegenstand und gilt ab dem {from} ebenso spezifisch für einige dieser Personen.",
        hi: "नीति `{name}` का विषय भी यही है, और {from} से वह इनमें से कुछ लोगों पर इतने ही विशिष्ट दायरे में लागू है।",
    }
    policy_overlaps_from_to(name, from, to) {
        en: "Policy `{name}` has the same subject and an equally specific scope for some of these people, from {from} to {to}.",
        de: "Die Richtlinie `{name}` hat denselben Gegenstand und gilt vom {from} bis zum {to} ebenso spezifisch für einige dieser Personen.",
        hi: "नीति `{name}` का विषय भी यही है, और {from} से {to} तक वह इनमें से कुछ लोगों पर इतने ही विशिष्ट दायरे में लागू है।",
    }

    not_icalendar(cause) {
        en: "The file is not a valid iCalendar file: {cause}.",
        de: "Die Datei ist keine gültige iCalendar-Datei: {cause}.",
        hi: "यह मान्य iCalendar फ़ाइल नहीं है: {cause}।",
    }
    nested_too_deeply() {
        en: "its components are nested too deeply",
        de: "ihre Komponenten sind zu tief verschachtelt",
        hi: "इसके घटक एक-दूसरे में बहुत गहराई तक रखे गए हैं",
    }
    not_rfc_5545() {
        en: "it does not follow RFC 5545",
        de: "sie entspricht nicht RFC 5545",
        hi: "यह RFC 5545 के अनुसार नहीं है",
    }
    no_calendar_event() {
        en: "it contains no event",
        de: "sie enthält keinen Termin",
        hi: "इसमें कोई इवेंट नहीं है",
    }
    holiday_known(name) {
        en: "The holiday `{name}` already exists on the same days.",
        de: "An denselben Tagen gibt es bereits den Feiertag `{name}`.",
        hi: "इन्हीं दिनों पर सार्वजनिक अवकाश `{name}` पहले से मौजूद है।",
    }
    event_without_name() {
        en: "The event has no name (SUMMARY).",
        de: "Der Termin hat keinen Namen (SUMMARY).",
        hi: "इवेंट का नाम (SUMMARY) नहीं है।",
    }
    event_cancelled() {
        en: "The event was cancelled.",
        de: "Der Termin wurde abgesagt.",
        hi: "इवेंट रद्द कर दिया गया था।",
    }
    holiday_with_exceptions(property) {
        en: "A holiday cannot have exceptions ({property}).",
        de: "Ein Feiertag kann keine Ausnahmen haben ({property}).",
        hi: "सार्वजनिक अवकाश में अपवाद ({property}) नहीं हो सकते।",
    }
    holiday_rule_refused(rule) {
        en: "A holiday can recur only every year on the same date, not by this rule: {rule}.",
        de: "Ein Feiertag kann sich nur jedes Jahr am selben Datum wiederholen, nicht nach dieser Regel: {rule}.",
        hi: "सार्वजनिक अवकाश केवल हर वर्ष उसी तारीख़ को दोहराया जा सकता है, इस नियम से नहीं: {rule}।",
    }
    event_without_first_day() {
        en: "The event has no first day (DTSTART).",
        de: "Der Termin hat keinen ersten Tag (DTSTART).",
        hi: "इवेंट का पहला दिन (DTSTART) नहीं है।",
    }
    event_not_all_day() {
        en: "The event must be an all-day event in the years 1900 to 2200.",
        de: "Der Termin muss ganztägig sein und in den Jahren 1900 bis 2200 liegen.",
        hi: "इवेंट पूरे दिन का और वर्ष 1900 से 2200 के बीच होना चाहिए।",
    }
    event_end_not_a_date() {
        en: "The end of the event must be a date in the years 1900 to 2200.",
        de: "Das Ende des Termins muss ein Datum in den Jahren 1900 bis 2200 sein.",
        hi: "इवेंट का अंत वर्ष 1900 से 2200 की कोई तारीख़ होना चाहिए।",
    }
    event_not_whole_days() {
        en: "The duration of the event must be 1 to 366 whole days or weeks.",
        de: "Die Dauer des Termins muss 1 bis 366 ganze Tage oder Wochen betragen.",
        hi: "इवेंट की अवधि 1 से 366 पूरे दिन या सप्ताह होनी चाहिए।",
    }
    event_ends_before_it_starts() {
        en: "The event ends before it starts.",
        de: "Der Termin endet vor seinem Beginn.",
        hi: "इवेंट शुरू होने से पहले समाप्त होता है।",
    }

    only_with_policy(subject) {
        en: "only with `policy` `{subject}`",
        de: "nur mit `policy` `{subject}`",
        hi: "केवल `policy` `{subject}` के साथ",
    }
    hours_or_minutes() {
        en: "Send either `worked_hours` or `worked_minutes`.",
        de: "Senden Sie entweder `worked_hours` oder `worked_minutes`.",
        hi: "या तो `worked_hours` भेजें या `worked_minutes`।",
    }
    number_of_hours() {
        en: "number of hours with at most two decimals",
        de: "Anzahl Stunden mit höchstens zwei Nachkommastellen",
        hi: "अधिकतम दो दशमलव वाले घंटों की संख्या",
    }
    hours_expected(most) {
        en: "expected hours from 0 to {most} with at most two decimals",
        de: "erwartet werden 0 bis {most} Stunden mit höchstens zwei Nachkommastellen",
        hi: "0 से {most} घंटे अपेक्षित हैं, दशमलव के बाद अधिकतम दो अंकों के साथ",
    }
    leave_type_unknown() {
        en: "No leave policy of the employee has this name, and none is for a leave type with this code.",
        de: "Keine Urlaubsrichtlinie des Mitarbeiters hat diesen Namen, und keine gilt für eine Urlaubsart mit diesem Code.",
        hi: "कर्मचारी की किसी छुट्टी नीति का यह नाम नहीं है, और इस कोड वाले छुट्टी के प्रकार की कोई नीति नहीं है।",
    }
    suspended_without_leave() {
        en: "The employee is suspended. Suspended employees cannot take leave.",
        de: "Der Mitarbeiter ist gesperrt. Gesperrte Mitarbeiter können keinen Urlaub nehmen.",
        hi: "कर्मचारी निलंबित है। निलंबित कर्मचारी छुट्टी नहीं ले सकते।",
    }
    terminated_without_leave() {
        en: "The employment has ended. Former employees cannot take leave.",
        de: "Das Arbeitsverhältnis ist beendet. Ausgeschiedene Mitarbeiter können keinen Urlaub nehmen.",
        hi: "रोज़गार समाप्त हो चुका है। पूर्व कर्मचारी छुट्टी नहीं ले सकते।",
    }
    leave_policy_missing(leave_type, date) {
        en: "No policy for leave type `{leave_type}` applies to this employee on {date}. Ask HR to publish one.",
        de: "Für diesen Mitarbeiter gilt am {date} keine Richtlinie zur Urlaubsart `{leave_type}`. Bitten Sie die Personalabteilung, eine zu veröffentlichen.",
        hi: "{date} को इस कर्मचारी पर छुट्टी के प्रकार `{leave_type}` की कोई नीति लागू नहीं होती। HR से नीति प्रकाशित करने को कहें।",
    }
    calendar_missing(site) {
        en: "Site `{site}` has no calendar. Ask HR to publish it.",
        de: "Der Standort `{site}` hat keinen Kalender. Bitten Sie die Personalabteilung, ihn zu veröffentlichen.",
        hi: "साइट `{site}` का कोई कैलेंडर नहीं है। HR से उसे प्रकाशित करने को कहें।",
    }

    own_violation() {
        en: "You cannot acknowledge your own violation. Ask your manager or HR.",
        de: "Sie können Ihren eigenen Verstoß nicht bestätigen. Wenden Sie sich an Ihre Führungskraft oder die Personalabteilung.",
        hi: "आप अपने ही उल्लंघन की पुष्टि नहीं कर सकते। अपने प्रबंधक या HR से कहें।",
    }
    violation_acknowledged() {
        en: "This violation is already acknowledged.",
        de: "Dieser Verstoß ist bereits bestätigt.",
        hi: "इस उल्लंघन की पुष्टि पहले ही हो चुकी है।",
    }

    employee_or_employees() {
        en: "Send `employee_id` or `employee_ids`.",
        de: "Senden Sie `employee_id` oder `employee_ids`.",
        hi: "`employee_id` या `employee_ids` भेजें।",
    }
    employee_and_employees() {
        en: "Send either `employee_id` or `employee_ids`, not both.",
        de: "Senden Sie entweder `employee_id` oder `employee_ids`, nicht beides.",
        hi: "या तो `employee_id` भेजें या `employee_ids`; दोनों नहीं।",
    }
    employee_repeated() {
        en: "The list must contain each employee only once.",
        de: "Die Liste darf jeden Mitarbeiter nur einmal enthalten.",
        hi: "सूची में हर कर्मचारी केवल एक बार होना चाहिए।",
    }
    employee_unknown() {
        en: "No employee has this id.",
        de: "Kein Mitarbeiter hat diese ID.",
        hi: "इस ID का कोई कर्मचारी नहीं है।",
    }
    employment_ended() {
        en: "This employment has ended. Choose a current employee.",
        de: "Dieses Arbeitsverhältnis ist beendet. Wählen Sie einen aktuellen Mitarbeiter.",
        hi: "यह रोज़गार समाप्त हो चुका है। कोई वर्तमान कर्मचारी चुनें।",
    }
    due_date_in_the_past() {
        en: "The due date must not be in the past.",
        de: "Das Fälligkeitsdatum darf nicht in der Vergangenheit liegen.",
        hi: "नियत तारीख़ बीती हुई नहीं होनी चाहिए।",
    }
    due_date_too_far_ahead() {
        en: "The due date must be within the next ten years.",
        de: "Das Fälligkeitsdatum muss innerhalb der nächsten zehn Jahre liegen.",
        hi: "नियत तारीख़ अगले दस वर्षों के भीतर होनी चाहिए।",
    }
    due_date_needed() {
        en: "No training policy covers this course. Enter a due date.",
        de: "Keine Schulungsrichtlinie gilt für diesen Kurs. Geben Sie ein Fälligkeitsdatum an.",
        hi: "इस पाठ्यक्रम के लिए कोई प्रशिक्षण नीति नहीं है। नियत तारीख़ दें।",
    }
    completed_in_the_future() {
        en: "The completion date must not be in the future.",
        de: "Das Abschlussdatum darf nicht in der Zukunft liegen.",
        hi: "पूरा होने की तारीख़ भविष्य की नहीं होनी चाहिए।",
    }
    training_completed() {
        en: "This training is already completed.",
        de: "Diese Schulung ist bereits abgeschlossen.",
        hi: "यह प्रशिक्षण पहले ही पूरा हो चुका है।",
    }
    training_assigned() {
        en: "This training is already assigned to the employee and still open.",
        de: "Diese Schulung ist dem Mitarbeiter bereits zugewiesen und noch offen.",
        hi: "यह प्रशिक्षण कर्मचारी को पहले ही सौंपा गया है और अभी बाकी है।",
    }
}
