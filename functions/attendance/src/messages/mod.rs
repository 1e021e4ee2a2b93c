//! Messages of attendance: what is wrong with a request, and remarks on punches.

pub mod explanation;

kernel::messages! {
    correction() { en: "correction", de: "Korrektur", hi: "सुधार" }
    day() { en: "day", de: "Tag", hi: "दिन" }
    department() { en: "department", de: "Abteilung", hi: "विभाग" }
    roster() { en: "roster", de: "Dienstplan", hi: "रोस्टर" }
    run() { en: "run", de: "Verarbeitungslauf", hi: "प्रोसेसिंग रन" }
    shift_assignment() { en: "shift assignment", de: "Schichtzuordnung", hi: "शिफ्ट असाइनमेंट" }
    site() { en: "site", de: "Standort", hi: "साइट" }

    name_line(chars_max) {
        en: "The name must be one line of 1 to {chars_max} characters.",
        de: "Der Name muss eine Zeile mit 1 bis {chars_max} Zeichen sein.",
        hi: "नाम 1 से {chars_max} अक्षरों की एक ही पंक्ति में होना चाहिए।",
    }
    text_line(chars_max) {
        en: "The text must be one line of 1 to {chars_max} characters.",
        de: "Der Text muss eine Zeile mit 1 bis {chars_max} Zeichen sein.",
        hi: "पाठ 1 से {chars_max} अक्षरों की एक ही पंक्ति में होना चाहिए।",
    }
    shifts_max(shifts) {
        en: "A day must have at most {shifts} shifts.",
        de: "Ein Tag darf höchstens {shifts} Schichten haben.",
        hi: "एक दिन में अधिकतम {shifts} शिफ्ट हो सकती हैं।",
    }
    shift_code(chars_max) {
        en: "A shift code must have 1 to {chars_max} characters of a-z, 0-9 and -.",
        de: "Ein Schichtcode muss aus 1 bis {chars_max} Zeichen von a-z, 0-9 und - bestehen.",
        hi: "शिफ्ट कोड में a-z, 0-9 और - के 1 से {chars_max} अक्षर होने चाहिए।",
    }
    cycle_days(days) {
        en: "The cycle must have 1 to {days} days.",
        de: "Der Zyklus muss 1 bis {days} Tage haben.",
        hi: "चक्र 1 से {days} दिनों का होना चाहिए।",
    }
    fences_max(fences) {
        en: "A site must have at most {fences} fences.",
        de: "Ein Standort darf höchstens {fences} Geofences haben.",
        hi: "एक साइट में अधिकतम {fences} जियोफ़ेंस हो सकते हैं।",
    }
    accuracy() {
        en: "The accuracy must be 0 to 100000 metres.",
        de: "Die Genauigkeit muss 0 bis 100000 Meter betragen.",
        hi: "सटीकता 0 से 100000 मीटर के बीच होनी चाहिए।",
    }
    latitude() {
        en: "The latitude must be -90 to 90 degrees.",
        de: "Die geografische Breite muss -90 bis 90 Grad betragen.",
        hi: "अक्षांश -90 से 90 डिग्री के बीच होना चाहिए।",
    }
    longitude() {
        en: "The longitude must be -180 to 180 degrees.",
        de: "Die geografische Länge muss -180 bis 180 Grad betragen.",
        hi: "देशांतर -180 से 180 डिग्री के बीच होना चाहिए।",
    }
    radius() {
        en: "The radius must be 10 to 10000 metres.",
        de: "Der Radius muss 10 bis 10000 Meter betragen.",
        hi: "त्रिज्या 10 से 10000 मीटर के बीच होनी चाहिए।",
    }
    month_expected() {
        en: "expected a month such as 2026-11",
        de: "erwartet wird ein Monat wie 2026-11",
        hi: "2026-11 जैसा महीना अपेक्षित है",
    }

    last_day_before_first() {
        en: "The last day must not be before the first day.",
        de: "Der letzte Tag darf nicht vor dem ersten Tag liegen.",
        hi: "अंतिम दिन पहले दिन से पूर्व नहीं होना चाहिए।",
    }
    to_before_from() {
        en: "`to` must not be before `from`.",
        de: "`to` darf nicht vor `from` liegen.",
        hi: "`to` की तारीख़ `from` से पहले की नहीं होनी चाहिए।",
    }
    period_too_long(days) {
        en: "The period must have at most {days} days.",
        de: "Der Zeitraum darf höchstens {days} Tage umfassen.",
        hi: "अवधि अधिकतम {days} दिनों की हो सकती है।",
    }
    last_day_in_future() {
        en: "The last day must be today or earlier.",
        de: "Der letzte Tag muss heute oder früher sein.",
        hi: "अंतिम दिन आज या उससे पहले का होना चाहिए।",
    }
    first_day_too_old(days) {
        en: "The first day must be at most {days} days ago. Older days cannot change.",
        de: "Der erste Tag darf höchstens {days} Tage zurückliegen. Ältere Tage können sich nicht mehr ändern.",
        hi: "पहला दिन अधिकतम {days} दिन पुराना हो सकता है। उससे पुराने दिन अब नहीं बदल सकते।",
    }
    employee_and_department() {
        en: "Send either `employee_id` or `department`, not both.",
        de: "Senden Sie entweder `employee_id` oder `department`, nicht beides.",
        hi: "या तो `employee_id` भेजें या `department`; दोनों नहीं।",
    }
    other_month(date, month) {
        en: "{date} is not in {month}. Choose a day of that month.",
        de: "Der {date} liegt nicht im Monat {month}. Wählen Sie einen Tag dieses Monats.",
        hi: "{date} महीने {month} में नहीं है। उसी महीने का कोई दिन चुनें।",
    }
    export_too_large() {
        en: "The export is larger than 5 MB. Export fewer days of the month with `from` and `to`.",
        de: "Der Export ist größer als 5 MB. Exportieren Sie mit `from` und `to` weniger Tage des Monats.",
        hi: "निर्यात 5 MB से बड़ा है। `from` और `to` से महीने के कम दिन चुनकर निर्यात करें।",
    }
    month_closed(month, site) {
        en: "{month} is closed at site `{site}`. Later changes are differences in the open month.",
        de: "Der Monat {month} ist am Standort `{site}` abgeschlossen. Spätere Änderungen sind Differenzen im offenen Monat.",
        hi: "साइट `{site}` पर महीना {month} बंद है। बाद के परिवर्तन खुले महीने में अंतर हैं।",
    }
    earlier_month_open(month, site) {
        en: "Months are closed in order. Close {month} of site `{site}` first.",
        de: "Monate werden der Reihe nach abgeschlossen. Schließen Sie zuerst {month} am Standort `{site}` ab.",
        hi: "महीने क्रम से बंद किए जाते हैं। पहले साइट `{site}` का {month} बंद करें।",
    }
    month_not_covered(month, from) {
        en: "The overnight run has not settled all days of {month} yet. Close the month from {from} on.",
        de: "Der nächtliche Lauf hat noch nicht alle Tage von {month} verarbeitet. Schließen Sie den Monat ab dem {from} ab.",
        hi: "रात के रन ने {month} के सभी दिन अभी संसाधित नहीं किए हैं। {from} से महीना बंद करें।",
    }
    month_has_open_run(month) {
        en: "A run that may change days of {month} is not complete. Close the month after the run.",
        de: "Ein Verarbeitungslauf, der Tage von {month} ändern kann, ist nicht beendet. Schließen Sie den Monat danach ab.",
        hi: "एक रन, जो {month} के दिन बदल सकता है, पूरा नहीं हुआ है। रन के बाद महीना बंद करें।",
    }
    differences_too_large() {
        en: "The export is larger than 5 MB. Export fewer days with `from` and `to`.",
        de: "Der Export ist größer als 5 MB. Exportieren Sie mit `from` und `to` weniger Tage.",
        hi: "निर्यात 5 MB से बड़ा है। `from` और `to` से कम दिन चुनकर निर्यात करें।",
    }
    department_too_large(people) {
        en: "The department has more than {people} people. Export the month instead.",
        de: "Die Abteilung hat mehr als {people} Mitarbeiter. Exportieren Sie stattdessen den Monat.",
        hi: "विभाग में {people} से अधिक कर्मचारी हैं। इसके बजाय पूरे महीने का निर्यात करें।",
    }
    too_many_reports(people) {
        en: "More than {people} people report to you, directly or through others. Choose one manager with `manager`.",
        de: "Ihnen sind direkt oder indirekt mehr als {people} Mitarbeiter unterstellt. Wählen Sie mit `manager` eine Führungskraft.",
        hi: "प्रत्यक्ष या परोक्ष रूप से {people} से अधिक कर्मचारी आपके अधीन हैं। `manager` से कोई एक प्रबंधक चुनें।",
    }

    draft_invalid() {
        en: "The draft policy is invalid. Correct the places named in `errors`.",
        de: "Der Entwurf der Richtlinie ist ungültig. Korrigieren Sie die in `errors` genannten Stellen.",
        hi: "नीति का मसौदा मान्य नहीं है। `errors` में बताए गए स्थान सुधारें।",
    }
    several_selections() {
        en: "Send only one of `employee_ids`, `department` and `site`.",
        de: "Senden Sie nur eines von `employee_ids`, `department` und `site`.",
        hi: "`employee_ids`, `department` और `site` में से केवल एक भेजें।",
    }
    unknown_employee_id() {
        en: "No employee has this id.",
        de: "Kein Mitarbeiter hat diese ID.",
        hi: "इस ID का कोई कर्मचारी नहीं है।",
    }
    foreign_cursor() {
        en: "The cursor does not belong to this simulation.",
        de: "Der Cursor gehört nicht zu dieser Simulation.",
        hi: "कर्सर इस सिमुलेशन का नहीं है।",
    }
    restart_without_cursor() {
        en: "Start again without `cursor`.",
        de: "Beginnen Sie ohne `cursor` von vorn.",
        hi: "`cursor` के बिना फिर से शुरू करें।",
    }

    already_checked_in() {
        en: "You are checked in already. Check out first.",
        de: "Sie sind bereits eingestempelt. Stempeln Sie zuerst aus.",
        hi: "आप पहले ही चेक-इन कर चुके हैं। पहले चेक-आउट करें।",
    }
    check_in_too_long_ago(hours) {
        en: "Your check-in is more than {hours} hours ago. Request a correction of that day.",
        de: "Sie haben vor mehr als {hours} Stunden eingestempelt. Beantragen Sie eine Korrektur dieses Tages.",
        hi: "आपके चेक-इन को {hours} घंटे से अधिक हो चुके हैं। उस दिन के लिए सुधार का अनुरोध करें।",
    }
    already_on_break() {
        en: "You are on a break already. End it first.",
        de: "Sie sind bereits in der Pause. Beenden Sie diese zuerst.",
        hi: "आप पहले से ब्रेक पर हैं। पहले उसे समाप्त करें।",
    }
    not_on_break() {
        en: "You are not on a break. Start one first.",
        de: "Sie sind nicht in der Pause. Beginnen Sie zuerst eine.",
        hi: "आप ब्रेक पर नहीं हैं। पहले ब्रेक शुरू करें।",
    }
    not_checked_in() {
        en: "You are not checked in. Check in first.",
        de: "Sie sind nicht eingestempelt. Stempeln Sie zuerst ein.",
        hi: "आपने चेक-इन नहीं किया है। पहले चेक-इन करें।",
    }
    day_full(punches) {
        en: "This day has {punches} punches, the maximum, voided ones included. No more can be recorded.",
        de: "Dieser Tag hat mit {punches} Stempelungen die Höchstzahl erreicht, ungültige eingeschlossen. Weitere können nicht erfasst werden.",
        hi: "इस दिन अमान्य पंच सहित {punches} पंच दर्ज हैं, जो अधिकतम संख्या है। और पंच दर्ज नहीं किए जा सकते।",
    }
    captured_ahead() {
        en: "The clock of the device is ahead of the server's. Correct it, or leave out `captured_at`.",
        de: "Die Uhr des Geräts geht gegenüber der des Servers vor. Stellen Sie sie richtig oder lassen Sie `captured_at` weg.",
        hi: "डिवाइस की घड़ी सर्वर की घड़ी से आगे है। उसे ठीक करें, या `captured_at` न भेजें।",
    }
    device_time_in_future() {
        en: "The time is in the future. Check the clock of the device.",
        de: "Die Zeit liegt in der Zukunft. Prüfen Sie die Uhr des Geräts.",
        hi: "समय भविष्य का है। डिवाइस की घड़ी जाँचें।",
    }
    time_in_future() {
        en: "The time is in the future. Choose a time that has passed.",
        de: "Die Zeit liegt in der Zukunft. Wählen Sie eine vergangene Zeit.",
        hi: "समय भविष्य का है। बीता हुआ समय चुनें।",
    }
    time_days_ago(days) {
        en: "The time is more than {days} days ago, the maximum.",
        de: "Die Zeit darf höchstens {days} Tage zurückliegen.",
        hi: "समय अधिकतम {days} दिन पुराना हो सकता है।",
    }
    time_hours_ago(hours) {
        en: "The time is more than {hours} hours ago, the maximum. Request a correction instead.",
        de: "Die Zeit darf höchstens {hours} Stunden zurückliegen. Beantragen Sie stattdessen eine Korrektur.",
        hi: "समय अधिकतम {hours} घंटे पुराना हो सकता है। इसके बजाय सुधार का अनुरोध करें।",
    }
    employment_began(date) {
        en: "The employment began on {date}. Choose that day or a later one.",
        de: "Das Arbeitsverhältnis begann am {date}. Wählen Sie diesen oder einen späteren Tag.",
        hi: "रोज़गार {date} को शुरू हुआ। वही दिन या उसके बाद का दिन चुनें।",
    }
    employment_ended(date) {
        en: "The employment ended on {date}. Choose that day or an earlier one.",
        de: "Das Arbeitsverhältnis endete am {date}. Wählen Sie diesen oder einen früheren Tag.",
        hi: "रोज़गार {date} को समाप्त हुआ। वही दिन या उससे पहले का दिन चुनें।",
    }
    site_without_fence() {
        en: "This site rejects punches outside its fences, but it has no fence. Ask HR to add one.",
        de: "Dieser Standort lehnt Stempelungen außerhalb seiner Geofences ab, hat aber keinen Geofence. Bitten Sie die Personalabteilung, einen anzulegen.",
        hi: "यह साइट जियोफ़ेंस के बाहर के पंच स्वीकार नहीं करती, पर इसमें कोई जियोफ़ेंस नहीं है। HR से एक जोड़ने को कहें।",
    }
    position_required(site) {
        en: "{site} requires the position of the punch. Allow access to the location.",
        de: "{site} verlangt die Position der Stempelung. Erlauben Sie den Zugriff auf die Position des Geräts.",
        hi: "{site} में पंच के साथ स्थान देना आवश्यक है। डिवाइस का स्थान देखने की अनुमति दें।",
    }
    position_inaccurate() {
        en: "The position is not accurate enough for this site. Try again with a better GPS signal.",
        de: "Die Position ist für diesen Standort nicht genau genug. Versuchen Sie es mit besserem GPS-Empfang noch einmal.",
        hi: "इस साइट के लिए स्थान पर्याप्त सटीक नहीं है। बेहतर GPS सिग्नल के साथ फिर से कोशिश करें।",
    }
    outside_fences(metres) {
        en: "The position is up to {metres} m outside the nearest fence of this site. Go there to punch.",
        de: "Die Position liegt bis zu {metres} m außerhalb des nächsten Geofence dieses Standorts. Stempeln Sie dort.",
        hi: "आपका स्थान इस साइट के सबसे पास के जियोफ़ेंस से {metres} मीटर तक बाहर है। वहाँ जाकर पंच करें।",
    }
    outside_window(date) {
        en: "This punch is outside every shift window. It was recorded on {date}.",
        de: "Diese Stempelung liegt außerhalb jeder Schicht. Sie wurde am {date} erfasst.",
        hi: "यह पंच हर शिफ्ट की समय-सीमा से बाहर है। इसे {date} के दिन में दर्ज किया गया।",
    }
    outside_window_reported(date) {
        en: "This punch is outside every shift window. It was recorded on {date}, and you and your manager were notified.",
        de: "Diese Stempelung liegt außerhalb jeder Schicht. Sie wurde am {date} erfasst; Sie und Ihre Führungskraft wurden benachrichtigt.",
        hi: "यह पंच हर शिफ्ट की समय-सीमा से बाहर है। इसे {date} के दिन में दर्ज किया गया, और आपको और आपके प्रबंधक को सूचना दी गई।",
    }
    repeated_tap() {
        en: "This punch repeats a tap within a few seconds. It was recorded with a flag, and another punch of that tap counts.",
        de: "Diese Stempelung wiederholt eine andere binnen weniger Sekunden. Sie wurde mit einem Vermerk erfasst; es zählt eine andere Stempelung.",
        hi: "यह पंच कुछ ही सेकंड के भीतर किसी दूसरे पंच को दोहराता है। इसे चिह्नित करके दर्ज किया गया; गिनती में दूसरा पंच आता है।",
    }
    flagged_outside_fences() {
        en: "This punch was made outside the fences of the site. It was recorded with a flag.",
        de: "Diese Stempelung erfolgte außerhalb der Geofences des Standorts. Sie wurde mit einem Vermerk erfasst.",
        hi: "यह पंच साइट के जियोफ़ेंस के बाहर किया गया। इसे चिह्नित करके दर्ज किया गया।",
    }
    flagged_without_position() {
        en: "This punch has no position. It was recorded with a flag.",
        de: "Diese Stempelung hat keine Position. Sie wurde mit einem Vermerk erfasst.",
        hi: "इस पंच के साथ स्थान नहीं है। इसे चिह्नित करके दर्ज किया गया।",
    }

    own_entry() {
        en: "You cannot enter punches for yourself. Request a correction instead.",
        de: "Sie können keine Stempelungen für sich selbst eintragen. Beantragen Sie stattdessen eine Korrektur.",
        hi: "आप अपने लिए पंच दर्ज नहीं कर सकते। इसके बजाय सुधार का अनुरोध करें।",
    }
    punches_recorded() {
        en: "These punches are recorded already.",
        de: "Diese Stempelungen sind bereits erfasst.",
        hi: "ये पंच पहले से दर्ज हैं।",
    }
    entry_of_other_day(date) {
        en: "By the shifts of this employee, the time belongs to {date}. Enter it for that day.",
        de: "Nach den Schichten dieses Mitarbeiters gehört die Zeit zum {date}. Tragen Sie sie für diesen Tag ein.",
        hi: "इस कर्मचारी की शिफ्टों के अनुसार यह समय {date} का है। इसे उसी दिन के लिए दर्ज करें।",
    }
    check_out_before_check_in() {
        en: "The check-out must be after the check-in.",
        de: "Das Ausstempeln muss nach dem Einstempeln liegen.",
        hi: "चेक-आउट का समय चेक-इन के बाद का होना चाहिए।",
    }
    check_out_too_late(hours) {
        en: "The check-out must be at most {hours} hours after the check-in.",
        de: "Das Ausstempeln darf höchstens {hours} Stunden nach dem Einstempeln liegen.",
        hi: "चेक-आउट चेक-इन के अधिकतम {hours} घंटे बाद हो सकता है।",
    }
    entry_contradicts_day() {
        en: "The entry contradicts the punches of this day. Request a correction that voids the wrong ones.",
        de: "Der Eintrag widerspricht den Stempelungen dieses Tages. Beantragen Sie eine Korrektur, die die falschen ungültig macht.",
        hi: "यह प्रविष्टि इस दिन के पंचों से मेल नहीं खाती। ग़लत पंचों को अमान्य करने के लिए सुधार का अनुरोध करें।",
    }

    correction_in_future(today) {
        en: "The day must not be after {today}, the current date at the site.",
        de: "Der Tag darf nicht nach dem {today} liegen, dem aktuellen Datum am Standort.",
        hi: "दिन {today} के बाद का नहीं होना चाहिए, जो साइट पर आज की तारीख़ है।",
    }
    correction_too_old(days) {
        en: "Only the last {days} days can be corrected. Ask HR about older days.",
        de: "Nur die letzten {days} Tage können korrigiert werden. Wenden Sie sich für ältere Tage an die Personalabteilung.",
        hi: "केवल पिछले {days} दिनों में सुधार किया जा सकता है। उससे पुराने दिनों के लिए HR से संपर्क करें।",
    }
    approval_too_late(days) {
        en: "The day is more than {days} days ago and can no longer change. Reject the correction.",
        de: "Der Tag liegt mehr als {days} Tage zurück und kann sich nicht mehr ändern. Lehnen Sie die Korrektur ab.",
        hi: "यह दिन {days} दिन से अधिक पुराना है और अब नहीं बदल सकता। सुधार को अस्वीकार करें।",
    }
    correction_empty() {
        en: "Name a wrong punch in `void` or a missing one in `add`.",
        de: "Nennen Sie eine falsche Stempelung in `void` oder eine fehlende in `add`.",
        hi: "`void` में कोई ग़लत पंच या `add` में कोई छूटा हुआ पंच बताएँ।",
    }
    addition_to_other_day(date) {
        en: "The time belongs to the shift day {date}. Correct that day instead.",
        de: "Die Zeit gehört zum Schichttag {date}. Korrigieren Sie stattdessen diesen Tag.",
        hi: "यह समय {date} के शिफ्ट दिन का है। इसके बजाय उसी दिन में सुधार करें।",
    }
    unknown_punch() {
        en: "This punch is not on the day. Use the id of one of its punches.",
        de: "Diese Stempelung gehört nicht zu dem Tag. Verwenden Sie die ID einer seiner Stempelungen.",
        hi: "यह पंच इस दिन का नहीं है। इसी दिन के किसी पंच की ID दें।",
    }
    punch_void() {
        en: "Another correction has voided this punch. Remove it from the list.",
        de: "Eine andere Korrektur hat diese Stempelung ungültig gemacht. Entfernen Sie sie aus der Liste.",
        hi: "किसी अन्य सुधार ने इस पंच को अमान्य कर दिया है। इसे सूची से हटाएँ।",
    }
    punch_twice() {
        en: "This punch is listed twice. Remove one.",
        de: "Diese Stempelung ist zweimal aufgeführt. Entfernen Sie eine davon.",
        hi: "यह पंच सूची में दो बार है। एक हटाएँ।",
    }
    correction_fills_day(punches) {
        en: "With this correction, the day would have more than {punches} punches, the maximum.",
        de: "Mit dieser Korrektur hätte der Tag mehr als {punches} Stempelungen, die Höchstzahl.",
        hi: "इस सुधार से दिन में {punches} से अधिक पंच हो जाएँगे, जो अधिकतम संख्या है।",
    }
    addition_out_of_order() {
        en: "With this punch, the day has a check-out or break without a check-in, or two check-ins in a row.",
        de: "Mit dieser Stempelung hat der Tag ein Ausstempeln oder eine Pause ohne Einstempeln oder zweimal hintereinander ein Einstempeln.",
        hi: "इस पंच से दिन में चेक-इन के बिना चेक-आउट या ब्रेक, या लगातार दो चेक-इन हो जाते हैं।",
    }
    void_out_of_order() {
        en: "Without this punch, the day has a check-out or break without a check-in, or two check-ins in a row.",
        de: "Ohne diese Stempelung hat der Tag ein Ausstempeln oder eine Pause ohne Einstempeln oder zweimal hintereinander ein Einstempeln.",
        hi: "इस पंच के बिना दिन में चेक-इन के बिना चेक-आउट या ब्रेक, या लगातार दो चेक-इन हो जाते हैं।",
    }
    own_attendance() {
        en: "You cannot decide a correction of your own attendance.",
        de: "Sie können nicht über eine Korrektur Ihrer eigenen Zeiterfassung entscheiden.",
        hi: "आप अपनी ही उपस्थिति के सुधार पर निर्णय नहीं ले सकते।",
    }
    own_correction() {
        en: "You cannot decide a correction that you requested. Another approver must decide it.",
        de: "Sie können nicht über eine Korrektur entscheiden, die Sie beantragt haben. Ein anderer Genehmigender muss entscheiden.",
        hi: "जिस सुधार का अनुरोध आपने किया है, उस पर आप निर्णय नहीं ले सकते। किसी अन्य स्वीकृतिकर्ता को निर्णय लेना होगा।",
    }
    correction_approved() {
        en: "This correction was approved before. See the decision in `current`.",
        de: "Diese Korrektur wurde bereits genehmigt. Die Entscheidung steht in `current`.",
        hi: "यह सुधार पहले ही स्वीकृत हो चुका है। निर्णय `current` में देखें।",
    }
    correction_rejected() {
        en: "This correction was rejected before. See the decision in `current`.",
        de: "Diese Korrektur wurde bereits abgelehnt. Die Entscheidung steht in `current`.",
        hi: "यह सुधार पहले ही अस्वीकृत हो चुका है। निर्णय `current` में देखें।",
    }
    punch_gone() {
        en: "A punch of this correction was voided by another correction. Reject this one and request a new one.",
        de: "Eine Stempelung dieser Korrektur wurde durch eine andere Korrektur ungültig. Lehnen Sie diese ab und beantragen Sie eine neue.",
        hi: "इस सुधार का एक पंच किसी अन्य सुधार से अमान्य हो गया। इसे अस्वीकार करें और नए सुधार का अनुरोध करें।",
    }

    unknown_zone() {
        en: "The time zone is unknown. Use an IANA name such as Europe/Berlin.",
        de: "Die Zeitzone ist unbekannt. Verwenden Sie einen IANA-Namen wie Europe/Berlin.",
        hi: "समय क्षेत्र अज्ञात है। Europe/Berlin जैसा IANA नाम दें।",
    }
    file_empty() {
        en: "The file is empty. Start it with a header such as `employee_code,time`.",
        de: "Die Datei ist leer. Beginnen Sie sie mit einer Kopfzeile wie `employee_code,time`.",
        hi: "फ़ाइल खाली है। इसे `employee_code,time` जैसे शीर्षक से शुरू करें।",
    }
    file_without_rows() {
        en: "The file has a header only. Add at least one row.",
        de: "Die Datei hat nur eine Kopfzeile. Fügen Sie mindestens eine Zeile hinzu.",
        hi: "फ़ाइल में केवल शीर्षक है। कम से कम एक पंक्ति जोड़ें।",
    }
    file_too_long(rows) {
        en: "The file has more than {rows} rows. Split it.",
        de: "Die Datei hat mehr als {rows} Zeilen. Teilen Sie sie auf.",
        hi: "फ़ाइल में {rows} से अधिक पंक्तियाँ हैं। इसे बाँटें।",
    }
    unknown_column(name, known) {
        en: "Column `{name}` is unknown. Allowed columns are {known}.",
        de: "Die Spalte `{name}` ist unbekannt. Erlaubt sind {known}.",
        hi: "कॉलम `{name}` अज्ञात है। मान्य कॉलम हैं: {known}।",
    }
    duplicate_column(name) {
        en: "Column `{name}` appears twice in the header. Remove one.",
        de: "Die Spalte `{name}` kommt in der Kopfzeile zweimal vor. Entfernen Sie eine davon.",
        hi: "कॉलम `{name}` शीर्षक में दो बार है। एक हटाएँ।",
    }
    missing_column(name) {
        en: "The header lacks the column `{name}`. Add it.",
        de: "In der Kopfzeile fehlt die Spalte `{name}`. Fügen Sie sie hinzu.",
        hi: "शीर्षक में कॉलम `{name}` नहीं है। इसे जोड़ें।",
    }
    row_too_long(values, columns) {
        en: "The row has {values} values, but the header has {columns} columns.",
        de: "Die Zeile hat {values} Werte, die Kopfzeile aber {columns} Spalten.",
        hi: "पंक्ति में {values} मान हैं, पर शीर्षक में {columns} कॉलम हैं।",
    }
    value_missing(column) {
        en: "The row has no value in column `{column}`.",
        de: "Die Zeile hat in der Spalte `{column}` keinen Wert.",
        hi: "पंक्ति के कॉलम `{column}` में कोई मान नहीं है।",
    }
    value_not_one_line(column, chars_max) {
        en: "`{column}` must be one line of at most {chars_max} characters.",
        de: "`{column}` muss eine Zeile mit höchstens {chars_max} Zeichen sein.",
        hi: "`{column}` अधिकतम {chars_max} अक्षरों की एक ही पंक्ति में होना चाहिए।",
    }
    quote_inside_value() {
        en: "The row has a quote inside an unquoted value.",
        de: "Die Zeile hat ein Anführungszeichen in einem Wert, der nicht in Anführungszeichen steht.",
        hi: "पंक्ति में उद्धरण चिह्नों के बिना लिखे मान के भीतर उद्धरण चिह्न है।",
    }
    quote_not_closed() {
        en: "The row has a quote that is not closed.",
        de: "Die Zeile hat ein Anführungszeichen, das nicht geschlossen ist.",
        hi: "पंक्ति में एक उद्धरण चिह्न बंद नहीं किया गया है।",
    }
    text_after_quote() {
        en: "The row has text after a closing quote.",
        de: "Die Zeile hat Text nach einem schließenden Anführungszeichen.",
        hi: "पंक्ति में बंद उद्धरण चिह्न के बाद पाठ है।",
    }
    unknown_kind() {
        en: "The kind must be in, out, break_start, break_end or auto.",
        de: "Die Art muss in, out, break_start, break_end oder auto sein.",
        hi: "प्रकार in, out, break_start, break_end या auto होना चाहिए।",
    }
    unreadable_time() {
        en: "The time must be written like 2026-11-20 08:59:12 or 2026-11-20T08:59:12+01:00.",
        de: "Die Zeit muss wie 2026-11-20 08:59:12 oder 2026-11-20T08:59:12+01:00 geschrieben sein.",
        hi: "समय 2026-11-20 08:59:12 या 2026-11-20T08:59:12+01:00 की तरह लिखा होना चाहिए।",
    }
    time_out_of_range(time) {
        en: "{time} is outside the supported range. Check the year.",
        de: "{time} liegt außerhalb des unterstützten Bereichs. Prüfen Sie das Jahr.",
        hi: "{time} समर्थित सीमा से बाहर है। वर्ष जाँचें।",
    }
    skipped_time(time) {
        en: "{time} does not exist: the clocks skip it that day. Write the time with its UTC offset.",
        de: "{time} gibt es nicht: Die Uhren überspringen diese Zeit an diesem Tag. Schreiben Sie die Zeit mit ihrem UTC-Versatz.",
        hi: "{time} का समय होता ही नहीं: उस दिन घड़ियाँ इसे छोड़ देती हैं। समय को उसके UTC अंतर के साथ लिखें।",
    }
    repeated_time(time) {
        en: "The clocks show {time} twice that day. Write the time with its UTC offset.",
        de: "Die Uhren zeigen {time} an diesem Tag zweimal. Schreiben Sie die Zeit mit ihrem UTC-Versatz.",
        hi: "उस दिन घड़ियाँ {time} का समय दो बार दिखाती हैं। समय को उसके UTC अंतर के साथ लिखें।",
    }
    unknown_employee_code() {
        en: "No employee has this code.",
        de: "Kein Mitarbeiter hat diese Personalnummer.",
        hi: "इस कोड का कोई कर्मचारी नहीं है।",
    }
    row_lost_race() {
        en: "Other requests changed the same day. Import the file again.",
        de: "Andere Anfragen haben denselben Tag geändert. Importieren Sie die Datei noch einmal.",
        hi: "अन्य अनुरोधों ने इसी दिन को बदल दिया। फ़ाइल फिर से आयात करें।",
    }
    row_not_stored() {
        en: "The punch could not be stored. Import the file again.",
        de: "Die Stempelung konnte nicht gespeichert werden. Importieren Sie die Datei noch einmal.",
        hi: "पंच सहेजा नहीं जा सका। फ़ाइल फिर से आयात करें।",
    }

    rosters_max(rosters) {
        en: "There are {rosters} rosters, the maximum, deleted ones included. Assign people to an existing one.",
        de: "Mit {rosters} Dienstplänen ist die Höchstzahl erreicht, gelöschte eingeschlossen. Verwenden Sie einen vorhandenen.",
        hi: "हटाए गए रोस्टर सहित {rosters} रोस्टर हैं, जो अधिकतम संख्या है। किसी मौजूदा रोस्टर को असाइन करें।",
    }
    roster_assigned() {
        en: "Employees are assigned to this roster. Change or end their assignments first.",
        de: "Diesem Dienstplan sind Mitarbeiter zugeordnet. Ändern oder beenden Sie zuerst deren Zuordnungen.",
        hi: "यह रोस्टर कर्मचारियों को असाइन है। पहले उनके असाइनमेंट बदलें या समाप्त करें।",
    }
    roster_in_use() {
        en: "Employees are or were assigned to this roster. Create a new roster and assign it from a day on.",
        de: "Diesem Dienstplan sind oder waren Mitarbeiter zugeordnet. Legen Sie einen neuen an und ordnen Sie ihn ab einem Tag zu.",
        hi: "यह रोस्टर कर्मचारियों को असाइन है या पहले था। नया रोस्टर बनाएँ और उसे किसी दिन से असाइन करें।",
    }
    unknown_roster() {
        en: "This roster does not exist or was deleted. Choose another one.",
        de: "Diesen Dienstplan gibt es nicht oder er wurde gelöscht. Wählen Sie einen anderen.",
        hi: "यह रोस्टर मौजूद नहीं है या हटा दिया गया है। कोई दूसरा चुनें।",
    }
    unknown_shift(shift) {
        en: "No applicable attendance policy has a shift `{shift}`. Choose a shift of the policy.",
        de: "Keine geltende Richtlinie zur Zeiterfassung hat eine Schicht `{shift}`. Wählen Sie eine Schicht der Richtlinie.",
        hi: "किसी लागू उपस्थिति नीति में शिफ्ट `{shift}` नहीं है। नीति की कोई शिफ्ट चुनें।",
    }
    overlapping_shift(shift, earlier) {
        en: "Shift `{shift}` begins before shift `{earlier}` ends. Choose shifts that do not overlap.",
        de: "Die Schicht `{shift}` beginnt, bevor die Schicht `{earlier}` endet. Wählen Sie Schichten, die sich nicht überschneiden.",
        hi: "शिफ्ट `{shift}`, शिफ्ट `{earlier}` के समाप्त होने से पहले शुरू होती है। ऐसी शिफ्ट चुनें जो एक-दूसरे से न टकराएँ।",
    }
    employment_over() {
        en: "This employment has ended. Choose an active employee.",
        de: "Dieses Arbeitsverhältnis ist beendet. Wählen Sie einen aktiven Mitarbeiter.",
        hi: "यह रोज़गार समाप्त हो चुका है। कोई सक्रिय कर्मचारी चुनें।",
    }
    employment_begins(date) {
        en: "The employment begins on {date}. Choose that day or a later one.",
        de: "Das Arbeitsverhältnis beginnt am {date}. Wählen Sie diesen oder einen späteren Tag.",
        hi: "रोज़गार {date} से शुरू होता है। वही दिन या उसके बाद का दिन चुनें।",
    }
    employment_ends(date) {
        en: "The employment ends on {date}. Choose that day or an earlier one.",
        de: "Das Arbeitsverhältnis endet am {date}. Wählen Sie diesen oder einen früheren Tag.",
        hi: "रोज़गार {date} को समाप्त होता है। वही दिन या उससे पहले का दिन चुनें।",
    }
    roster_or_shifts() {
        en: "Send `roster_id` or `shifts`.",
        de: "Senden Sie `roster_id` oder `shifts`.",
        hi: "`roster_id` या `shifts` भेजें।",
    }
    roster_and_shifts() {
        en: "Send either `roster_id` or `shifts`, not both.",
        de: "Senden Sie entweder `roster_id` oder `shifts`, nicht beides.",
        hi: "या तो `roster_id` भेजें या `shifts`; दोनों नहीं।",
    }
    assignment_too_old() {
        en: "Assignments that ended more than a year ago cannot change. Choose a later last day.",
        de: "Zuordnungen, die vor mehr als einem Jahr endeten, können nicht geändert werden. Wählen Sie einen späteren letzten Tag.",
        hi: "एक वर्ष से अधिक पहले समाप्त हुए असाइनमेंट बदले नहीं जा सकते। बाद का अंतिम दिन चुनें।",
    }
    assignments_max(assignments) {
        en: "This employee has {assignments} assignments, the maximum. Assign a roster instead.",
        de: "Dieser Mitarbeiter hat mit {assignments} Zuordnungen die Höchstzahl erreicht. Ordnen Sie stattdessen einen Dienstplan zu.",
        hi: "इस कर्मचारी के {assignments} असाइनमेंट हैं, जो अधिकतम संख्या है। इसके बजाय रोस्टर असाइन करें।",
    }
    last_day_needed() {
        en: "An assignment to shifts needs a last day. Add `to`.",
        de: "Eine Zuordnung zu Schichten braucht einen letzten Tag. Ergänzen Sie `to`.",
        hi: "शिफ्ट के असाइनमेंट के लिए अंतिम दिन आवश्यक है। `to` जोड़ें।",
    }
    overlapping_assignment() {
        en: "Another assignment of the same kind overlaps these days. Change or end it first.",
        de: "Eine andere Zuordnung derselben Art überschneidet sich mit diesen Tagen. Ändern oder beenden Sie zuerst diese.",
        hi: "इसी प्रकार का दूसरा असाइनमेंट इन दिनों से टकराता है। पहले उसे बदलें या समाप्त करें।",
    }
    sites_max(sites) {
        en: "There are {sites} sites, the maximum. Delete one first.",
        de: "Mit {sites} Standorten ist die Höchstzahl erreicht. Löschen Sie zuerst einen.",
        hi: "{sites} साइटें हैं, जो अधिकतम संख्या है। पहले किसी एक को हटाएँ।",
    }
    fence_required() {
        en: "Add at least one fence, or set `fencing` to `off`.",
        de: "Fügen Sie mindestens einen Geofence hinzu oder setzen Sie `fencing` auf `off`.",
        hi: "कम से कम एक जियोफ़ेंस जोड़ें, या `fencing` को `off` करें।",
    }
}
