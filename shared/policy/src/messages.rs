//! Messages of refused values, of violations, of balances and of ledger entries.

kernel::messages! {
    // Periods of a request.
    half_of_several_days() {
        en: "A half day needs the same first and last day.",
        de: "Bei einem halben Tag müssen der erste und der letzte Tag gleich sein.",
        hi: "आधे दिन के लिए पहला और अंतिम दिन एक ही होना चाहिए।",
    }
    half_and_hours() {
        en: "Send either `half` or `from` and `to`, not both.",
        de: "Senden Sie entweder `half` oder `from` und `to`, nicht beides.",
        hi: "या तो `half` भेजें, या `from` और `to`; दोनों नहीं।",
    }
    hours_of_several_days() {
        en: "Leave in hours needs the same first and last day.",
        de: "Bei Stunden müssen der erste und der letzte Tag gleich sein.",
        hi: "घंटों के लिए पहला और अंतिम दिन एक ही होना चाहिए।",
    }
    to_equals_from() {
        en: "`to` must differ from `from`.",
        de: "`to` muss sich von `from` unterscheiden.",
        hi: "`to` का समय `from` से अलग होना चाहिए।",
    }
    midday_of_one_day() {
        en: "Only a leave of several days starts or ends at midday; use `half` for one day.",
        de: "Nur Urlaub von mehreren Tagen beginnt oder endet mittags; verwenden Sie für einen Tag `half`.",
        hi: "केवल कई दिनों की छुट्टी दोपहर में शुरू या समाप्त होती है; एक दिन के लिए `half` उपयोग करें।",
    }
    from_and_to_needed() {
        en: "Leave in hours needs both `from` and `to`.",
        de: "Für Stunden sind `from` und `to` erforderlich.",
        hi: "घंटों के लिए `from` और `to` दोनों आवश्यक हैं।",
    }

    // Parts of other messages.
    object_of_scope() {
        en: "object with `sites` and `departments`",
        de: "Objekt mit `sites` und `departments`",
        hi: "`sites` और `departments` वाला ऑब्जेक्ट",
    }
    number_of_days() {
        en: "number of whole or half days",
        de: "Anzahl ganzer oder halber Tage",
        hi: "पूरे या आधे दिनों की संख्या",
    }
    hundredth_days_expected() {
        en: "expected days with at most two decimals, such as 20.83",
        de: "erwartet werden Tage mit höchstens zwei Nachkommastellen wie 20.83",
        hi: "अधिकतम दो दशमलव अंकों वाले दिन अपेक्षित हैं, जैसे 20.83",
    }
    half_days_expected() {
        en: "expected whole or half days, such as 25.5",
        de: "erwartet werden ganze oder halbe Tage wie 25.5",
        hi: "पूरे या आधे दिन अपेक्षित हैं, जैसे 25.5",
    }
    days_expected() {
        en: "expected days from 0 to 366",
        de: "erwartet werden 0 bis 366 Tage",
        hi: "0 से 366 दिन अपेक्षित हैं",
    }
    one_day() { en: "1 day", de: "1 Tag", hi: "1 दिन" }
    days(count) { en: "{count} days", de: "{count} Tage", hi: "{count} दिन" }
    amount_of_one_day(days, minutes) {
        en: "{days} day ({minutes} minutes)",
        de: "{days} Tag ({minutes} min)",
        hi: "{days} दिन ({minutes} मिनट)",
    }
    amount(days, minutes) {
        en: "{days} days ({minutes} minutes)",
        de: "{days} Tage ({minutes} min)",
        hi: "{days} दिन ({minutes} मिनट)",
    }
    amount_until(amount, last) {
        en: "{amount}, to be taken by {last}",
        de: "{amount}, zu nehmen bis {last}",
        hi: "{amount}, {last} तक लेना आवश्यक",
    }
    hours_and_minutes(hours, minutes) {
        en: "{hours} h {minutes} min",
        de: "{hours} h {minutes} min",
        hi: "{hours} घंटे {minutes} मिनट",
    }

    // Fields of policies.
    text_length(most) {
        en: "The text must have 1 to {most} characters and must not be blank.",
        de: "Der Text muss 1 bis {most} Zeichen haben und darf nicht nur aus Leerzeichen bestehen.",
        hi: "पाठ में 1 से {most} अक्षर होने चाहिए और उसमें केवल रिक्त स्थान नहीं होने चाहिए।",
    }
    slug(most) {
        en: "The code must have 1 to {most} lower-case letters, digits, `-` or `_`.",
        de: "Der Code muss aus 1 bis {most} Kleinbuchstaben, Ziffern, `-` oder `_` bestehen.",
        hi: "कोड में 1 से {most} छोटे अंग्रेज़ी अक्षर, अंक, `-` या `_` होने चाहिए।",
    }
    list_length(most) {
        en: "The list can have at most {most} members.",
        de: "Die Liste darf höchstens {most} Einträge haben.",
        hi: "सूची में अधिकतम {most} प्रविष्टियाँ हो सकती हैं।",
    }
    minutes_range(least, most) {
        en: "The value must be {least} to {most} minutes.",
        de: "Der Wert muss {least} bis {most} Minuten betragen.",
        hi: "मान {least} से {most} मिनट तक होना चाहिए।",
    }
    seconds_range(most) {
        en: "The value must be 0 to {most} seconds.",
        de: "Der Wert muss 0 bis {most} Sekunden betragen.",
        hi: "मान 0 से {most} सेकंड तक होना चाहिए।",
    }
    hours_range(most) {
        en: "The value must be 1 to {most} hours.",
        de: "Der Wert muss 1 bis {most} Stunden betragen.",
        hi: "मान 1 से {most} घंटे तक होना चाहिए।",
    }
    days_range(most) {
        en: "The value must be 0 to {most} days.",
        de: "Der Wert muss 0 bis {most} Tage betragen.",
        hi: "मान 0 से {most} दिन तक होना चाहिए।",
    }
    months_range(most) {
        en: "The value must be 1 to {most} months.",
        de: "Der Wert muss 1 bis {most} Monate betragen.",
        hi: "मान 1 से {most} महीने तक होना चाहिए।",
    }
    rate_range(most) {
        en: "The value must be 0 to {most} basis points.",
        de: "Der Wert muss 0 bis {most} Basispunkte betragen.",
        hi: "मान 0 से {most} आधार अंक तक होना चाहिए।",
    }
    worked_share_by_schedule() {
        en: "Send `worked_share` with the schedule `per_hours_worked`, and only with it.",
        de: "Senden Sie `worked_share` mit dem Plan `per_hours_worked`, und nur mit ihm.",
        hi: "`worked_share` अनुसूची `per_hours_worked` के साथ भेजें, और केवल उसी के साथ।",
    }
    hours_posted_at_the_end() {
        en: "Leave for hours worked is posted after the month. Use `end`.",
        de: "Urlaub für geleistete Stunden wird nach dem Monat gebucht. Verwenden Sie `end`.",
        hi: "काम के घंटों की छुट्टी महीने के बाद दर्ज होती है। `end` उपयोग करें।",
    }
    hours_need_an_entitlement() {
        en: "Leave for hours worked needs `entitlement_days` as its limit per leave year.",
        de: "Urlaub für geleistete Stunden braucht `entitlement_days` als Grenze je Urlaubsjahr.",
        hi: "काम के घंटों की छुट्टी के लिए छुट्टी वर्ष की सीमा के रूप में `entitlement_days` आवश्यक है।",
    }
    credit_share_range(most) {
        en: "The share must be 1 to {most} basis points. Use the mode `none` to credit nothing.",
        de: "Der Anteil muss 1 bis {most} Basispunkte betragen. Mit dem Modus `none` wird nichts gutgeschrieben.",
        hi: "हिस्सा 1 से {most} आधार अंक तक होना चाहिए। कुछ भी जमा न करने के लिए मोड `none` उपयोग करें।",
    }
    month_range() {
        en: "The month must be 1 to 12.",
        de: "Der Monat muss zwischen 1 und 12 liegen.",
        hi: "महीना 1 से 12 तक होना चाहिए।",
    }
    date_range() {
        en: "The date must lie in the years 1900 to 2200.",
        de: "Das Datum muss in den Jahren 1900 bis 2200 liegen.",
        hi: "तारीख़ वर्ष 1900 से 2200 के बीच होनी चाहिए।",
    }
    ends_before_it_begins(last, first) {
        en: "The last day {last} must not be before the first day {first}.",
        de: "Der letzte Tag {last} darf nicht vor dem ersten Tag {first} liegen.",
        hi: "अंतिम दिन {last} पहले दिन {first} से पूर्व नहीं होना चाहिए।",
    }
    unknown_code(known) {
        en: "The code must be one of {known}.",
        de: "Der Code muss einer der folgenden sein: {known}.",
        hi: "कोड इनमें से एक होना चाहिए: {known}।",
    }
    unknown_records(known) {
        en: "The kind of records must be one of {known}. Audit records are kept as the deployment says, and notifications for two years.",
        de: "Die Art der Daten muss eine der folgenden sein: {known}. Protokolleinträge werden so lange aufbewahrt, wie die Installation festlegt, und Benachrichtigungen zwei Jahre.",
        hi: "रिकॉर्ड का प्रकार इनमें से एक होना चाहिए: {known}। ऑडिट रिकॉर्ड परिनियोजन की सेटिंग के अनुसार रखे जाते हैं, और सूचनाएँ दो वर्ष तक।",
    }
    keep_days(days) {
        en: "The records must be kept for at least {days} days.",
        de: "Die Daten müssen mindestens {days} Tage lang aufbewahrt werden.",
        hi: "रिकॉर्ड कम से कम {days} दिन रखे जाने चाहिए।",
    }
    run_days_max() {
        en: "`run_days_max` must be at least half a day.",
        de: "`run_days_max` muss mindestens ein halber Tag sein.",
        hi: "`run_days_max` कम से कम आधा दिन होना चाहिए।",
    }
    credit_validity() {
        en: "A compensatory credit must be valid for at least one day.",
        de: "Ein Freizeitausgleich muss mindestens einen Tag lang gültig sein.",
        hi: "प्रतिपूरक छुट्टी कम से कम एक दिन मान्य होनी चाहिए।",
    }
    notice_tier_order() {
        en: "List the notice tiers by rising `above_days`, each value once.",
        de: "Ordnen Sie die Stufen nach steigendem `above_days`, jeden Wert nur einmal.",
        hi: "स्तरों को `above_days` के बढ़ते क्रम में दें, हर मान एक बार।",
    }
    step_without_approval() {
        en: "An approval step needs at least one approval.",
        de: "Ein Schritt braucht mindestens eine Genehmigung.",
        hi: "हर चरण में कम से कम एक स्वीकृति आवश्यक है।",
    }
    approver_repeated() {
        en: "List each approver once.",
        de: "Nennen Sie jeden Genehmigenden nur einmal.",
        hi: "हर स्वीकृतिकर्ता केवल एक बार दें।",
    }
    needed_above_approvers(count) {
        en: "`needed` is larger than the number of approvers ({count}).",
        de: "`needed` ist größer als die Anzahl der Genehmigenden ({count}).",
        hi: "`needed` स्वीकृतिकर्ताओं की संख्या ({count}) से अधिक है।",
    }
    single_approver() {
        en: "This approver is one person; `needed` must be 1.",
        de: "Dieser Genehmigende ist eine einzelne Person; `needed` muss 1 sein.",
        hi: "यह स्वीकृतिकर्ता एक ही व्यक्ति है; `needed` 1 होना चाहिए।",
    }
    leave_types_above(most) {
        en: "The list must contain at most {most} leave types.",
        de: "Die Liste darf höchstens {most} Urlaubsarten enthalten.",
        hi: "सूची में छुट्टी के अधिकतम {most} प्रकार हो सकते हैं।",
    }
    interruption_without_approval() {
        en: "Leave that interrupts other leave must need no approval. Remove the approval steps, or the interrupted leave types.",
        de: "Urlaub, der anderen Urlaub unterbricht, darf keine Genehmigung brauchen. Entfernen Sie die Genehmigungsschritte oder die unterbrochenen Urlaubsarten.",
        hi: "जो छुट्टी दूसरी छुट्टी को रोकती है, उसे स्वीकृति की आवश्यकता नहीं होनी चाहिए। स्वीकृति चरण या रोके जाने वाले प्रकार हटाएँ।",
    }
    interruption_of_own_type() {
        en: "Leave cannot interrupt leave of its own type.",
        de: "Urlaub kann keinen Urlaub der eigenen Art unterbrechen.",
        hi: "छुट्टी अपने ही प्रकार की छुट्टी को नहीं रोक सकती।",
    }
    shift_needed() {
        en: "The policy needs at least one shift.",
        de: "Die Richtlinie braucht mindestens eine Schicht.",
        hi: "नीति में कम से कम एक शिफ्ट आवश्यक है।",
    }
    shift_code_repeated() {
        en: "Another shift has this code. Choose a different one.",
        de: "Eine andere Schicht hat diesen Code. Wählen Sie einen anderen.",
        hi: "किसी अन्य शिफ्ट का यही कोड है। दूसरा कोड चुनें।",
    }
    shift_break(length) {
        en: "The break must be 0 or more minutes and shorter than the shift ({length} minutes).",
        de: "Die Pause muss mindestens 0 Minuten dauern und kürzer als die Schicht sein ({length} Minuten).",
        hi: "ब्रेक 0 या अधिक मिनट का और शिफ्ट ({length} मिनट) से छोटा होना चाहिए।",
    }
    default_shift_unknown() {
        en: "The default shift must be the code of one of the shifts.",
        de: "Die Standardschicht muss der Code einer der Schichten sein.",
        hi: "डिफ़ॉल्ट शिफ्ट किसी एक शिफ्ट का कोड होनी चाहिए।",
    }
    break_order() {
        en: "List the breaks by rising `worked_over_minutes`, each value once.",
        de: "Ordnen Sie die Pausen nach steigendem `worked_over_minutes`, jeden Wert nur einmal.",
        hi: "ब्रेक को `worked_over_minutes` के बढ़ते क्रम में दें, हर मान एक बार।",
    }
    maximum_and_rest_above_a_day() {
        en: "The daily maximum and the daily rest together must fit into 24 hours.",
        de: "Die tägliche Höchstarbeitszeit und die tägliche Ruhezeit müssen zusammen in 24 Stunden passen.",
        hi: "दैनिक अधिकतम कार्य समय और दैनिक विश्राम मिलाकर 24 घंटे से अधिक नहीं होने चाहिए।",
    }
    overtime_tier_needed() {
        en: "The policy needs at least one overtime tier.",
        de: "Die Richtlinie braucht mindestens eine Überstundenstufe.",
        hi: "नीति में कम से कम एक ओवरटाइम स्तर आवश्यक है।",
    }
    overtime_tier_order() {
        en: "The first overtime tier must start at 0 minutes, and each further tier above the previous one.",
        de: "Die erste Überstundenstufe muss bei 0 Minuten beginnen und jede weitere über der vorherigen.",
        hi: "पहला ओवरटाइम स्तर 0 मिनट से शुरू होना चाहिए, और हर अगला स्तर पिछले से ऊपर।",
    }
    night_without_length() {
        en: "The night window must not begin and end at the same time.",
        de: "Die Nacht darf nicht zur selben Zeit beginnen und enden.",
        hi: "रात का आरंभ और अंत एक ही समय पर नहीं होना चाहिए।",
    }

    // Fields of calendars.
    working_day_needed() {
        en: "The week needs at least one working day.",
        de: "Die Woche braucht mindestens einen Arbeitstag.",
        hi: "सप्ताह में कम से कम एक कार्य दिवस आवश्यक है।",
    }
    opening_hours_needed() {
        en: "A working day needs opening hours.",
        de: "Ein Arbeitstag braucht Öffnungszeiten.",
        hi: "कार्य दिवस के लिए कामकाज का समय देना आवश्यक है।",
    }
    opening_hours_count(most) {
        en: "A day can have at most {most} spans of opening hours.",
        de: "Ein Tag kann höchstens {most} Öffnungszeiten haben.",
        hi: "एक दिन में कामकाज के समय की अधिकतम {most} अवधियाँ हो सकती हैं।",
    }
    opening_hours_reversed(end, start) {
        en: "The end {end} must be later than the start {start}.",
        de: "Das Ende {end} muss nach dem Beginn {start} liegen.",
        hi: "अंत {end} आरंभ {start} के बाद होना चाहिए।",
    }
    opening_hours_overlap(start) {
        en: "{start} is before the end of an earlier span. List the spans of a day in order, without overlap.",
        de: "{start} liegt vor dem Ende einer früheren Zeitspanne. Geben Sie die Zeitspannen eines Tages der Reihe nach an, ohne Überschneidung.",
        hi: "{start} किसी पिछली अवधि की समाप्ति से पहले है। दिन की अवधियाँ क्रम से दें, बिना टकराव के।",
    }
    holiday_count(most) {
        en: "A calendar can have at most {most} holidays.",
        de: "Ein Kalender kann höchstens {most} Feiertage haben.",
        hi: "एक कैलेंडर में अधिकतम {most} सार्वजनिक अवकाश हो सकते हैं।",
    }
    holiday_name(most) {
        en: "A holiday needs a name of 1 to {most} characters.",
        de: "Ein Feiertag braucht einen Namen von 1 bis {most} Zeichen.",
        hi: "सार्वजनिक अवकाश का नाम 1 से {most} अक्षरों का होना चाहिए।",
    }
    holiday_length(most) {
        en: "A holiday can have at most {most} days.",
        de: "Ein Feiertag kann höchstens {most} Tage haben.",
        hi: "एक सार्वजनिक अवकाश अधिकतम {most} दिनों का हो सकता है।",
    }

    // Violations by a leave request.
    nothing_to_take(dates, reasons) {
        en: "This request counts 0 minutes ({dates}): {reasons}. Choose a working day.",
        de: "Für diesen Antrag werden 0 Minuten gezählt ({dates}): {reasons}. Wählen Sie einen Arbeitstag.",
        hi: "इस अनुरोध में 0 मिनट गिने जाते हैं ({dates}): {reasons}। कोई कार्य दिवस चुनें।",
    }
    dates(first, last) { en: "{first} to {last}", de: "{first} bis {last}", hi: "{first} से {last}" }
    first_half(date) {
        en: "first half of {date}",
        de: "erste Tageshälfte am {date}",
        hi: "{date} का पहला आधा दिन",
    }
    second_half(date) {
        en: "second half of {date}",
        de: "zweite Tageshälfte am {date}",
        hi: "{date} का दूसरा आधा दिन",
    }
    hours(date, from, to) {
        en: "{date} from {from} to {to}",
        de: "{date} von {from} bis {to} Uhr",
        hi: "{date} को {from} से {to} तक",
    }
    rest_day() { en: "rest day", de: "arbeitsfreier Tag", hi: "विश्राम दिवस" }
    free_half() {
        en: "half day that is not worked",
        de: "arbeitsfreier halber Tag",
        hi: "आधा दिन जिसमें काम नहीं होता",
    }
    outside_hours() {
        en: "outside the opening hours",
        de: "außerhalb der Öffnungszeiten",
        hi: "कामकाज के समय से बाहर",
    }
    holiday(name) { en: "holiday {name}", de: "Feiertag {name}", hi: "सार्वजनिक अवकाश {name}" }
    unit_of_a_day(leave_type) {
        en: "The smallest unit of {leave_type} is a whole day.",
        de: "Die kleinste Einheit für {leave_type} ist ein ganzer Tag.",
        hi: "{leave_type} की सबसे छोटी इकाई पूरा दिन है।",
    }
    unit_of_half_a_day(leave_type) {
        en: "The smallest unit of {leave_type} is half a day.",
        de: "Die kleinste Einheit für {leave_type} ist ein halber Tag.",
        hi: "{leave_type} की सबसे छोटी इकाई आधा दिन है।",
    }
    unit_of_minutes(leave_type, step) {
        en: "Hours of {leave_type} must be a multiple of {step} minutes.",
        de: "Stundenweiser Urlaub ({leave_type}) muss ein Vielfaches von {step} Minuten umfassen.",
        hi: "{leave_type} के घंटे {step} मिनट के गुणज होने चाहिए।",
    }
    employment_type_not_eligible(leave_type, eligible, own) {
        en: "{leave_type} is only for the employment types {eligible}; this employee has the type {own}.",
        de: "{leave_type} gilt nur für die Beschäftigungsarten {eligible}; dieser Mitarbeiter hat die Art {own}.",
        hi: "{leave_type} केवल इन रोज़गार प्रकारों के लिए है: {eligible}; इस कर्मचारी का प्रकार {own} है।",
    }
    after_employment(end, last) {
        en: "The request ends on {end}, after the last day of employment, {last}.",
        de: "Der Antrag endet am {end}, das Arbeitsverhältnis aber bereits am {last}.",
        hi: "अनुरोध {end} को समाप्त होता है, जो रोज़गार के अंतिम दिन {last} के बाद है।",
    }
    service_too_short(needed, hired, first, served) {
        en: "Leave can start {needed} after the hire date {hired}; {first} is {served} after it.",
        de: "Urlaub kann frühestens {needed} nach dem Eintrittsdatum {hired} beginnen; {first} liegt {served} danach.",
        hi: "छुट्टी नियुक्ति की तारीख़ {hired} के {needed} बाद शुरू हो सकती है; {first} उससे {served} बाद है।",
    }
    before_hire_date(needed, hired, first, missing) {
        en: "Leave can start {needed} after the hire date {hired}; {first} is {missing} before it.",
        de: "Urlaub kann frühestens {needed} nach dem Eintrittsdatum {hired} beginnen; {first} liegt {missing} davor.",
        hi: "छुट्टी नियुक्ति की तारीख़ {hired} के {needed} बाद शुरू हो सकती है; {first} उससे {missing} पहले है।",
    }
    notice_too_short(amount, needed, first, given, today) {
        en: "Leave of {amount} needs {needed} of notice; {first} is {given} after {today}.",
        de: "Urlaub von {amount} braucht {needed} Vorlauf; der {first} liegt {given} nach dem {today}.",
        hi: "{amount} की छुट्टी के लिए {needed} की पूर्व सूचना आवश्यक है; {first} की तारीख़ {today} से {given} बाद है।",
    }
    past_days(first, age) {
        en: "{first} was {age} ago. Leave cannot be requested for past days.",
        de: "Der {first} liegt {age} zurück. Für vergangene Tage kann kein Urlaub beantragt werden.",
        hi: "{first} की तारीख़ {age} पहले थी। बीते दिनों के लिए छुट्टी का अनुरोध नहीं किया जा सकता।",
    }
    too_far_back(first, age, most) {
        en: "{first} was {age} ago. Leave can be requested up to {most} in the past.",
        de: "Der {first} liegt {age} zurück. Urlaub kann höchstens {most} rückwirkend beantragt werden.",
        hi: "{first} की तारीख़ {age} पहले थी। छुट्टी का अनुरोध अधिकतम {most} पहले तक के लिए किया जा सकता है।",
    }
    no_longer_between(first, last, ended) {
        en: "Days off beside the leave from {first} to {last} were returned: they no longer lie between leave, because {ended} ended or changed.",
        de: "Freie Tage neben dem Urlaub vom {first} bis {last} wurden zurückgegeben: Sie liegen nicht mehr zwischen Urlaub, weil {ended} endete oder sich änderte.",
        hi: "{first} से {last} की छुट्टी के पास के अवकाश के दिन लौटाए गए: {ended} के समाप्त होने या बदलने से वे अब छुट्टियों के बीच नहीं हैं।",
    }
    moved_away(from, to, new_from, new_to, reason) {
        en: "The leave from {from} to {to} was moved to {new_from} to {new_to}; its old days were returned. Reason: {reason}",
        de: "Der Urlaub vom {from} bis {to} wurde auf {new_from} bis {new_to} verschoben; seine alten Tage wurden zurückgegeben. Begründung: {reason}",
        hi: "{from} से {to} की छुट्टी {new_from} से {new_to} पर ले जाई गई; उसके पुराने दिन लौटाए गए। कारण: {reason}",
    }
    moved_here(from, to, new_from, new_to, reason) {
        en: "The leave from {from} to {to} was moved to {new_from} to {new_to}; its new days were taken. Reason: {reason}",
        de: "Der Urlaub vom {from} bis {to} wurde auf {new_from} bis {new_to} verschoben; seine neuen Tage wurden genommen. Begründung: {reason}",
        hi: "{from} से {to} की छुट्टी {new_from} से {new_to} पर ले जाई गई; उसके नए दिन लिए गए। कारण: {reason}",
    }
    days_out_of_order() {
        en: "The last day must not be before the first day.",
        de: "Der letzte Tag darf nicht vor dem ersten Tag liegen.",
        hi: "अंतिम दिन पहले दिन से पूर्व नहीं होना चाहिए।",
    }
    leave_too_long(most) {
        en: "A request must be at most {most} days long.",
        de: "Ein Antrag darf höchstens {most} Tage umfassen.",
        hi: "अनुरोध अधिकतम {most} दिनों का हो सकता है।",
    }
    absence_too_long(amount, first, last, most) {
        en: "This would make {amount} of absence in a row, {first} to {last}. The limit is {most}.",
        de: "Damit ergäbe sich eine durchgehende Abwesenheit vom {first} bis zum {last}: {amount}. Höchstens erlaubt: {most}.",
        hi: "इससे {first} से {last} तक लगातार {amount} की अनुपस्थिति होगी। सीमा {most} है।",
    }
    attachment_needed(above, amount) {
        en: "Leave of more than {above} needs an attachment; with adjoining leave, this is {amount}.",
        de: "Urlaub von mehr als {above} braucht einen Anhang; mit angrenzendem Urlaub sind es {amount}.",
        hi: "{above} से अधिक की छुट्टी के साथ संलग्नक आवश्यक है; सटी हुई छुट्टी के साथ यह {amount} है।",
    }
    blackout_day(date, from, to, reason) {
        en: "{date} is in the blackout period {from} to {to} ({reason}). Choose other days.",
        de: "Der {date} liegt in der Urlaubssperre vom {from} bis zum {to} ({reason}). Wählen Sie andere Tage.",
        hi: "{date} की तारीख़ {from} से {to} तक की छुट्टी-निषेध अवधि ({reason}) में है। अन्य दिन चुनें।",
    }
    blackout_days(first, last, from, to, reason) {
        en: "{first} to {last} are in the blackout period {from} to {to} ({reason}). Choose other days.",
        de: "Die Tage vom {first} bis zum {last} liegen in der Urlaubssperre vom {from} bis zum {to} ({reason}). Wählen Sie andere Tage.",
        hi: "{first} से {last} तक के दिन {from} से {to} तक की छुट्टी-निषेध अवधि ({reason}) में हैं। अन्य दिन चुनें।",
    }
    balance_too_low(required, available, first, lowest, lowest_on, floor) {
        en: "This request takes {required}, but {available} can be taken on {first}. The balance would fall to {lowest} on {lowest_on}; it must not fall below {floor}.",
        de: "Dieser Antrag umfasst {required}; am {first} verfügbar: {available}. Der Saldo würde am {lowest_on} auf {lowest} fallen; er darf nicht unter {floor} fallen.",
        hi: "इस अनुरोध के लिए {required} चाहिए, पर {first} को उपलब्ध शेष {available} है। {lowest_on} को शेष घटकर {lowest} हो जाएगा; वह {floor} से कम नहीं होना चाहिए।",
    }

    // Violations by a worked day.
    daily_maximum(worked, date, most) {
        en: "{worked} were worked on {date}; the daily maximum is {most}.",
        de: "Am {date} wurden {worked} gearbeitet; die tägliche Höchstarbeitszeit beträgt {most}.",
        hi: "{date} को {worked} काम हुआ; दैनिक अधिकतम कार्य समय {most} है।",
    }
    weekly_maximum(worked, date, most) {
        en: "{worked} were worked in the week up to {date}; the weekly maximum is {most}.",
        de: "In der Woche bis zum {date} wurden {worked} gearbeitet; die wöchentliche Höchstarbeitszeit beträgt {most}.",
        hi: "{date} तक के सप्ताह में {worked} काम हुआ; साप्ताहिक अधिकतम कार्य समय {most} है।",
    }
    daily_rest(date, rest, least) {
        en: "The rest before the work of {date} was {rest}; the minimum is {least}.",
        de: "Die Ruhezeit vor der Arbeit am {date} betrug {rest}; vorgeschrieben sind mindestens {least}.",
        hi: "{date} के काम से पहले का विश्राम {rest} का था; न्यूनतम {least} है।",
    }
    weekly_rest(date, since, least) {
        en: "The work of {date} ended {since} after the last weekly rest; every seven days must contain {least} of consecutive rest.",
        de: "Die Arbeit am {date} endete {since} nach der letzten wöchentlichen Ruhezeit; alle sieben Tage sind {least} zusammenhängende Ruhezeit vorgeschrieben.",
        hi: "{date} का काम पिछले साप्ताहिक विश्राम के {since} बाद समाप्त हुआ; हर सात दिनों में {least} का लगातार विश्राम आवश्यक है।",
    }
    break_missing(worked, date, taken, over, required) {
        en: "{worked} were worked on {date} with {taken} of break; work of more than {over} requires {required} of break.",
        de: "Am {date} wurden {worked} mit {taken} Pause gearbeitet; bei mehr als {over} Arbeit sind {required} Pause vorgeschrieben.",
        hi: "{date} को {worked} काम हुआ और {taken} का ब्रेक लिया गया; {over} से अधिक काम पर {required} का ब्रेक आवश्यक है।",
    }
    daily_overtime_cap(worked, date, overtime, standard, most) {
        en: "{worked} were worked on {date}, {overtime} above the standard day of {standard}; the daily overtime cap is {most}.",
        de: "Am {date} wurden {worked} gearbeitet, {overtime} über dem Regelarbeitstag von {standard}; erlaubt sind höchstens {most} Überstunden am Tag.",
        hi: "{date} को {worked} काम हुआ, जो {standard} के मानक कार्य दिवस से {overtime} अधिक है; दैनिक ओवरटाइम सीमा {most} है।",
    }

    // Lines of a balance.
    balance_before(date, amount) {
        en: "Balance before {date}: {amount}.",
        de: "Saldo vor dem {date}: {amount}.",
        hi: "{date} से पहले का शेष: {amount}।",
    }
    held_from(date, amount) {
        en: "Held by the pending request from {date}: {amount}.",
        de: "Durch den offenen Antrag ab dem {date} reserviert: {amount}.",
        hi: "{date} से शुरू होने वाले लंबित अनुरोध के लिए आरक्षित: {amount}।",
    }
    taken_from(date, amount) {
        en: "Taken by the approved request from {date}: {amount}.",
        de: "Durch den genehmigten Antrag ab dem {date} genommen: {amount}.",
        hi: "{date} से शुरू होने वाले स्वीकृत अनुरोध में ली गई छुट्टी: {amount}।",
    }
    credited_on(date, amount) {
        en: "Credited on {date}: {amount}.",
        de: "Gutgeschrieben am {date}: {amount}.",
        hi: "{date} को जमा: {amount}।",
    }
    instalment_on(date, amount) {
        en: "Instalment of the entitlement on {date}: {amount}.",
        de: "Anteil des Urlaubsanspruchs am {date}: {amount}.",
        hi: "{date} को पात्रता की किस्त: {amount}।",
    }
    carried_out_on(date, amount) {
        en: "Carried over out of the ended leave year on {date}: {amount}.",
        de: "Aus dem beendeten Urlaubsjahr übertragen am {date}: {amount}.",
        hi: "समाप्त हुए छुट्टी वर्ष से {date} को आगे ले जाई गई छुट्टी: {amount}।",
    }
    carried_in_on(date, amount) {
        en: "Carried over from the previous leave year on {date}: {amount}.",
        de: "Aus dem vorherigen Urlaubsjahr übernommen am {date}: {amount}.",
        hi: "पिछले छुट्टी वर्ष से {date} को लाई गई छुट्टी: {amount}।",
    }
    expired_on(date, amount) {
        en: "Expired on {date}: {amount}.",
        de: "Verfallen am {date}: {amount}.",
        hi: "{date} को समाप्त हुई छुट्टी: {amount}।",
    }
    paid_out_on(date, amount) {
        en: "Paid out on {date}: {amount}.",
        de: "Ausgezahlt am {date}: {amount}.",
        hi: "{date} को भुगतान किया गया: {amount}।",
    }
    corrected_on(date, amount) {
        en: "Corrected on {date}: {amount}.",
        de: "Korrigiert am {date}: {amount}.",
        hi: "{date} को सुधार: {amount}।",
    }

    // Entries of the ledger.
    instalment(number, count, entitlement, from, to, amount) {
        en: "Instalment {number} of {count} of {entitlement} for the leave year {from} to {to}: {amount}.",
        de: "Anteil {number} von {count}, Urlaubsanspruch {entitlement} für das Urlaubsjahr {from} bis {to}: {amount}.",
        hi: "{from} से {to} तक के छुट्टी वर्ष की पात्रता {entitlement}, किस्त {number}/{count}: {amount}।",
    }
    instalment_of_parts(number, count, from, to, parts, amount) {
        en: "Instalment {number} of {count} for the leave year {from} to {to}, whose entitlement changes ({parts}): {amount}.",
        de: "Anteil {number} von {count} für das Urlaubsjahr {from} bis {to}, in dem sich der Anspruch ändert ({parts}): {amount}.",
        hi: "{from} से {to} तक का छुट्टी वर्ष, जिसमें पात्रता बदलती है ({parts}), किस्त {number}/{count}: {amount}।",
    }
    instalment_of_hours(hours, from, to, most, amount) {
        en: "{hours} hours worked from {from} to {to}, which earn at most {most} in the leave year: {amount}.",
        de: "{hours} geleistete Stunden vom {from} bis {to}, höchstens {most} im Urlaubsjahr: {amount}.",
        hi: "{from} से {to} तक {hours} घंटे काम, छुट्टी वर्ष में अधिकतम {most}: {amount}।",
    }
    hours_corrected(why, amount, before) {
        en: "{why} This entry corrects it by {amount}. Posted before the worked hours changed: {before}.",
        de: "{why} Die Korrektur beträgt {amount}. Vor der Änderung der geleisteten Stunden gebucht: {before}.",
        hi: "{why} सुधार: {amount}। काम के घंटे बदलने से पहले दर्ज: {before}।",
    }
    instalment_part(entitlement, from, to) {
        en: "{entitlement} a year from {from} to {to}",
        de: "{entitlement} im Jahr vom {from} bis {to}",
        hi: "{from} से {to} तक {entitlement} प्रति वर्ष",
    }
    instalment_part_of_fte(entitlement, percent, from, to) {
        en: "{entitlement} a year at {percent} % from {from} to {to}",
        de: "{entitlement} im Jahr bei {percent} % vom {from} bis {to}",
        hi: "{from} से {to} तक {percent} % पर {entitlement} प्रति वर्ष",
    }
    day_length_changed(old, new, before, after) {
        en: "The standard day changes from {old} to {new} minutes. The balance keeps its days: {before} become {after}.",
        de: "Der Regelarbeitstag ändert sich von {old} auf {new} Minuten. Der Saldo behält seine Tage: aus {before} werden {after}.",
        hi: "मानक कार्य दिवस {old} से {new} मिनट हो जाता है। शेष के दिन वही रहते हैं: {before} अब {after} हैं।",
    }
    credit_expired(amount, credited, last) {
        en: "Leave credited on {credited} and not taken by {last} expires: {amount}.",
        de: "Am {credited} gutgeschriebener Urlaub, der bis zum {last} nicht genommen wurde, verfällt: {amount}.",
        hi: "{credited} को जमा की गई छुट्टी, जो {last} तक नहीं ली गई, समाप्त होती है: {amount}।",
    }
    cap_exceeded(balance, last, cap, lost) {
        en: "The balance on {last} was {balance}. At most {cap} can be carried over, so the rest expires: {lost}.",
        de: "Der Saldo am {last} betrug {balance}. Höchstens übertragbar: {cap}. Der Rest verfällt: {lost}.",
        hi: "{last} को शेष {balance} था। अधिकतम {cap} की छुट्टी आगे ले जाई जा सकती है, इसलिए बाकी समाप्त होती है: {lost}।",
    }
    carried_out(amount, from, to) {
        en: "Carried over out of the leave year {from} to {to}: {amount}.",
        de: "Aus dem Urlaubsjahr {from} bis {to} übertragen: {amount}.",
        hi: "{from} से {to} तक के छुट्टी वर्ष से आगे ले जाई गई छुट्टी: {amount}।",
    }
    carried_in(amount, from, to) {
        en: "Carried over from the leave year {from} to {to}: {amount}.",
        de: "Aus dem Urlaubsjahr {from} bis {to} übernommen: {amount}.",
        hi: "{from} से {to} तक के छुट्टी वर्ष से लाई गई छुट्टी: {amount}।",
    }
    carried_in_until(amount, from, to, last) {
        en: "Carried over from the leave year {from} to {to}, to be taken by {last}: {amount}.",
        de: "Aus dem Urlaubsjahr {from} bis {to} übernommen, zu nehmen bis zum {last}: {amount}.",
        hi: "{from} से {to} तक के छुट्टी वर्ष से लाई गई छुट्टी, जिसे {last} तक लेना है: {amount}।",
    }
    leaver_corrected(last, granted, earned) {
        en: "The last day of employment is {last}. Granted by instalments: {granted}. Earned: {earned}.",
        de: "Das Arbeitsverhältnis endet am {last}. Durch Anteile gewährt: {granted}. Erworben: {earned}.",
        hi: "रोज़गार {last} को समाप्त होता है। किस्तों से मिली छुट्टी: {granted}। अर्जित: {earned}।",
    }
    termination_withdrawn(granted, earned) {
        en: "The termination was withdrawn. Granted by instalments: {granted}. Earned: {earned}.",
        de: "Der Austritt wurde zurückgenommen. Durch Anteile gewährt: {granted}. Erworben: {earned}.",
        hi: "सेवा-समाप्ति वापस ली गई। किस्तों से मिली छुट्टी: {granted}। अर्जित: {earned}।",
    }
    entry_withdrawn() {
        en: "This entry is withdrawn, because the entries it follows from changed.",
        de: "Diese Buchung wird zurückgenommen, weil sich die Buchungen geändert haben, aus denen sie folgt.",
        hi: "यह प्रविष्टि वापस ली जाती है, क्योंकि जिन प्रविष्टियों पर यह आधारित है वे बदल गईं।",
    }
    rest_day_credit(worked, date, amount) {
        en: "{worked} minutes worked on {date}, a rest day: {amount}.",
        de: "{worked} Minuten Arbeit am {date}, einem Ruhetag: {amount}.",
        hi: "{date} को, जो विश्राम दिवस है, {worked} मिनट काम: {amount}।",
    }
    holiday_credit(worked, date, amount) {
        en: "{worked} minutes worked on {date}, a holiday: {amount}.",
        de: "{worked} Minuten Arbeit am {date}, einem Feiertag: {amount}.",
        hi: "{date} को, जो अवकाश है, {worked} मिनट काम: {amount}।",
    }
    day_after_credit(worked, date, amount) {
        en: "{worked} minutes worked on the rest day or holiday after {date}, in the work of {date}: {amount}.",
        de: "{worked} Minuten Arbeit am Ruhetag oder Feiertag nach dem {date}, in der Arbeit des {date}: {amount}.",
        hi: "{date} के काम में उसके बाद के विश्राम दिवस या अवकाश पर {worked} मिनट काम: {amount}।",
    }
    credit_corrected(why, amount, before) {
        en: "{why} This entry corrects the credit by {amount}. Posted before the day changed: {before}.",
        de: "{why} Diese Buchung korrigiert die Gutschrift um {amount}. Vor der Änderung des Tages gebucht: {before}.",
        hi: "{why} जमा में सुधार: {amount}। दिन बदलने से पहले दर्ज: {before}।",
    }
    entry_corrected(why, amount, before) {
        en: "{why} This entry corrects it by {amount}. Posted before the entries it follows from changed: {before}.",
        de: "{why} Die Korrektur beträgt {amount}. Vor der Änderung der zugrunde liegenden Buchungen gebucht: {before}.",
        hi: "{why} सुधार: {amount}। आधार प्रविष्टियाँ बदलने से पहले दर्ज: {before}।",
    }
    instalment_withdrawn() {
        en: "This instalment is withdrawn, because the employment or the policy changed.",
        de: "Dieser Anteil wird zurückgenommen, weil sich das Arbeitsverhältnis oder die Richtlinie geändert hat.",
        hi: "यह किस्त वापस ली जाती है, क्योंकि रोज़गार या नीति बदल गई।",
    }
    instalment_corrected(why, amount, before) {
        en: "{why} This entry corrects it by {amount}. Posted before the employment or the policy changed: {before}.",
        de: "{why} Die Korrektur beträgt {amount}. Vor der Änderung des Arbeitsverhältnisses oder der Richtlinie gebucht: {before}.",
        hi: "{why} सुधार: {amount}। रोज़गार या नीति बदलने से पहले दर्ज: {before}।",
    }
}
