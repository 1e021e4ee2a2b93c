//! Messages of notifications, preferences, templates and browsers. The notifications themselves are templates.

kernel::messages! {
    notification() { en: "notification", de: "Benachrichtigung", hi: "सूचना" }
    inbox() { en: "inbox", de: "Posteingang", hi: "इनबॉक्स" }
    preferences() { en: "set of preferences", de: "Einstellungen", hi: "प्राथमिकताएँ" }
    subscription() { en: "subscription", de: "Push-Abonnement", hi: "पुश सदस्यता" }
    bulk_message() { en: "bulk message", de: "Sammelnachricht", hi: "सामूहिक संदेश" }
    event_decision() {
        en: "decision about this event",
        de: "Entscheidung über dieses Ereignis",
        hi: "इस घटना के बारे में निर्णय",
    }
    template() { en: "template", de: "Vorlage", hi: "टेम्पलेट" }
    template_version() { en: "version of this template", de: "Version dieser Vorlage", hi: "इस टेम्पलेट का संस्करण" }

    title_format() {
        en: "The title must be one line of 1 to 500 characters, without control characters, and must not be blank.",
        de: "Der Titel muss eine Zeile mit 1 bis 500 Zeichen sein, ohne Steuerzeichen und nicht nur aus Leerzeichen.",
        hi: "शीर्षक 1 से 500 अक्षरों की एक ही पंक्ति में होना चाहिए। उसमें नियंत्रण अक्षर नहीं होने चाहिए, और केवल रिक्त स्थान भी नहीं।",
    }
    subject_format() {
        en: "The subject must be one line of 1 to 200 characters, without control characters, and must not be blank.",
        de: "Der Betreff muss eine Zeile mit 1 bis 200 Zeichen sein, ohne Steuerzeichen und nicht nur aus Leerzeichen.",
        hi: "विषय 1 से 200 अक्षरों की एक ही पंक्ति में होना चाहिए। उसमें नियंत्रण अक्षर नहीं होने चाहिए, और केवल रिक्त स्थान भी नहीं।",
    }
    text_format() {
        en: "The text must have 1 to 10,000 characters, without control characters other than line breaks and tabs, and must not be blank.",
        de: "Der Text muss 1 bis 10.000 Zeichen haben, außer Zeilenumbrüchen und Tabulatoren ohne Steuerzeichen, und darf nicht nur aus Leerzeichen bestehen.",
        hi: "पाठ में 1 से 10,000 अक्षर होने चाहिए। पंक्ति विराम और टैब के अलावा कोई नियंत्रण अक्षर नहीं होना चाहिए, और केवल रिक्त स्थान भी नहीं।",
    }
    html_format() {
        en: "The HTML part must have 1 to 15,000 characters, without control characters other than line breaks and tabs, and must not be blank.",
        de: "Der HTML-Teil muss 1 bis 15.000 Zeichen haben, außer Zeilenumbrüchen und Tabulatoren ohne Steuerzeichen, und darf nicht nur aus Leerzeichen bestehen.",
        hi: "HTML भाग में 1 से 15,000 अक्षर होने चाहिए। पंक्ति विराम और टैब के अलावा कोई नियंत्रण अक्षर नहीं होना चाहिए, और केवल रिक्त स्थान भी नहीं।",
    }
    context_numbers() {
        en: "The numbers of the context must be between -1e126 and 1e126.",
        de: "Die Zahlen des Kontexts müssen zwischen -1e126 und 1e126 liegen.",
        hi: "संदर्भ की संख्याएँ -1e126 और 1e126 के बीच होनी चाहिए।",
    }
    context_size() {
        en: "The context must have at most 50 values and 8 KiB of JSON.",
        de: "Der Kontext darf höchstens 50 Werte und 8 KiB JSON umfassen.",
        hi: "संदर्भ में अधिकतम 50 मान और 8 KiB JSON हो सकते हैं।",
    }
    channels_distinct() {
        en: "Name 1 to 4 channels, each of them once.",
        de: "Nennen Sie 1 bis 4 Kanäle, jeden nur einmal.",
        hi: "1 से 4 चैनल दें, हर एक केवल एक बार।",
    }
    recipients_distinct() {
        en: "Name 1 to 50 employees, each of them once.",
        de: "Nennen Sie 1 bis 50 Mitarbeiter, jeden nur einmal.",
        hi: "1 से 50 कर्मचारी दें, हर एक केवल एक बार।",
    }

    unknown_type() {
        en: "The notification type does not exist or is reserved for the system.",
        de: "Diesen Benachrichtigungstyp gibt es nicht oder er ist dem System vorbehalten.",
        hi: "यह सूचना प्रकार मौजूद नहीं है या सिस्टम के लिए आरक्षित है।",
    }
    unknown_template() {
        en: "The template does not exist or is reserved for the system.",
        de: "Diese Vorlage gibt es nicht oder sie ist dem System vorbehalten.",
        hi: "यह टेम्पलेट मौजूद नहीं है या सिस्टम के लिए आरक्षित है।",
    }
    context_value_needed() {
        en: "The template requires this value, as a text.",
        de: "Die Vorlage benötigt diesen Wert als Text.",
        hi: "टेम्पलेट के लिए यह मान पाठ के रूप में आवश्यक है।",
    }
    unknown_recipient() {
        en: "No employee has this id, or the employee is terminated.",
        de: "Kein Mitarbeiter hat diese ID, oder der Mitarbeiter ist ausgeschieden.",
        hi: "इस ID का कोई कर्मचारी नहीं है, या कर्मचारी की सेवा समाप्त हो चुकी है।",
    }
    one_audience() {
        en: "Send exactly one of `department`, `site` and `all: true`.",
        de: "Senden Sie genau eines von `department`, `site` und `all: true`.",
        hi: "`department`, `site` और `all: true` में से ठीक एक भेजें।",
    }
    subject_and_text_needed() {
        en: "Send both `subject` and `text`.",
        de: "Senden Sie sowohl `subject` als auch `text`.",
        hi: "`subject` और `text` दोनों भेजें।",
    }
    text_or_template() {
        en: "Send either `subject` and `text`, or `template`, not both.",
        de: "Senden Sie entweder `subject` und `text` oder `template`, nicht beides.",
        hi: "या तो `subject` और `text` भेजें, या `template`; दोनों नहीं।",
    }

    template_broken() {
        en: "The template cannot be rendered. Correct the parts named in `errors`.",
        de: "Die Vorlage lässt sich nicht verarbeiten. Korrigieren Sie die in `errors` genannten Teile.",
        hi: "टेम्पलेट संसाधित नहीं किया जा सकता। `errors` में बताए गए भाग ठीक करें।",
    }
    template_line(line, cause) {
        en: "Line {line} cannot be rendered: {cause}.",
        de: "Zeile {line} lässt sich nicht verarbeiten: {cause}.",
        hi: "पंक्ति {line} संसाधित नहीं की जा सकती: {cause}।",
    }
    rendered_too_long() {
        en: "the rendered result is too long",
        de: "der erstellte Text ist zu lang",
        hi: "बना हुआ पाठ बहुत लंबा है",
    }
    rendered_too_slow() {
        en: "rendering takes too many steps",
        de: "die Erstellung braucht zu viele Schritte",
        hi: "पाठ बनाने में बहुत अधिक चरण लगते हैं",
    }
    rendered_not_text() {
        en: "the rendered result is not valid UTF-8",
        de: "der erstellte Text ist kein gültiges UTF-8",
        hi: "बना हुआ पाठ मान्य UTF-8 नहीं है",
    }
    template_part(part, cause) {
        en: "The part `{part}` cannot be rendered: {cause}.",
        de: "Der Teil `{part}` lässt sich nicht verarbeiten: {cause}.",
        hi: "भाग `{part}` संसाधित नहीं किया जा सकता: {cause}।",
    }

    unknown_preference_key() {
        en: "The key must be a notification type or `all`.",
        de: "Der Schlüssel muss ein Benachrichtigungstyp oder `all` sein.",
        hi: "कुंजी कोई सूचना प्रकार या `all` होनी चाहिए।",
    }
    digest_hour_range() {
        en: "The hour of the digest must be from 0 to 23.",
        de: "Die Stunde der Tagesübersicht muss zwischen 0 und 23 liegen.",
        hi: "दैनिक सारांश का घंटा 0 से 23 तक होना चाहिए।",
    }
    quiet_hours_empty() {
        en: "Quiet hours must not end at the time at which they start.",
        de: "Die Ruhezeit für Benachrichtigungen darf nicht zur selben Uhrzeit enden, zu der sie beginnt.",
        hi: "शांत समय उसी समय समाप्त नहीं हो सकता जिस समय वह शुरू होता है।",
    }

    endpoint_too_long(bytes) {
        en: "The endpoint must have at most {bytes} bytes.",
        de: "Der Endpunkt darf höchstens {bytes} Bytes haben.",
        hi: "एंडपॉइंट अधिकतम {bytes} बाइट का हो सकता है।",
    }
    endpoint_not_absolute() {
        en: "The endpoint must be an absolute URL.",
        de: "Der Endpunkt muss eine absolute URL sein.",
        hi: "एंडपॉइंट पूर्ण URL होना चाहिए।",
    }
    endpoint_with_user() {
        en: "The endpoint must not contain a user name.",
        de: "Der Endpunkt darf keinen Benutzernamen enthalten.",
        hi: "एंडपॉइंट में उपयोगकर्ता नाम नहीं होना चाहिए।",
    }
    endpoint_not_supported() {
        en: "The endpoint must belong to a supported push service. Use a current version of a common browser.",
        de: "Der Endpunkt muss zu einem unterstützten Push-Dienst gehören. Verwenden Sie eine aktuelle Version eines gängigen Browsers.",
        hi: "एंडपॉइंट किसी समर्थित पुश सेवा का होना चाहिए। किसी प्रचलित ब्राउज़र का नया संस्करण उपयोग करें।",
    }
    endpoint_not_secure() {
        en: "The endpoint must begin with `https://` and have no port.",
        de: "Der Endpunkt muss mit `https://` beginnen und darf keinen Port haben.",
        hi: "एंडपॉइंट `https://` से शुरू होना चाहिए और उसमें पोर्ट नहीं होना चाहिए।",
    }
    browser_key_invalid() {
        en: "The key is invalid. Send the keys of `PushSubscription.toJSON()` unchanged.",
        de: "Der Schlüssel ist ungültig. Senden Sie die Schlüssel von `PushSubscription.toJSON()` unverändert.",
        hi: "कुंजी अमान्य है। `PushSubscription.toJSON()` की कुंजियाँ बिना बदले भेजें।",
    }
    too_many_browsers(most) {
        en: "You can register at most {most} browsers. Remove one first.",
        de: "Sie können höchstens {most} Browser registrieren. Entfernen Sie zuerst einen.",
        hi: "आप अधिकतम {most} ब्राउज़र पंजीकृत कर सकते हैं। पहले एक हटाएँ।",
    }
    browser_registered_meanwhile() {
        en: "This browser was registered by another request at the same time. Send the request again.",
        de: "Dieser Browser wurde gleichzeitig durch eine andere Anfrage registriert. Senden Sie die Anfrage noch einmal.",
        hi: "इसी समय किसी अन्य अनुरोध ने यह ब्राउज़र पंजीकृत कर दिया। अनुरोध फिर से भेजें।",
    }
    browser_registered_again() {
        en: "This browser was registered again at the same time. Send the request again.",
        de: "Dieser Browser wurde gleichzeitig noch einmal registriert. Senden Sie die Anfrage noch einmal.",
        hi: "इसी समय यह ब्राउज़र फिर से पंजीकृत किया गया। अनुरोध फिर से भेजें।",
    }
}
