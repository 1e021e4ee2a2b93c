//! Messages of audit records, their exports and their proofs.

kernel::messages! {
    audit_record() { en: "audit record", de: "Eintrag im Prüfprotokoll", hi: "ऑडिट रिकॉर्ड" }
    log_type() { en: "log type", de: "Protokolltyp", hi: "लॉग प्रकार" }
    user() { en: "user", de: "Benutzer", hi: "उपयोगकर्ता" }

    log_type_of_other_services(service, log_type) {
        en: "The service {service} has no log type `{log_type}`.",
        de: "Der Dienst {service} hat keinen Protokolltyp `{log_type}`.",
        hi: "सेवा {service} में लॉग प्रकार `{log_type}` नहीं है।",
    }
    timestamp_in_the_future() {
        en: "The timestamp must be at most 5 minutes in the future.",
        de: "Der Zeitpunkt darf höchstens 5 Minuten in der Zukunft liegen.",
        hi: "समय भविष्य में अधिकतम 5 मिनट आगे का हो सकता है।",
    }
    timestamp_too_old() {
        en: "The timestamp is older than the retention period of audit records.",
        de: "Der Zeitpunkt liegt länger zurück, als Einträge im Prüfprotokoll aufbewahrt werden.",
        hi: "यह समय ऑडिट रिकॉर्ड रखने की अवधि से पुराना है।",
    }

    range_empty() {
        en: "`to` must be later than `from`.",
        de: "`to` muss nach `from` liegen.",
        hi: "`to` का समय `from` के बाद होना चाहिए।",
    }
    range_too_long(days) {
        en: "The range may span at most {days} days.",
        de: "Der Zeitraum darf höchstens {days} Tage umfassen.",
        hi: "अवधि अधिकतम {days} दिनों की हो सकती है।",
    }
    query_unreadable() {
        en: "The query cannot be read; see `errors`.",
        de: "Die Parameter der Anfrage sind nicht lesbar; siehe `errors`.",
        hi: "अनुरोध के पैरामीटर पढ़े नहीं जा सकते; `errors` देखें।",
    }
    set_by_path(name) {
        en: "The path sets `{name}` already. Remove the query parameter.",
        de: "Der Pfad gibt `{name}` bereits vor. Entfernen Sie den Parameter der Anfrage.",
        hi: "पथ में `{name}` पहले से दिया गया है। अनुरोध का पैरामीटर हटाएँ।",
    }
    export_too_large(most) {
        en: "The export has more than {most} records, or takes too long. Choose a shorter range.",
        de: "Der Export hat mehr als {most} Einträge oder dauert zu lange. Wählen Sie einen kürzeren Zeitraum.",
        hi: "इस निर्यात में {most} से ज़्यादा रिकॉर्ड हैं, या इसमें बहुत समय लगता है। छोटी अवधि चुनें।",
    }

    differs_from_sealed(hour) {
        en: "The record differs from the one that was sealed in hour {hour}.",
        de: "Der Eintrag unterscheidet sich von dem, der in der Stunde {hour} versiegelt wurde.",
        hi: "यह रिकॉर्ड घंटे {hour} में सील किए गए रिकॉर्ड से अलग है।",
    }
    hour_not_sealed(hour) {
        en: "Hour {hour} is not sealed yet. Try again 15 minutes after its end.",
        de: "Die Stunde {hour} ist noch nicht versiegelt. Versuchen Sie es 15 Minuten nach ihrem Ende noch einmal.",
        hi: "घंटा {hour} अभी सील नहीं हुआ है। उसके समाप्त होने के 15 मिनट बाद फिर से कोशिश करें।",
    }
    not_in_seals() {
        en: "This record is in none of the seals that should contain it.",
        de: "Dieser Eintrag fehlt in allen Siegeln, die ihn enthalten müssten.",
        hi: "यह रिकॉर्ड उन सीलों में से किसी में नहीं है जिनमें इसे होना चाहिए।",
    }
}
