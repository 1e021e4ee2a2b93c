//! Messages of sign-in, sessions and passwords.

kernel::messages! {
    session() { en: "session", de: "Sitzung", hi: "सत्र" }

    login_refused() {
        en: "The login name or the password is incorrect.",
        de: "Der Anmeldename oder das Passwort ist falsch.",
        hi: "लॉगिन नाम या पासवर्ड ग़लत है।",
    }
    refresh_refused() {
        en: "The refresh token is invalid or expired. Sign in again.",
        de: "Das Aktualisierungstoken ist ungültig oder abgelaufen. Melden Sie sich neu an.",
        hi: "रीफ़्रेश टोकन अमान्य है या उसकी अवधि समाप्त हो गई है। फिर से साइन इन करें।",
    }

    password_too_short(least) {
        en: "The new password must have at least {least} characters.",
        de: "Das neue Passwort muss mindestens {least} Zeichen haben.",
        hi: "नए पासवर्ड में कम से कम {least} अक्षर होने चाहिए।",
    }
    password_too_long(most) {
        en: "The new password may have at most {most} characters.",
        de: "Das neue Passwort darf höchstens {most} Zeichen haben.",
        hi: "नए पासवर्ड में अधिकतम {most} अक्षर हो सकते हैं।",
    }
    password_common() {
        en: "The new password is a common one. Choose a phrase of your own.",
        de: "Das neue Passwort ist weit verbreitet. Wählen Sie eine eigene Wortfolge.",
        hi: "नया पासवर्ड बहुत आम है। अपना खुद का कोई वाक्यांश चुनें।",
    }
    password_predictable() {
        en: "The new password is a pattern, or made of very common words. Choose a phrase of your own.",
        de: "Das neue Passwort folgt einem Muster oder besteht aus sehr häufigen Wörtern. Wählen Sie eine eigene Wortfolge.",
        hi: "नया पासवर्ड किसी क्रम या दोहराव पर आधारित है, या बहुत आम शब्दों से बना है। अपना खुद का कोई वाक्यांश चुनें।",
    }
    password_personal() {
        en: "The new password consists mainly of words about you or the company, such as names, your e-mail address or your site. Add other words.",
        de: "Das neue Passwort besteht vor allem aus Wörtern über Sie oder das Unternehmen, etwa Namen, Ihrer E-Mail-Adresse oder Ihrem Standort. Fügen Sie andere Wörter hinzu.",
        hi: "नए पासवर्ड में मुख्य रूप से आपसे या कंपनी से जुड़े शब्द हैं, जैसे नाम, आपका ईमेल पता या आपकी साइट। उसमें अन्य शब्द जोड़ें।",
    }
    password_unchanged() {
        en: "The new password must differ from the current one.",
        de: "Das neue Passwort muss sich vom bisherigen unterscheiden.",
        hi: "नया पासवर्ड मौजूदा पासवर्ड से अलग होना चाहिए।",
    }
    current_password_wrong() {
        en: "The current password is incorrect.",
        de: "Das bisherige Passwort ist falsch.",
        hi: "मौजूदा पासवर्ड ग़लत है।",
    }
    password_changed_meanwhile() {
        en: "The password was changed at the same time. Sign in with the new password.",
        de: "Das Passwort wurde gleichzeitig geändert. Melden Sie sich mit dem neuen Passwort an.",
        hi: "इसी समय पासवर्ड बदल दिया गया। नए पासवर्ड से साइन इन करें।",
    }
    external_password() {
        en: "You sign in with an external identity provider. Change your password there.",
        de: "Sie melden sich über einen externen Identitätsanbieter an. Ändern Sie Ihr Passwort dort.",
        hi: "आप किसी बाहरी पहचान प्रदाता से साइन इन करते हैं। अपना पासवर्ड वहीं बदलें।",
    }

    reset_accepted() {
        en: "If this login name exists, an e-mail with a link to reset the password is on its way.",
        de: "Wenn es diesen Anmeldenamen gibt, ist eine E-Mail mit einem Link zum Zurücksetzen des Passworts unterwegs.",
        hi: "यदि यह लॉगिन नाम मौजूद है, तो पासवर्ड रीसेट करने के लिंक वाला ईमेल भेजा जा रहा है।",
    }
    reset_token_refused() {
        en: "The token to reset the password is invalid or has expired. Request a new e-mail.",
        de: "Das Token zum Zurücksetzen des Passworts ist ungültig oder abgelaufen. Fordern Sie eine neue E-Mail an.",
        hi: "पासवर्ड रीसेट करने का टोकन अमान्य है या उसकी अवधि समाप्त हो गई है। नए ईमेल का अनुरोध करें।",
    }

    keys_published_meanwhile() {
        en: "Another run has published the keys that verify tokens at the same time.",
        de: "Ein anderer Lauf hat gleichzeitig die Schlüssel zur Prüfung von Tokens veröffentlicht.",
        hi: "इसी समय किसी अन्य रन ने टोकन जाँचने की कुंजियाँ प्रकाशित कर दी हैं।",
    }
}
