//! Messages that explain the figures of a day.

kernel::messages! {
    sentences(first, second) { en: "{first} {second}", de: "{first} {second}", hi: "{first} {second}" }
    minutes(minutes) { en: "{minutes} min", de: "{minutes} min", hi: "{minutes} मिनट" }
    hours(hours, minutes) { en: "{hours} h {minutes} min", de: "{hours} h {minutes} min", hi: "{hours} घंटे {minutes} मिनट" }
    with_seconds(duration, seconds) { en: "{duration} {seconds} s", de: "{duration} {seconds} s", hi: "{duration} {seconds} सेकंड" }
    time_on(time, date) { en: "{time} on {date}", de: "{time} am {date}", hi: "{date} को {time}" }
    status_present() {
        en: "The employee checked in and out.",
        de: "Der Mitarbeiter hat ein- und ausgestempelt.",
        hi: "कर्मचारी ने चेक-इन और चेक-आउट किया।",
    }
    status_worked_free_day() {
        en: "The employee worked on a rest day or a holiday.",
        de: "Der Mitarbeiter hat an einem arbeitsfreien Tag oder Feiertag gearbeitet.",
        hi: "कर्मचारी ने विश्राम दिवस या सार्वजनिक अवकाश पर काम किया।",
    }
    status_incomplete() {
        en: "A punch is missing or out of order. Unpaired punches are not counted.",
        de: "Eine Stempelung fehlt oder passt nicht zur Reihenfolge. Einzelne Stempelungen zählen nicht.",
        hi: "कोई पंच छूटा है या क्रम में नहीं है। बिना जोड़ी के पंच गिने नहीं जाते।",
    }
    status_outside_shifts() {
        en: "The punches touch no planned shift. Check the roster or the punches.",
        de: "Die Stempelungen berühren keine geplante Schicht. Prüfen Sie den Dienstplan oder die Stempelungen.",
        hi: "पंच किसी भी नियोजित शिफ्ट के समय में नहीं आते। रोस्टर या पंच जाँचें।",
    }
    status_absent() {
        en: "Work was expected, but there is no punch.",
        de: "Es war Arbeit vorgesehen, aber es gibt keine Stempelung.",
        hi: "काम अपेक्षित था, पर कोई पंच नहीं है।",
    }
    status_long_leave() {
        en: "The employee is on long-term leave: no work is expected.",
        de: "Der Mitarbeiter ist langfristig abwesend: Es ist keine Arbeit vorgesehen.",
        hi: "कर्मचारी लंबी छुट्टी पर है: कोई काम अपेक्षित नहीं है।",
    }
    status_leave() {
        en: "Leave covers all expected time.",
        de: "Der Urlaub deckt die gesamte Sollzeit ab.",
        hi: "छुट्टी पूरे अपेक्षित समय के लिए है।",
    }
    status_half_leave() {
        en: "Leave covers a part of the day; the employee worked in the rest.",
        de: "Der Urlaub deckt einen Teil des Tages ab; in der übrigen Zeit hat der Mitarbeiter gearbeitet.",
        hi: "छुट्टी दिन के एक हिस्से के लिए है; बाकी समय कर्मचारी ने काम किया।",
    }
    status_holiday() {
        en: "A holiday without punches.",
        de: "Ein Feiertag ohne Stempelungen.",
        hi: "बिना पंच का सार्वजनिक अवकाश।",
    }
    status_rest_day() {
        en: "A rest day without punches.",
        de: "Ein arbeitsfreier Tag ohne Stempelungen.",
        hi: "बिना पंच का विश्राम दिवस।",
    }
    shift_span(code, from, to) {
        en: "Shift `{code}` from {from} to {to}.",
        de: "Schicht `{code}` von {from} bis {to}.",
        hi: "शिफ्ट `{code}`: {from} से {to} तक।",
    }
    shift_span_with_break(code, from, to, pause) {
        en: "Shift `{code}` from {from} to {to}, less {pause} of break.",
        de: "Schicht `{code}` von {from} bis {to}, abzüglich {pause} Pause.",
        hi: "शिफ्ट `{code}`: {from} से {to} तक, ब्रेक के {pause} घटाकर।",
    }
    standard_day() {
        en: "No shift is planned: the standard day counts.",
        de: "Es ist keine Schicht geplant: Der Regelarbeitstag gilt.",
        hi: "कोई शिफ्ट नियोजित नहीं है: मानक कार्य दिवस लागू होता है।",
    }
    rest_day_expected() {
        en: "A rest day: no work is expected.",
        de: "Ein arbeitsfreier Tag: Es ist keine Arbeit vorgesehen.",
        hi: "विश्राम दिवस: कोई काम अपेक्षित नहीं है।",
    }
    holiday_expected() {
        en: "A holiday: no work is expected.",
        de: "Ein Feiertag: Es ist keine Arbeit vorgesehen.",
        hi: "सार्वजनिक अवकाश: कोई काम अपेक्षित नहीं है।",
    }
    leave_deducted(duration) {
        en: "{duration} of leave is deducted.",
        de: "{duration} Urlaub werden abgezogen.",
        hi: "छुट्टी के {duration} घटाए गए हैं।",
    }
    expected_time(duration) {
        en: "Expected working time: {duration}.",
        de: "Sollzeit: {duration}.",
        hi: "अपेक्षित समय: {duration}।",
    }
    leave(leave_type, portion, duration) {
        en: "Leave `{leave_type}`, {portion}: {duration}.",
        de: "Urlaub `{leave_type}`, {portion}: {duration}.",
        hi: "छुट्टी `{leave_type}`, {portion}: {duration}।",
    }
    all_day() { en: "all day", de: "ganztägig", hi: "पूरा दिन" }
    first_half() { en: "the first half of the day", de: "erste Tageshälfte", hi: "पहला आधा दिन" }
    second_half() { en: "the second half of the day", de: "zweite Tageshälfte", hi: "दूसरा आधा दिन" }
    hours_between(from, to) { en: "from {from} to {to}", de: "von {from} bis {to}", hi: "{from} से {to} तक" }
    punches(punches) { en: "Punches: {punches}.", de: "Stempelungen: {punches}.", hi: "पंच: {punches}।" }
    no_counted_punches() {
        en: "Punches: none that counts.",
        de: "Stempelungen: keine, die zählt.",
        hi: "पंच: कोई भी गिना नहीं जाता।",
    }
    voided_punches(count) {
        en: "Voided by corrections: {count}.",
        de: "Durch Korrekturen ungültig: {count}.",
        hi: "सुधारों से अमान्य: {count}।",
    }
    repeated_punches(count) {
        en: "Repeated within a few seconds and not counted: {count}.",
        de: "Binnen weniger Sekunden wiederholt und nicht gezählt: {count}.",
        hi: "कुछ ही सेकंड में दोहराए गए और न गिने गए: {count}।",
    }
    in_at(time) { en: "check-in {time}", de: "Einstempeln {time}", hi: "चेक-इन {time}" }
    out_at(time) { en: "check-out {time}", de: "Ausstempeln {time}", hi: "चेक-आउट {time}" }
    break_from(time) { en: "break from {time}", de: "Pause ab {time}", hi: "ब्रेक {time} से" }
    break_until(time) { en: "break until {time}", de: "Pause bis {time}", hi: "ब्रेक {time} तक" }
    worked(exact, rounded) {
        en: "Worked {exact}. Rounded by the policy: {rounded}.",
        de: "Gearbeitet: {exact}. Nach der Richtlinie gerundet: {rounded}.",
        hi: "काम का समय: {exact}। नीति के अनुसार पूर्णांकित: {rounded}।",
    }
    worked_after_break(exact, pause, rounded) {
        en: "Worked {exact} after {pause} of break. Rounded by the policy: {rounded}.",
        de: "Gearbeitet: {exact} nach Abzug von {pause} Pause. Nach der Richtlinie gerundet: {rounded}.",
        hi: "काम का समय: ब्रेक के {pause} घटाकर {exact}। नीति के अनुसार पूर्णांकित: {rounded}।",
    }
    break_deducted(duration) {
        en: "{duration} of break not taken, deducted by policy.",
        de: "{duration} Pause nicht genommen, nach der Richtlinie abgezogen.",
        hi: "{duration} का ब्रेक नहीं लिया गया, नीति के अनुसार घटाया गया।",
    }
    early_work_not_counted(duration) {
        en: "{duration} before the shift does not count by policy.",
        de: "{duration} vor der Schicht zählen nach der Richtlinie nicht.",
        hi: "शिफ्ट से पहले के {duration} नीति के अनुसार गिने नहीं जाते।",
    }
    late(duration) {
        en: "Late by {duration}, counted from the start of the shift.",
        de: "{duration} zu spät, gerechnet ab Schichtbeginn.",
        hi: "{duration} की देरी, शिफ्ट की शुरुआत से गिनकर।",
    }
    first_check_in(time) {
        en: "The first check-in was at {time}.",
        de: "Das erste Einstempeln war um {time}.",
        hi: "पहला चेक-इन: {time}।",
    }
    early(duration) {
        en: "Left {duration} early, counted to the end of the shift.",
        de: "{duration} zu früh gegangen, gerechnet bis Schichtende.",
        hi: "{duration} पहले प्रस्थान, शिफ्ट के अंत तक गिनकर।",
    }
    last_check_out(time) {
        en: "The last check-out was at {time}.",
        de: "Das letzte Ausstempeln war um {time}.",
        hi: "अंतिम चेक-आउट: {time}।",
    }
    grace(duration) {
        en: "Up to {duration} is within grace; beyond that, all of it counts.",
        de: "Bis zu {duration} gelten als Karenzzeit; darüber zählt die gesamte Zeit.",
        hi: "{duration} तक की छूट है; उससे अधिक होने पर पूरा समय गिना जाता है।",
    }
    missing(missing, expected, worked) {
        en: "{missing} is missing: {expected} was expected, {worked} was worked.",
        de: "Es fehlen {missing}: Vorgesehen waren {expected}, gearbeitet wurden {worked}.",
        hi: "{missing} कम हैं: {expected} अपेक्षित थे, {worked} काम हुआ।",
    }
    overtime(duration, date, kind, rate) {
        en: "{duration} of overtime on {date}, {kind}, at {rate} %.",
        de: "{duration} Überstunden am {date} ({kind}) zu {rate} %.",
        hi: "{date} ({kind}) को {duration} ओवरटाइम, {rate} % की दर से।",
    }
    overtime_at_night(duration, date, kind, rate) {
        en: "{duration} of overtime on {date}, {kind}, in the night, at {rate} %.",
        de: "{duration} Überstunden am {date} ({kind}) in der Nacht zu {rate} %.",
        hi: "{date} ({kind}) को रात में {duration} ओवरटाइम, {rate} % की दर से।",
    }
    working_day() { en: "a working day", de: "Arbeitstag", hi: "कार्य दिवस" }
    rest_day() { en: "a rest day", de: "arbeitsfreier Tag", hi: "विश्राम दिवस" }
    holiday() { en: "a holiday", de: "Feiertag", hi: "सार्वजनिक अवकाश" }
    overtime_not_counted(duration) {
        en: "{duration} of overtime does not count: it is above a cap or below the minimum block.",
        de: "{duration} Überstunden zählen nicht: Sie liegen über einer Obergrenze oder unter der Mindestdauer.",
        hi: "{duration} ओवरटाइम गिना नहीं जाता: यह अधिकतम सीमा से ऊपर या न्यूनतम अवधि से कम है।",
    }
}
