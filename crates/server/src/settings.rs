//! What the options mean together.

use std::net::SocketAddr;

use padlock_contract::second_factor::FirstBinding;

use crate::cli::{Binding, Serve};
use crate::http::Origin;
use crate::runtime::AppsUrl;

/// Second-level names below country codes that anybody can register under.
const SHARED: &[&str] = &["ac", "co", "com", "edu", "go", "gov", "ne", "net", "nom", "or", "org"];

/// Refuses what must not be combined, before anything is opened.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn check(serve: &Serve) -> Result<(), String> {
    if serve.demo {
        let metrics = serve.metrics_listen.map(|address| ("--metrics-listen", address));
        let others = [("--listen", serve.listen), ("--apps-listen", serve.apps_listen)];
        for (option, address) in others.into_iter().chain(metrics) {
            if !address.ip().is_loopback() {
                return Err(format!(
                    "--demo answers on this machine only, since everybody knows its password: {option} {address} \
                     would reach beyond it"
                ));
            }
        }
        if serve.public_url.as_ref().is_some_and(Origin::is_https) {
            return Err("--demo has no https: give an http --public-url, or leave out --demo".to_owned());
        }
        if !serve.trusted_proxies.is_empty() {
            return Err("--demo stands behind no proxy: leave out --trusted-proxies, or --demo".to_owned());
        }
    }
    if serve.smtp_url.as_deref().is_some_and(goes_in_the_clear) {
        return Err(
            "--smtp-url would send codes and the password in the clear: say smtps://…, or smtp://…?tls=required"
                .to_owned(),
        );
    }
    if serve.smtp_url.is_some() && serve.mail_from.is_none() {
        return Err("--smtp-url needs --mail-from: whom letters come from".to_owned());
    }
    if serve.listen == serve.apps_listen && serve.listen.port() != 0 {
        return Err(format!("--listen and --apps-listen are both {}: they need a port each", serve.listen));
    }
    Ok(())
}

/// Whether letters would travel unencrypted beyond this machine.
fn goes_in_the_clear(smtp_url: &str) -> bool {
    let Some(rest) = smtp_url.strip_prefix("smtp://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let here = host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
    !here && !rest.contains("tls=required")
}

/// What a first enrolment takes.
#[must_use]
pub fn first_binding(serve: &Serve) -> FirstBinding {
    match serve.first_binding {
        Some(Binding::Mail) => FirstBinding::Mail,
        Some(Binding::Password) => FirstBinding::Password,
        // The demo's mail goes nowhere.
        None if serve.demo => FirstBinding::Password,
        None => FirstBinding::Mail,
    }
}

/// The two addresses as people type them, once the ports are known.
///
/// # Errors
/// A sentence when both are of one site.
pub fn addresses(serve: &Serve, portal: SocketAddr, apps: SocketAddr) -> Result<(Origin, AppsUrl), String> {
    let origin = serve.public_url.clone().unwrap_or_else(|| Origin::local(portal.port()));
    let apps_url = serve.apps_url.clone().unwrap_or_else(|| AppsUrl::local(apps.port()));
    if same_site(origin.host(), apps_url.domain()) {
        return Err(format!(
            "--apps-url {apps_url} and --public-url {origin} are of one site, where a deployed package could act as \
             the portal: give the environments a domain of their own"
        ));
    }
    Ok((origin, apps_url))
}

/// Whether a browser may take the portal and some environment `{env}.{app}.<domain>` for one site: whether they share
/// the name that somebody registered. Without the whole list of public suffixes it errs on the side of "yes".
fn same_site(portal: &str, domain: &str) -> bool {
    if portal.parse::<std::net::IpAddr>().is_ok() || portal.starts_with('[') {
        return false;
    }
    let labels = |name: &str| name.split('.').rev().map(str::to_owned).collect::<Vec<_>>();
    let (portal, domain) = (labels(portal), labels(domain));
    let registered = match (domain.first(), domain.get(1)) {
        (Some(country), Some(second)) if country.len() == 2 && SHARED.contains(&second.as_str()) => 3,
        _ => 2,
    };
    // The app's own name stands where the domain has no label left: `{app}.localhost` may be any name.
    portal.len() >= registered && portal.iter().zip(&domain).take(registered).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::{goes_in_the_clear, same_site};

    #[test]
    fn letters_travel_encrypted() {
        for url in ["smtps://u:p@mail.example.net", "smtp://mail.example.net?tls=required", "smtp://localhost:25"] {
            assert!(!goes_in_the_clear(url), "{url}");
        }
        for url in ["smtp://mail.example.net", "smtp://u:p@mail.example.net:587", "smtp://localhost@mail.example.net"] {
            assert!(goes_in_the_clear(url), "{url}");
        }
    }

    #[test]
    fn sites() {
        for (portal, domain) in [
            ("padlock.example.net", "example.net"),
            ("padlock.example.net", "apps.example.net"),
            ("example.net", "apps.example.net"),
            ("padlock.example.co.uk", "apps.example.co.uk"),
            ("portal.localhost", "localhost"),
        ] {
            assert!(same_site(portal, domain), "{portal} {domain}");
        }
        for (portal, domain) in [
            ("localhost", "localhost"),
            ("padlock.example.net", "example.org"),
            ("padlock.one.co.uk", "apps.two.co.uk"),
            ("127.0.0.1", "localhost"),
            ("[::1]", "localhost"),
        ] {
            assert!(!same_site(portal, domain), "{portal} {domain}");
        }
    }
}
