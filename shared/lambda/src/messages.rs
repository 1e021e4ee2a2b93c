//! Messages of the extractors, validators and the admission: what is wrong with a request before its handler runs.

kernel::messages! {
    body_unreadable() {
        en: "The body does not have the expected form; see `errors`.",
        de: "Der Inhalt der Anfrage hat nicht die erwartete Form; siehe `errors`.",
        hi: "अनुरोध की सामग्री अपेक्षित रूप में नहीं है; `errors` देखें।",
    }
    query_unreadable() {
        en: "The query parameters cannot be read; see `errors`.",
        de: "Die Parameter der Anfrage sind nicht lesbar; siehe `errors`.",
        hi: "अनुरोध के पैरामीटर पढ़े नहीं जा सकते; `errors` देखें।",
    }
    header_unreadable(header) {
        en: "The header `{header}` cannot be read.",
        de: "Der Header `{header}` ist nicht lesbar.",
        hi: "हेडर `{header}` पढ़ा नहीं जा सकता।",
    }
    request_unreadable() {
        en: "The request cannot be read. Check its path, headers and body.",
        de: "Die Anfrage ist nicht lesbar. Prüfen Sie Pfad, Header und Inhalt.",
        hi: "अनुरोध पढ़ा नहीं जा सकता। पथ, हेडर और सामग्री जाँचें।",
    }
    idempotency_key() {
        en: "The key must have 1 to 128 visible ASCII characters; a UUID is a good key.",
        de: "Der Schlüssel muss aus 1 bis 128 sichtbaren ASCII-Zeichen bestehen; eine UUID ist ein guter Schlüssel.",
        hi: "कुंजी में 1 से 128 दृश्य ASCII अक्षर होने चाहिए; UUID एक अच्छी कुंजी है।",
    }
    if_match() {
        en: "`If-Match` must be the ETag of the last read with its quotes, or `*`.",
        de: "`If-Match` muss das ETag des letzten Abrufs mit seinen Anführungszeichen oder `*` sein.",
        hi: "`If-Match` उद्धरण चिह्नों सहित पिछली बार पढ़े गए संस्करण का ETag, या `*` होना चाहिए।",
    }
    not_json() {
        en: "The body must be JSON. Send it with `Content-Type: application/json`.",
        de: "Der Inhalt muss JSON sein. Senden Sie ihn mit `Content-Type: application/json`.",
        hi: "सामग्री JSON होनी चाहिए। उसे `Content-Type: application/json` के साथ भेजें।",
    }
    body_above(bytes) {
        en: "The body is too large. At most {bytes} bytes are accepted.",
        de: "Der Inhalt ist zu groß. Höchstens {bytes} Bytes werden angenommen.",
        hi: "सामग्री बहुत बड़ी है। अधिकतम {bytes} बाइट स्वीकार किए जाते हैं।",
    }
    body_too_large() {
        en: "The body is too large. Send a smaller one.",
        de: "Der Inhalt ist zu groß. Senden Sie einen kleineren.",
        hi: "सामग्री बहुत बड़ी है। छोटी सामग्री भेजें।",
    }
    method_not_supported() {
        en: "This path does not support the method.",
        de: "Dieser Pfad unterstützt die Methode nicht.",
        hi: "यह पथ इस मेथड के साथ उपलब्ध नहीं है।",
    }
    missing_field(name) {
        en: "The field `{name}` is missing.",
        de: "Das Feld `{name}` fehlt.",
        hi: "फ़ील्ड `{name}` नहीं दिया गया है।",
    }
    unknown_field(name) {
        en: "The field `{name}` does not exist here. Remove it.",
        de: "Das Feld `{name}` gibt es hier nicht. Entfernen Sie es.",
        hi: "फ़ील्ड `{name}` यहाँ मान्य नहीं है। इसे हटाएँ।",
    }
    unknown_field_known(name, known) {
        en: "The field `{name}` does not exist here. Allowed: {known}.",
        de: "Das Feld `{name}` gibt es hier nicht. Erlaubt: {known}.",
        hi: "फ़ील्ड `{name}` यहाँ मान्य नहीं है। मान्य: {known}।",
    }
    duplicate_field(name) {
        en: "The field `{name}` appears twice. Send it once.",
        de: "Das Feld `{name}` kommt zweimal vor. Senden Sie es einmal.",
        hi: "फ़ील्ड `{name}` दो बार दिया गया है। इसे एक बार भेजें।",
    }
    unknown_value(value, known) {
        en: "The value `{value}` is not allowed. Allowed: {known}.",
        de: "Der Wert `{value}` ist nicht erlaubt. Erlaubt: {known}.",
        hi: "मान `{value}` मान्य नहीं है। मान्य: {known}।",
    }
    unreadable(cause) {
        en: "The value cannot be read: {cause}.",
        de: "Der Wert ist nicht lesbar: {cause}.",
        hi: "मान पढ़ा नहीं जा सकता: {cause}।",
    }
    misfit(expected) {
        en: "The value is not allowed here. Expected: {expected}.",
        de: "Der Wert ist hier nicht erlaubt. Erwartet: {expected}.",
        hi: "यह मान यहाँ मान्य नहीं है। अपेक्षित: {expected}।",
    }
    a_text() { en: "text", de: "Text", hi: "पाठ" }
    true_or_false() { en: "`true` or `false`", de: "`true` oder `false`", hi: "`true` या `false`" }
    a_list() { en: "list", de: "Liste", hi: "सूची" }
    an_object() { en: "JSON object", de: "JSON-Objekt", hi: "JSON ऑब्जेक्ट" }
    a_whole_number() { en: "whole number", de: "ganze Zahl", hi: "पूर्ण संख्या" }
    a_number() { en: "number", de: "Zahl", hi: "संख्या" }
    not_a_time() {
        en: "The value is not an existing date or time in the expected form. Write a date as `2026-11-30`, a time of day as `16:30`, and an instant with its offset as `2026-11-30T16:30:00+01:00`.",
        de: "Der Wert ist kein gültiges Datum und keine gültige Uhrzeit in der erwarteten Form. Schreiben Sie ein Datum wie `2026-11-30`, eine Uhrzeit wie `16:30` und einen Zeitpunkt mit UTC-Versatz wie `2026-11-30T16:30:00+01:00`.",
        hi: "यह अपेक्षित रूप में कोई वास्तविक तारीख़ या समय नहीं है। तारीख़ `2026-11-30` की तरह, समय `16:30` की तरह, और UTC अंतर सहित क्षण `2026-11-30T16:30:00+01:00` की तरह लिखें।",
    }
    body_empty() {
        en: "The body is empty. Send a JSON object.",
        de: "Der Inhalt ist leer. Senden Sie ein JSON-Objekt.",
        hi: "सामग्री खाली है। JSON ऑब्जेक्ट भेजें।",
    }
    invalid_json(line, column) {
        en: "The body is not valid JSON at line {line}, column {column}.",
        de: "Der Inhalt ist in Zeile {line}, Spalte {column} kein gültiges JSON.",
        hi: "सामग्री पंक्ति {line}, स्तंभ {column} पर मान्य JSON नहीं है।",
    }
    object_not_array() {
        en: "The body must be a JSON object, not an array.",
        de: "Der Inhalt muss ein JSON-Objekt sein, keine Liste.",
        hi: "सामग्री JSON ऑब्जेक्ट होनी चाहिए, सूची नहीं।",
    }
    length_min(least) {
        en: "The value is too short or has too few items: at least {least}.",
        de: "Der Wert ist zu kurz oder hat zu wenige Einträge: mindestens {least}.",
        hi: "मान बहुत छोटा है या उसमें प्रविष्टियाँ कम हैं: कम से कम {least}।",
    }
    length_max(most) {
        en: "The value is too long or has too many items: at most {most}.",
        de: "Der Wert ist zu lang oder hat zu viele Einträge: höchstens {most}.",
        hi: "मान बहुत लंबा है या उसमें प्रविष्टियाँ अधिक हैं: अधिकतम {most}।",
    }
    number_min(least) {
        en: "The number must be at least {least}.",
        de: "Die Zahl muss mindestens {least} sein.",
        hi: "संख्या कम से कम {least} होनी चाहिए।",
    }
    number_max(most) {
        en: "The number must be at most {most}.",
        de: "Die Zahl darf höchstens {most} sein.",
        hi: "संख्या अधिकतम {most} हो सकती है।",
    }
    reason() {
        en: "The text must have 1 to 500 characters and must not be blank. Line breaks are its only control characters.",
        de: "Der Text muss 1 bis 500 Zeichen haben und darf nicht nur aus Leerzeichen bestehen. Von den Steuerzeichen sind nur Zeilenumbrüche erlaubt.",
        hi: "पाठ में 1 से 500 अक्षर होने चाहिए और उसमें केवल रिक्त स्थान नहीं होने चाहिए। नियंत्रण वर्णों में से केवल पंक्ति विराम मान्य हैं।",
    }
    date_range() {
        en: "The date must lie in the years 1900 to 2200.",
        de: "Das Datum muss in den Jahren 1900 bis 2200 liegen.",
        hi: "तारीख़ वर्ष 1900 से 2200 के बीच होनी चाहिए।",
    }
    levels(most) {
        en: "The values may have at most {most} nested levels.",
        de: "Die Werte dürfen höchstens {most} Ebenen tief verschachtelt sein.",
        hi: "मानों में अधिकतम {most} स्तर हो सकते हैं।",
    }
    time_zone_format() {
        en: "The time zone must be an IANA name, such as `Europe/Berlin`.",
        de: "Die Zeitzone muss ein IANA-Name sein, etwa `Europe/Berlin`.",
        hi: "समय क्षेत्र IANA नाम होना चाहिए, जैसे `Europe/Berlin`।",
    }
    fte_range() {
        en: "The full-time equivalent must be 1 to 10000 basis points; 10000 is full time.",
        de: "Das Vollzeitäquivalent muss 1 bis 10000 Basispunkte betragen; 10000 ist Vollzeit.",
        hi: "पूर्णकालिक समतुल्य (FTE) 1 से 10000 आधार अंक होना चाहिए; 10000 का अर्थ पूर्णकालिक है।",
    }
    working_day_range() {
        en: "The employee's standard working day must have 1 to 1440 minutes.",
        de: "Der Regelarbeitstag des Mitarbeiters muss 1 bis 1440 Minuten haben.",
        hi: "कर्मचारी का मानक कार्य दिवस 1 से 1440 मिनट का होना चाहिए।",
    }
    site_code() {
        en: "The code of a site must have 1 to 40 characters of a-z, 0-9 and -.",
        de: "Der Code eines Standorts muss aus 1 bis 40 Zeichen von a-z, 0-9 und - bestehen.",
        hi: "साइट के कोड में a-z, 0-9 और - के 1 से 40 अक्षर होने चाहिए।",
    }
    token_missing() {
        en: "The request has no access token. Send `Authorization: Bearer <token>`.",
        de: "Die Anfrage hat kein Zugriffstoken. Senden Sie `Authorization: Bearer <token>`.",
        hi: "अनुरोध में एक्सेस टोकन नहीं है। `Authorization: Bearer <token>` भेजें।",
    }
    token_refused() {
        en: "The access token is invalid or has expired. Refresh it or sign in again.",
        de: "Das Zugriffstoken ist ungültig oder abgelaufen. Erneuern Sie es oder melden Sie sich neu an.",
        hi: "एक्सेस टोकन अमान्य है या उसकी अवधि समाप्त हो गई है। उसे नवीनीकृत करें या फिर से साइन इन करें।",
    }
    token_superseded() {
        en: "Your roles or status have changed since you signed in. Sign in again.",
        de: "Ihre Rollen oder Ihr Status haben sich seit der Anmeldung geändert. Melden Sie sich neu an.",
        hi: "साइन इन करने के बाद आपकी भूमिकाएँ या स्थिति बदल गई हैं। फिर से साइन इन करें।",
    }
    resource() { en: "resource", de: "Ressource", hi: "संसाधन" }
}
