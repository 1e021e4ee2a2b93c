//! Messages of employees, departments, job roles and compensation.

kernel::messages! {
    department() { en: "department", de: "Abteilung", hi: "विभाग" }
    job_role() { en: "job role", de: "Stelle", hi: "पद" }

    name_format() {
        en: "The name or title must have 1 to 100 characters, with at least one letter or digit.",
        de: "Der Name oder die Bezeichnung muss 1 bis 100 Zeichen haben, darunter mindestens einen Buchstaben oder eine Ziffer.",
        hi: "नाम या पदनाम में 1 से 100 अक्षर होने चाहिए, जिनमें कम से कम एक वर्ण या अंक हो।",
    }
    name_prefix_length() {
        en: "The beginning of a name or title to search for may have at most 100 characters.",
        de: "Der gesuchte Anfang eines Namens oder einer Bezeichnung darf höchstens 100 Zeichen haben.",
        hi: "खोजे जाने वाले नाम या पदनाम के आरंभिक भाग में अधिकतम 100 अक्षर हो सकते हैं।",
    }
    email_format() {
        en: "The e-mail address must have the form `jane.doe@example.com`.",
        de: "Die E-Mail-Adresse muss die Form `jane.doe@example.com` haben.",
        hi: "ईमेल पता `jane.doe@example.com` जैसे रूप में होना चाहिए।",
    }
    phone_format() {
        en: "The phone number must have at least three digits, and at most 32 characters: digits, spaces and `+ - ( ) . / x`.",
        de: "Die Telefonnummer muss mindestens drei Ziffern und darf höchstens 32 Zeichen haben: Ziffern, Leerzeichen und `+ - ( ) . / x`.",
        hi: "फ़ोन नंबर में कम से कम तीन अंक और अधिकतम 32 अक्षर होने चाहिए: अंक, रिक्त स्थान और `+ - ( ) . / x`।",
    }
    employee_code_format() {
        en: "The employee code must have 1 to 32 letters, digits, `-`, `_` and `.`.",
        de: "Die Personalnummer muss aus 1 bis 32 Buchstaben, Ziffern, `-`, `_` und `.` bestehen.",
        hi: "कर्मचारी कोड में अंग्रेज़ी अक्षर, अंक, `-`, `_` और `.` के 1 से 32 अक्षर होने चाहिए।",
    }
    job_title_needed() {
        en: "Enter a job title or a job role.",
        de: "Geben Sie eine Stellenbezeichnung oder eine Stelle an.",
        hi: "पदनाम या पद दर्ज करें।",
    }
    salary_needs_pay_access() {
        en: "Only callers who may read compensation may set a salary.",
        de: "Ein Gehalt darf nur festlegen, wer Vergütungen lesen darf.",
        hi: "वेतन केवल वही निर्धारित कर सकता है जिसे वेतन देखने की अनुमति है।",
    }

    email_taken() {
        en: "Another employee uses this e-mail address.",
        de: "Ein anderer Mitarbeiter verwendet diese E-Mail-Adresse.",
        hi: "कोई अन्य कर्मचारी इस ईमेल पते का उपयोग करता है।",
    }
    employee_code_taken() {
        en: "Another current or former employee has this employee code.",
        de: "Ein anderer aktueller oder ehemaliger Mitarbeiter hat diese Personalnummer.",
        hi: "यह कर्मचारी कोड किसी अन्य वर्तमान या पूर्व कर्मचारी का है।",
    }
    name_taken() {
        en: "This name or title is already in use.",
        de: "Dieser Name oder diese Bezeichnung wird bereits verwendet.",
        hi: "यह नाम या पदनाम पहले से उपयोग में है।",
    }
    unknown_department() {
        en: "No department has this id.",
        de: "Keine Abteilung hat diese ID.",
        hi: "इस ID का कोई विभाग नहीं है।",
    }
    unknown_job_role() {
        en: "No job role has this id.",
        de: "Keine Stelle hat diese ID.",
        hi: "इस ID का कोई पद नहीं है।",
    }
    unknown_manager() {
        en: "No employee has this id.",
        de: "Kein Mitarbeiter hat diese ID.",
        hi: "इस ID का कोई कर्मचारी नहीं है।",
    }
    manager_not_active() {
        en: "This employee cannot be a manager, because the status is not `active`. Choose an active employee.",
        de: "Dieser Mitarbeiter kann keine Führungskraft sein, weil der Status nicht `active` ist. Wählen Sie einen aktiven Mitarbeiter.",
        hi: "यह कर्मचारी प्रबंधक नहीं हो सकता, क्योंकि स्थिति `active` नहीं है। कोई सक्रिय कर्मचारी चुनें।",
    }
    in_use() {
        en: "This department or job role still has employees or sub-departments. Move them first.",
        de: "Diese Abteilung oder Stelle hat noch Mitarbeiter oder Unterabteilungen. Ordnen Sie diese zuerst anders zu.",
        hi: "इस विभाग या पद में अभी भी कर्मचारी या उप-विभाग हैं। पहले उन्हें कहीं और स्थानांतरित करें।",
    }

    would_be_cycle() {
        en: "This change would place a person or department below itself. Choose another manager or parent department.",
        de: "Durch diese Änderung stünde eine Person oder Abteilung unter sich selbst. Wählen Sie eine andere Führungskraft oder übergeordnete Abteilung.",
        hi: "इस बदलाव से कोई व्यक्ति या विभाग अपने ही अधीन हो जाएगा। कोई दूसरा प्रबंधक या ऊपरी विभाग चुनें।",
    }
    own_subtree() {
        en: "Choose a manager or parent department that is not below the changed person or department.",
        de: "Wählen Sie eine Führungskraft oder übergeordnete Abteilung, die nicht unter der geänderten Person oder Abteilung steht.",
        hi: "ऐसा प्रबंधक या ऊपरी विभाग चुनें जो बदले जा रहे व्यक्ति या विभाग के अधीन न हो।",
    }
    too_many_levels(levels) {
        en: "The hierarchy of managers or departments may have at most {levels} levels.",
        de: "Die Hierarchie der Führungskräfte oder Abteilungen darf höchstens {levels} Ebenen haben.",
        hi: "प्रबंधकों या विभागों के पदानुक्रम में अधिकतम {levels} स्तर हो सकते हैं।",
    }
    nearer_to_top() {
        en: "Choose a manager or parent department nearer to the top.",
        de: "Wählen Sie eine Führungskraft oder übergeordnete Abteilung weiter oben in der Hierarchie.",
        hi: "पदानुक्रम में इससे ऊपर का कोई प्रबंधक या विभाग चुनें।",
    }
    hierarchy_changed_meanwhile() {
        en: "The hierarchy of managers or departments was changed at the same time. Try again.",
        de: "Die Hierarchie der Führungskräfte oder Abteilungen wurde gleichzeitig geändert. Versuchen Sie es noch einmal.",
        hi: "इसी समय प्रबंधकों या विभागों का पदानुक्रम बदल दिया गया। फिर से कोशिश करें।",
    }

    status_final(from, to, days) {
        en: "The status cannot change from `{from}` to `{to}`. It can only change to `active`, up to {days} days after the last day.",
        de: "Der Status kann nicht von `{from}` zu `{to}` wechseln. Er kann nur zu `active` wechseln, bis zu {days} Tage nach dem letzten Tag.",
        hi: "स्थिति `{from}` से `{to}` में नहीं बदली जा सकती। वह केवल `active` में बदल सकती है, अंतिम दिन के बाद {days} दिनों तक।",
    }
    status_transition(from, to, allowed) {
        en: "The status cannot change from `{from}` to `{to}`. Allowed statuses: {allowed}.",
        de: "Der Status kann nicht von `{from}` zu `{to}` wechseln. Erlaubte Status: {allowed}.",
        hi: "स्थिति `{from}` से `{to}` में नहीं बदली जा सकती। मान्य स्थितियाँ: {allowed}।",
    }
    termination_date_not_allowed() {
        en: "`termination_date` is only allowed with status `terminated`.",
        de: "`termination_date` ist nur mit dem Status `terminated` erlaubt.",
        hi: "`termination_date` केवल `terminated` स्थिति के साथ मान्य है।",
    }
    has_reports() {
        en: "This employee has direct reports. Assign them another manager first.",
        de: "Diesem Mitarbeiter sind andere direkt unterstellt. Ordnen Sie ihnen zuerst eine andere Führungskraft zu.",
        hi: "इस कर्मचारी के सीधे अधीन अन्य कर्मचारी हैं। पहले उनके लिए कोई दूसरा प्रबंधक निर्धारित करें।",
    }

    own_admin_role() {
        en: "You cannot remove your own role `admin`. Ask another administrator.",
        de: "Sie können sich die Rolle `admin` nicht selbst entziehen. Bitten Sie einen anderen Administrator darum.",
        hi: "आप अपनी `admin` भूमिका स्वयं नहीं हटा सकते। किसी अन्य व्यवस्थापक से कहें।",
    }
    admin_role_needed() {
        en: "Your own roles must include `admin`.",
        de: "Ihre eigenen Rollen müssen `admin` enthalten.",
        hi: "आपकी अपनी भूमिकाओं में `admin` शामिल होनी चाहिए।",
    }

    own_compensation() {
        en: "You cannot change your own compensation.",
        de: "Sie können Ihre eigene Vergütung nicht ändern.",
        hi: "आप अपना वेतन स्वयं नहीं बदल सकते।",
    }
    compensation_applies_since(date) {
        en: "The current compensation applies since {date}. Choose a later date.",
        de: "Die aktuelle Vergütung gilt seit dem {date}. Wählen Sie ein späteres Datum.",
        hi: "वर्तमान वेतन {date} से लागू है। इसके बाद की तारीख़ चुनें।",
    }
    compensation_history_full(entries) {
        en: "The compensation history has reached its limit of {entries} entries.",
        de: "Der Vergütungsverlauf hat seine Höchstzahl von {entries} Einträgen erreicht.",
        hi: "वेतन इतिहास अपनी {entries} प्रविष्टियों की सीमा तक पहुँच गया है।",
    }
    effective_before_hire() {
        en: "The effective date of a salary must not be before the hire date.",
        de: "Der Gültigkeitsbeginn eines Gehalts darf nicht vor dem Eintrittsdatum liegen.",
        hi: "वेतन लागू होने की तारीख़ नियुक्ति की तारीख़ से पहले की नहीं होनी चाहिए।",
    }
    effective_too_far() {
        en: "The effective date may be at most ten years in the future.",
        de: "Der Gültigkeitsbeginn darf höchstens zehn Jahre in der Zukunft liegen.",
        hi: "लागू होने की तारीख़ अधिकतम दस वर्ष आगे की होनी चाहिए।",
    }
    salary_amount() {
        en: "The salary must be a positive whole number of minor units, such as cents.",
        de: "Das Gehalt muss eine positive ganze Zahl kleinster Währungseinheiten sein, etwa Cent.",
        hi: "वेतन सबसे छोटी मुद्रा इकाई (जैसे पैसे) में एक धनात्मक पूर्ण संख्या होना चाहिए।",
    }
}
