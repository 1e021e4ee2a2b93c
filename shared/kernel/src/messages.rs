//! Messages of errors that every service can answer.

crate::messages! {
    not_found(noun) {
        en: "This {noun} does not exist, or you may not see it.",
        de: "Nicht vorhanden oder für Sie nicht sichtbar: {noun}.",
        hi: "{noun}: यह मौजूद नहीं है, या आपको इसे देखने की अनुमति नहीं है।",
    }
    forbidden() {
        en: "Your access roles do not allow this operation.",
        de: "Ihre Zugriffsrollen erlauben diesen Vorgang nicht.",
        hi: "आपकी भूमिकाएँ इस कार्य की अनुमति नहीं देतीं।",
    }
    invalid_values() {
        en: "The request contains invalid values; see `errors`.",
        de: "Die Anfrage enthält ungültige Werte; siehe `errors`.",
        hi: "अनुरोध में अमान्य मान हैं; `errors` देखें।",
    }
    stale() {
        en: "This was changed after you read it. Read it again and repeat your change.",
        de: "Dies wurde geändert, nachdem Sie es gelesen haben. Laden Sie es neu und wiederholen Sie Ihre Änderung.",
        hi: "आपके पढ़ने के बाद इसे बदला गया है। इसे फिर से खोलें और अपना बदलाव दोहराएँ।",
    }
    changed_meanwhile() {
        en: "Another request changed this at the same time. Read it again and repeat your change.",
        de: "Eine andere Anfrage hat dies gleichzeitig geändert. Laden Sie es neu und wiederholen Sie Ihre Änderung.",
        hi: "इसी समय किसी अन्य अनुरोध ने इसे बदल दिया। इसे फिर से खोलें और अपना बदलाव दोहराएँ।",
    }
    unavailable() {
        en: "The service is temporarily unavailable. If you were making a change, it may have been saved already. Try again.",
        de: "Der Dienst ist vorübergehend nicht erreichbar. Falls Sie etwas ändern wollten, kann es schon gespeichert sein. Versuchen Sie es noch einmal.",
        hi: "सेवा अभी उपलब्ध नहीं है। यदि आप कुछ बदल रहे थे, तो हो सकता है कि वह सहेजा जा चुका हो। फिर से कोशिश करें।",
    }
    internal() {
        en: "The server failed. Report the `request_id` if it happens again.",
        de: "Auf dem Server ist ein Fehler aufgetreten. Melden Sie die `request_id`, wenn es wieder geschieht.",
        hi: "सर्वर में त्रुटि हुई। दोबारा होने पर `request_id` बताएँ।",
    }
    throttled() {
        en: "Too many attempts. Wait for the time in `Retry-After`, then try again.",
        de: "Zu viele Versuche. Warten Sie die Zeit in `Retry-After` ab und versuchen Sie es dann noch einmal.",
        hi: "बहुत अधिक प्रयास हुए। `Retry-After` में दिए समय तक रुकें, फिर कोशिश करें।",
    }
    employee() { en: "employee", de: "Mitarbeiter", hi: "कर्मचारी" }
    id_form(prefix) {
        en: "expected an id of the form `{prefix}` followed by 32 lower-case hex digits",
        de: "erwartet wird eine ID aus `{prefix}` und 32 kleinen Hexadezimalziffern",
        hi: "`{prefix}` और उसके बाद 32 छोटे हेक्साडेसिमल अंकों वाली ID अपेक्षित है",
    }
    page_limit() {
        en: "expected a whole number from 1 to 100",
        de: "erwartet wird eine ganze Zahl von 1 bis 100",
        hi: "1 से 100 तक की पूर्ण संख्या अपेक्षित है",
    }
}
