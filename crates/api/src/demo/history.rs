//! The demo's apps, and what happened in them in the thirty days before the demo starts.

use padlock_domain::{Permission, PermissionSet};

/// An app of the demo, with its team and what was deployed in it.
pub(super) struct DemoApp {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    /// The name and slug of each environment, in promotion order. The last one is protected.
    pub(super) environments: &'static [(&'static str, &'static str)],
    /// The Technical Contact, by the part of the login before the `@`, as everywhere in this module.
    pub(super) contact: &'static str,
    /// The other members, with their permissions on each environment.
    pub(super) members: &'static [(&'static str, &'static [PermissionSet])],
    pub(super) versions: &'static [DemoVersion],
    /// Whether the last environment is stopped.
    pub(super) production_stopped: bool,
}

/// A version of a demo app: its package and where that was deployed.
pub(super) struct DemoVersion {
    pub(super) number: &'static str,
    pub(super) runtime: &'static str,
    pub(super) description: &'static str,
    /// The name of the file, unless it is made of the slug and the number.
    pub(super) file_name: Option<&'static str>,
    pub(super) uploaded_by: &'static str,
    pub(super) uploaded_hours_ago: i64,
    pub(super) constants: &'static [Constant],
    pub(super) scheduled_events: &'static [&'static str],
    /// The environment's position, who deployed there, and how many hours ago.
    pub(super) deployments: &'static [(usize, &'static str, i64)],
}

/// Name, type, default value and description.
type Constant = (&'static str, &'static str, &'static str, &'static str);

const NONE: PermissionSet = PermissionSet::NONE;
const DEVELOPER: PermissionSet = PermissionSet::ALL.without(Permission::ManagePermissions);
const TESTER: PermissionSet = NONE.with(Permission::TransportRights).with(Permission::AccessToMonitoring);

const CURRENCY: Constant = ("Shop.Currency", "String", "EUR", "ISO 4217 code of all prices");
const PAYMENT_V1: Constant = ("Shop.PaymentUrl", "String", "https://payments.example/v1", "Where payments are made");
const PAYMENT_V2: Constant = ("Shop.PaymentUrl", "String", "https://payments.example/v2", "Where payments are made");
const SHIPPING: Constant = ("Shop.FreeShippingFrom", "Decimal", "50.00", "Orders from this amount ship free of charge");

const CUSTOMER_DIRECTORY: Constant = (
    "Kundenportal.HaendlerverzeichnisBasisadresse",
    "String",
    "https://haendlerverzeichnis.intern.example.com/schnittstelle/v3",
    "Adresse des Händlerverzeichnisses, ohne Schrägstrich am Ende",
);
const IDENTITY_PROVIDER: Constant = (
    "Saml20.IdentityProviderMetadata",
    "String",
    "https://anmeldung.example.com/realms/kunden/protocol/saml/descriptor",
    "Metadaten der Anmeldung",
);

const STANDARD_ENVIRONMENTS: &[(&str, &str)] =
    &[("Test", "test"), ("Acceptance", "acceptance"), ("Production", "production")];

/// All apps of the demo.
pub(super) const APPS: &[DemoApp] = &[
    DemoApp {
        slug: "shop",
        name: "shop",
        environments: STANDARD_ENVIRONMENTS,
        contact: "tess",
        members: &[
            ("omar", &[DEVELOPER, DEVELOPER, DEVELOPER]),
            ("dana", &[DEVELOPER, DEVELOPER, NONE]),
            ("ines", &[NONE, TESTER, NONE]),
        ],
        versions: &[
            DemoVersion {
                number: "1.0.0",
                runtime: "10.6.1",
                description: "The first shop",
                file_name: None,
                uploaded_by: "dana",
                uploaded_hours_ago: 29 * 24,
                constants: &[CURRENCY, PAYMENT_V1],
                scheduled_events: &["Shop.ExpireCarts"],
                deployments: &[(0, "dana", 29 * 24 - 1), (1, "dana", 28 * 24), (2, "tess", 27 * 24)],
            },
            DemoVersion {
                number: "1.1.0",
                runtime: "10.6.1",
                description: "Wish lists",
                file_name: None,
                uploaded_by: "omar",
                uploaded_hours_ago: 23 * 24,
                constants: &[CURRENCY, PAYMENT_V1],
                scheduled_events: &["Shop.ExpireCarts", "Shop.MailWishLists"],
                deployments: &[(0, "omar", 23 * 24 - 2), (1, "omar", 21 * 24), (2, "tess", 20 * 24)],
            },
            DemoVersion {
                number: "1.2.0",
                runtime: "10.6.8",
                description: "Free shipping, and the new payment service",
                file_name: None,
                uploaded_by: "dana",
                uploaded_hours_ago: 6 * 24,
                constants: &[CURRENCY, PAYMENT_V2, SHIPPING],
                scheduled_events: &["Shop.ExpireCarts", "Shop.MailWishLists"],
                deployments: &[(0, "dana", 6 * 24 - 1), (1, "dana", 4 * 24 + 3)],
            },
        ],
        production_stopped: false,
    },
    DemoApp {
        slug: "crm",
        name: "crm",
        environments: STANDARD_ENVIRONMENTS,
        contact: "tess",
        members: &[("dana", &[DEVELOPER, NONE, NONE])],
        versions: &[DemoVersion {
            number: "0.9.0",
            runtime: "10.6.1",
            description: "Contacts and calls",
            file_name: None,
            uploaded_by: "dana",
            uploaded_hours_ago: 12 * 24,
            constants: &[("Crm.MailFrom", "String", "crm@padlock.example", "Sender of all mail")],
            scheduled_events: &[],
            deployments: &[(0, "dana", 12 * 24 - 1), (1, "tess", 9 * 24)],
        }],
        production_stopped: false,
    },
    DemoApp {
        slug: "intranet",
        name: "intranet",
        environments: STANDARD_ENVIRONMENTS,
        contact: "omar",
        members: &[("ines", &[NONE, NONE, NONE])],
        versions: &[DemoVersion {
            number: "4.0.2",
            runtime: "9.24.3",
            description: "",
            file_name: None,
            uploaded_by: "omar",
            uploaded_hours_ago: 30 * 24 - 5,
            constants: &[],
            scheduled_events: &["Intranet.Digest"],
            deployments: &[(0, "omar", 29 * 24), (1, "omar", 26 * 24), (2, "omar", 25 * 24)],
        }],
        production_stopped: true,
    },
    // As long as names are in practice, to show that every page has room for them.
    DemoApp {
        slug: "kundenportal",
        name: "Kundenportal & Händlernetz",
        environments: &[
            ("Entwicklung", "entwicklung"),
            ("Integration & Schnittstellen", "integration"),
            ("Test", "test"),
            ("Abnahme durch den Fachbereich", "abnahme"),
            ("Produktion", "produktion"),
        ],
        contact: "maximiliane",
        members: &[
            ("layla", &[DEVELOPER, DEVELOPER, DEVELOPER, DEVELOPER, DEVELOPER]),
            ("somchai", &[DEVELOPER, DEVELOPER, DEVELOPER, DEVELOPER, NONE]),
        ],
        versions: &[
            DemoVersion {
                number: "1.3.2+build.20261102",
                runtime: "10.12.10.51938",
                description: "Händlersuche nach Postleitzahl",
                file_name: None,
                uploaded_by: "somchai",
                uploaded_hours_ago: 27 * 24,
                constants: &[CUSTOMER_DIRECTORY],
                scheduled_events: &["Kundenportal.NaechtlicherAbgleichMitDemHaendlerverzeichnis"],
                deployments: &[
                    (0, "somchai", 27 * 24 - 1),
                    (1, "somchai", 26 * 24),
                    (2, "somchai", 25 * 24),
                    (3, "layla", 22 * 24),
                    (4, "maximiliane", 20 * 24),
                ],
            },
            DemoVersion {
                number: "1.4.0-rc.11+build.20261124",
                runtime: "10.12.10.51938",
                description: "Neue Rechnungsübersicht",
                file_name: None,
                uploaded_by: "layla",
                uploaded_hours_ago: 6 * 24,
                constants: &[CUSTOMER_DIRECTORY, IDENTITY_PROVIDER],
                scheduled_events: &["Kundenportal.NaechtlicherAbgleichMitDemHaendlerverzeichnis"],
                deployments: &[
                    (0, "layla", 6 * 24 - 1),
                    (1, "layla", 5 * 24),
                    (2, "layla", 4 * 24),
                    (3, "maximiliane", 3 * 24),
                ],
            },
            DemoVersion {
                number: "1.4.0-rc.12+build.20261129",
                runtime: "10.12.10.51938",
                description: "Neue Rechnungsübersicht, mit Korrekturen aus der Abnahme",
                file_name: Some("kundenportal-und-haendlernetz-1.4.0-rc.12-build.20261129.mda"),
                uploaded_by: "layla",
                uploaded_hours_ago: 24,
                constants: &[CUSTOMER_DIRECTORY, IDENTITY_PROVIDER],
                scheduled_events: &[
                    "Kundenportal.NaechtlicherAbgleichMitDemHaendlerverzeichnis",
                    "Kundenportal.RechnungenVerschicken",
                ],
                deployments: &[(0, "layla", 22), (1, "somchai", 5)],
            },
        ],
        production_stopped: true,
    },
];
