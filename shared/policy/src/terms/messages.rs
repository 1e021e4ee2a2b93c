//! Messages about terms of employment.

kernel::messages! {
    time_zone_unknown() {
        en: "The time zone must be in the IANA database, such as `Europe/Berlin`.",
        de: "Die Zeitzone muss in der IANA-Datenbank enthalten sein, etwa `Europe/Berlin`.",
        hi: "समय क्षेत्र IANA डेटाबेस में होना चाहिए, जैसे `Europe/Berlin`।",
    }
    hire_date_range() {
        en: "The hire date must be after 1899 and at most two years in the future.",
        de: "Das Eintrittsdatum muss nach 1899 und darf höchstens zwei Jahre in der Zukunft liegen.",
        hi: "नियुक्ति की तारीख़ 1899 के बाद की और अधिकतम दो वर्ष आगे की होनी चाहिए।",
    }
    employment_ended() {
        en: "This employment has ended. The record can no longer be changed.",
        de: "Dieses Arbeitsverhältnis ist beendet. Die Personalakte lässt sich nicht mehr ändern.",
        hi: "यह रोज़गार समाप्त हो चुका है। रिकॉर्ड अब बदला नहीं जा सकता।",
    }
    termination_before_hire() {
        en: "The termination date must not be before the hire date.",
        de: "Das Austrittsdatum darf nicht vor dem Eintrittsdatum liegen.",
        hi: "सेवा-समाप्ति की तारीख़ नियुक्ति की तारीख़ से पहले की नहीं होनी चाहिए।",
    }
    termination_too_far(days) {
        en: "The termination date may be at most {days} days in the future.",
        de: "Das Austrittsdatum darf höchstens {days} Tage in der Zukunft liegen.",
        hi: "सेवा-समाप्ति की तारीख़ अधिकतम {days} दिन आगे की हो सकती है।",
    }
    hire_after_termination() {
        en: "The hire date must not be after the last day of the employment.",
        de: "Das Eintrittsdatum darf nicht nach dem letzten Tag des Arbeitsverhältnisses liegen.",
        hi: "नियुक्ति की तारीख़ रोज़गार के अंतिम दिन के बाद की नहीं होनी चाहिए।",
    }
    earlier_service_before_hire() {
        en: "Earlier service must begin after 1899 and before the hire date.",
        de: "Eine frühere Dienstzeit muss nach 1899 und vor dem Eintrittsdatum beginnen.",
        hi: "पिछली सेवा 1899 के बाद और नियुक्ति की तारीख़ से पहले शुरू होनी चाहिए।",
    }
    terms_before_hire() {
        en: "The change must not take effect before the hire date.",
        de: "Die Änderung darf nicht vor dem Eintrittsdatum gelten.",
        hi: "बदलाव नियुक्ति की तारीख़ से पहले लागू नहीं होना चाहिए।",
    }
    terms_date_range(days) {
        en: "The change may take effect at most {days} days before or after today.",
        de: "Die Änderung darf höchstens {days} Tage vor oder nach dem heutigen Tag gelten.",
        hi: "बदलाव आज से अधिकतम {days} दिन पहले या बाद में लागू हो सकता है।",
    }
    terms_date_alone() {
        en: "`effective_from` is only allowed with a change of contract, work pattern, site, time zone, department or manager.",
        de: "`effective_from` ist nur mit einer Änderung von Vertrag, Arbeitszeitmuster, Standort, Zeitzone, Abteilung oder Führungskraft erlaubt.",
        hi: "`effective_from` केवल अनुबंध, कार्य पैटर्न, साइट, समय क्षेत्र, विभाग या प्रबंधक के बदलाव के साथ मान्य है।",
    }
    too_many_terms(count) {
        en: "An employee may have terms from at most {count} dates. Choose a date that has terms already.",
        de: "Ein Mitarbeiter darf Bedingungen ab höchstens {count} Terminen haben. Wählen Sie einen Termin, ab dem bereits Bedingungen gelten.",
        hi: "एक कर्मचारी की शर्तें अधिकतम {count} तारीख़ों से हो सकती हैं। ऐसी तारीख़ चुनें जिससे शर्तें पहले से लागू हों।",
    }
    too_many_pattern_days(days) {
        en: "The work patterns of an employee may have at most {days} days in all terms together.",
        de: "Die Arbeitszeitmuster eines Mitarbeiters dürfen über alle Termine zusammen höchstens {days} Tage haben.",
        hi: "किसी कर्मचारी के सभी कार्य पैटर्न में कुल मिलाकर अधिकतम {days} दिन हो सकते हैं।",
    }
    pattern_start_range() {
        en: "The first day of the work pattern must be in the years 1900 to 2200.",
        de: "Der erste Tag des Arbeitszeitmusters muss in den Jahren 1900 bis 2200 liegen.",
        hi: "कार्य पैटर्न का पहला दिन वर्ष 1900 से 2200 के बीच होना चाहिए।",
    }
    pattern_cycle_length(days) {
        en: "The work pattern must have 1 to {days} days.",
        de: "Das Arbeitszeitmuster muss 1 bis {days} Tage haben.",
        hi: "कार्य पैटर्न में 1 से {days} दिन होने चाहिए।",
    }
    pattern_without_work() {
        en: "At least one day of the work pattern must have work.",
        de: "Mindestens ein Tag des Arbeitszeitmusters muss Arbeit enthalten.",
        hi: "कार्य पैटर्न के कम से कम एक दिन में काम होना चाहिए।",
    }
    pattern_minutes_range() {
        en: "A day of the work pattern must have 0 to 1440 minutes.",
        de: "Ein Tag des Arbeitszeitmusters muss 0 bis 1440 Minuten haben.",
        hi: "कार्य पैटर्न का एक दिन 0 से 1440 मिनट का होना चाहिए।",
    }
    pattern_times_incomplete() {
        en: "Enter both `from` and `to`, or neither.",
        de: "Geben Sie `from` und `to` zusammen an, oder keines von beiden.",
        hi: "`from` और `to` दोनों दर्ज करें, या कोई भी नहीं।",
    }
    pattern_times_of_day_off() {
        en: "A day off has no times. Remove `from` and `to`, or enter minutes.",
        de: "Ein freier Tag hat keine Zeiten. Entfernen Sie `from` und `to`, oder geben Sie Minuten an.",
        hi: "छुट्टी के दिन का कोई समय नहीं होता। `from` और `to` हटाएँ, या मिनट दर्ज करें।",
    }
    pattern_span_too_short() {
        en: "The time between `from` and `to` is shorter than `minutes`.",
        de: "Die Zeit zwischen `from` und `to` ist kürzer als `minutes`.",
        hi: "`from` और `to` के बीच का समय `minutes` से कम है।",
    }
}
