//! The people that have accounts in the demo.

/// The password of all the demo's accounts.
pub const PASSWORD: &str = "correct horse battery staple";

pub(super) const SUPPORT_AGENT: &str = "Support agent";

/// A person with an account in the demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoPerson {
    /// The login, an email address.
    pub login: &'static str,
    /// The display name.
    pub name: &'static str,
    /// A short description of what the person may do.
    pub role: &'static str,
}

/// All people of the demo.
pub const PEOPLE: &[DemoPerson] = &[
    DemoPerson { login: "tess@padlock.example", name: "Tess Tanaka", role: "Technical Contact of shop and crm" },
    DemoPerson {
        login: "omar@padlock.example",
        name: "Omar Okafor",
        role: "Deploys shop everywhere; Technical Contact of intranet",
    },
    DemoPerson {
        login: "dana@padlock.example",
        name: "Dana Dahl",
        role: "Deploys shop to Test and Acceptance, not to Production",
    },
    DemoPerson { login: "ines@padlock.example", name: "Ines Ibarra", role: "A newcomer: shop’s Acceptance only" },
    DemoPerson { login: "sam@padlock.example", name: "Sam Sato", role: SUPPORT_AGENT },
    DemoPerson { login: "noor@padlock.example", name: "Noor Nasser", role: SUPPORT_AGENT },
    DemoPerson {
        login: "maximiliane@padlock.example",
        name: "Maximiliane-Theodora von Württemberg-Hohenlohe",
        role: "Technical Contact of Kundenportal & Händlernetz, which has long names and five environments",
    },
    DemoPerson {
        login: "somchai@padlock.example", name: "สมชาย ใจดีมีสุขทวีทรัพย์", role: "Deploys it up to Abnahme"
    },
    DemoPerson {
        login: "layla@padlock.example", name: "ليلى عبد الرحمن الأحمد", role: "Deploys it everywhere"
    },
];
