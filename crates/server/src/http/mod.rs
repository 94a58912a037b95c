//! The portal's listener: what is common to all requests of the API and the single-page app.

pub mod connections;
mod cookie_filter;
mod headers;
pub(crate) mod host;
mod lingering_body;
mod matched_route;
mod origin;
mod portal;
mod request_checks;
mod router;
mod spa;
pub(crate) mod static_files;
mod trusted_proxies;

pub(crate) use headers::{set_hsts, set_security_headers};
pub use origin::{InvalidOrigin, Origin};
pub use portal::PortalState;
pub use router::router;
pub use spa::Spa;
pub use trusted_proxies::{InvalidProxyNetwork, ProxyNetwork, TrustedProxies};
