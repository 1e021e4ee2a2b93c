//! Messages of values that a rule refuses.

kernel::messages! {
    half_of_several_days() {
        en: "A half day needs the same first and last day.",
        de: "Ein halber Tag braucht denselben ersten und letzten Tag.",
        hi: "आधे दिन के लिए पहला और अंतिम दिन एक ही होना चाहिए।",
    }
    half_and_hours() {
        en: "Send either `half` or `from` and `to`, not both.",
        de: "Senden Sie entweder `half` oder `from` und `to`, nicht beides.",
        hi: "या तो `half` भेजें, या `from` और `to`; दोनों नहीं।",
    }
    hours_of_several_days() {
        en: "Hours need the same first and last day.",
        de: "Stunden brauchen denselben ersten und letzten Tag.",
        hi: "घंटों के लिए पहला और अंतिम दिन एक ही होना चाहिए।",
    }
    to_before_from() {
        en: "`to` must be later than `from`.",
        de: "`to` muss nach `from` liegen.",
        hi: "`to` का समय `from` के बाद होना चाहिए।",
    }
    from_and_to_needed() {
        en: "Hours need both `from` and `to`.",
        de: "Stunden brauchen `from` und `to`.",
        hi: "घंटों के लिए `from` और `to` दोनों आवश्यक हैं।",
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
}
