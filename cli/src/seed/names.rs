//! Names of the demo people.

/// Given names, ASCII only because e-mail addresses contain them.
#[rustfmt::skip]
pub(super) const GIVEN: &[&str] = &[
    "Aaliyah", "Adrian", "Aiko", "Alejandra", "Amara", "Anders", "Anika", "Arjun", "Beatriz", "Bogdan", "Camille",
    "Carlos", "Chiara", "Daniela", "Deepak", "Dmitri", "Elif", "Emeka", "Farah", "Felix", "Fiona", "Gabriel", "Greta",
    "Hamza", "Helena", "Hiroshi", "Ines", "Ishaan", "Jamal", "Jana", "Joana", "Kavya", "Kofi", "Lars", "Layla", "Leon",
    "Lucia", "Mahmoud", "Marta", "Mei", "Mikael", "Nadia", "Nikhil", "Noor", "Olga", "Omar", "Priya", "Quentin",
    "Rafael", "Renata", "Rohan", "Saanvi", "Samuel", "Sofia", "Tariq", "Thandi", "Tomas", "Valentina", "Vikram",
    "Wanjiru", "Yara", "Yusuf", "Zofia",
];

#[rustfmt::skip]
pub(super) const FAMILY: &[&str] = &[
    "Abebe", "Almeida", "Andersson", "Banerjee", "Bauer", "Becker", "Bianchi", "Castro", "Chen", "Cohen", "Costa",
    "Das", "Diallo", "Dubois", "Eriksen", "Fischer", "Garcia", "Gupta", "Haddad", "Hansen", "Hoffmann", "Iyer",
    "Jansen", "Johnson", "Joshi", "Kaya", "Keller", "Kim", "Kowalski", "Kumar", "Lang", "Lindqvist", "Lopez", "Mehta",
    "Meyer", "Moreau", "Mueller", "Mwangi", "Nair", "Nakamura", "Nguyen", "Novak", "Okafor", "Oliveira", "Patel",
    "Petrov", "Popescu", "Rao", "Reyes", "Richter", "Rossi", "Santos", "Schmidt", "Sharma", "Silva", "Singh", "Suzuki",
    "Tanaka", "Torres", "Weber", "Williams", "Yilmaz", "Zhang",
];
