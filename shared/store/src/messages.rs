//! Messages about lost races, reused idempotency keys and invalid cursors.

kernel::messages! {
    busy() {
        en: "Other requests change the same data right now. Send your request again.",
        de: "Andere Anfragen ändern gerade dieselben Daten. Senden Sie Ihre Anfrage noch einmal.",
        hi: "अन्य अनुरोध अभी इसी डेटा को बदल रहे हैं। अपना अनुरोध फिर से भेजें।",
    }
    key_reused() {
        en: "This Idempotency-Key belongs to a different request. Use a new key.",
        de: "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Verwenden Sie einen neuen.",
        hi: "यह Idempotency-Key किसी दूसरे अनुरोध की है। नई कुंजी का उपयोग करें।",
    }
    new_key() {
        en: "Use a new key for a new request.",
        de: "Verwenden Sie für eine neue Anfrage einen neuen Schlüssel.",
        hi: "नए अनुरोध के लिए नई कुंजी का उपयोग करें।",
    }
    invalid_cursor() {
        en: "The cursor is invalid or expired, or belongs to another list, filter or caller.",
        de: "Der Cursor ist ungültig oder abgelaufen, oder er gehört zu einer anderen Liste, einem anderen Filter oder Aufrufer.",
        hi: "कर्सर अमान्य है, उसकी अवधि समाप्त है, या वह किसी दूसरी सूची, फ़िल्टर या उपयोगकर्ता का है।",
    }
    start_again() {
        en: "Start again without `cursor`.",
        de: "Beginnen Sie ohne `cursor` von vorn.",
        hi: "`cursor` के बिना फिर से शुरू करें।",
    }
}
