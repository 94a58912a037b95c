//! Rules for combinations of options, and the settings that follow from them.

use std::net::{IpAddr, SocketAddr};

use padlock_contract::second_factor::FirstBinding;

use crate::cli::{FirstBindingOption, ServeOptions};
use crate::http::Origin;
use crate::runtime::AppsUrl;

/// Refuses contradicting or insecure options, before anything is opened.
///
/// # Errors
/// Returns a sentence for the operator.
pub fn validate(options: &ServeOptions) -> Result<(), String> {
    if options.demo {
        let metrics = options.metrics_listen.map(|address| ("--metrics-listen", address));
        let others = [("--listen", options.listen), ("--apps-listen", options.apps_listen)];
        for (option, address) in others.into_iter().chain(metrics) {
            if !address.ip().is_loopback() {
                return Err(format!(
                    "--demo answers on this machine only, since its password is public: {option} {address} would be \
                     reachable from other machines"
                ));
            }
        }
        if options.public_url.as_ref().is_some_and(Origin::is_https) {
            return Err("--demo has no https: give an http --public-url, or leave out --demo".to_owned());
        }
        if options.database.is_some() {
            return Err("--demo keeps its database in its data folder: leave out --database, or --demo".to_owned());
        }
        if !options.trusted_proxies.is_empty() {
            return Err("--demo stands behind no proxy: leave out --trusted-proxies, or --demo".to_owned());
        }
    }
    if options.smtp_url.as_deref().is_some_and(is_unencrypted) {
        return Err("--smtp-url would send codes and the password unencrypted: use smtps://…, or \
                    smtp://…?tls=required"
            .to_owned());
    }
    if options.smtp_url.is_some() && options.mail_from.is_none() {
        return Err("--smtp-url needs --mail-from, the sender of emails".to_owned());
    }
    if options.listen == options.apps_listen && options.listen.port() != 0 {
        return Err(format!("--listen and --apps-listen are both {}: they need a port each", options.listen));
    }
    Ok(())
}

/// Returns whether emails would leave this machine unencrypted.
fn is_unencrypted(smtp_url: &str) -> bool {
    let Some(rest) = smtp_url.strip_prefix("smtp://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let local = host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
    !local && !rest.contains("tls=required")
}

/// Returns what the first enrolment of a second factor requires.
#[must_use]
pub fn first_binding(options: &ServeOptions) -> FirstBinding {
    match options.first_binding {
        Some(FirstBindingOption::Mail) => FirstBinding::Mail,
        Some(FirstBindingOption::Password) => FirstBinding::Password,
        // The demo sends no emails.
        None if options.demo => FirstBinding::Password,
        None => FirstBinding::Mail,
    }
}

/// Returns the addresses of the portal and the environments in browsers, given the bound addresses.
///
/// # Errors
/// Returns a sentence for the operator if both are on one site.
pub fn public_addresses(
    options: &ServeOptions,
    portal: SocketAddr,
    environments: SocketAddr,
) -> Result<(Origin, AppsUrl), String> {
    let origin = options.public_url.clone().unwrap_or_else(|| Origin::local(portal.port()));
    let apps_url = apps_url(options, environments);
    if may_share_site(origin.host(), &apps_url) {
        return Err(format!(
            "--apps-url {apps_url} and --public-url {origin} are of one site, where a deployed package could act as \
             the portal: give the environments a domain of their own"
        ));
    }
    Ok((origin, apps_url))
}

/// Returns the addresses of the environments in browsers, given the bound address.
#[must_use]
pub fn apps_url(options: &ServeOptions, environments: SocketAddr) -> AppsUrl {
    options.apps_url.clone().unwrap_or_else(|| AppsUrl::local(environments.port()))
}

/// Returns the registrable domain that two hosts share by the Public Suffix List, if they do. Each of them can then set
/// cookies for the other.
#[must_use]
pub fn shared_site<'a>(one: &'a str, other: &str) -> Option<&'a str> {
    psl::domain_str(one).filter(|site| psl::domain_str(other) == Some(site))
}

/// Returns whether the portal and some environment may have the same registrable domain, by the Public Suffix List.
fn may_share_site(portal: &str, apps_url: &AppsUrl) -> bool {
    if portal.starts_with('[') || portal.parse::<IpAddr>().is_ok() {
        return false;
    }
    // `localhost` and other public suffixes have no registrable domain.
    let Some(portal_site) = psl::domain_str(portal) else { return false };
    let (domain, environment) = (apps_url.domain(), apps_url.host("app", "env"));
    let Some(environment_site) = psl::domain_str(&environment) else { return false };
    if domain.ends_with(environment_site) {
        return portal_site == environment_site;
    }
    // The domain is a public suffix or contains some. Every environment or app is a site of its own, and one may have the
    // portal's name.
    if apps_url.has_one_label() {
        return apps_url.address(portal_site).is_some();
    }
    portal_site.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{is_unencrypted, may_share_site, shared_site};

    #[test]
    fn emails_leave_the_machine_encrypted() {
        for url in ["smtps://u:p@mail.example.net", "smtp://mail.example.net?tls=required", "smtp://localhost:25"] {
            assert!(!is_unencrypted(url), "{url}");
        }
        for url in ["smtp://mail.example.net", "smtp://u:p@mail.example.net:587", "smtp://localhost@mail.example.net"] {
            assert!(is_unencrypted(url), "{url}");
        }
    }

    /// Whether the portal may share its site with an environment `{env}--{app}.{domain}`, and `{env}.{app}.{domain}`.
    fn shares(portal: &str, domain: &str) -> [bool; 2] {
        ["--", "."].map(|separator| {
            let apps_url = format!("https://{{env}}{separator}{{app}}.{domain}").parse().unwrap();
            may_share_site(portal, &apps_url)
        })
    }

    #[test]
    fn environments_below_a_public_suffix_share_no_site() {
        for (one, other, site) in [
            ("test--shop.example.net", "production--shop.example.net", Some("example.net")),
            ("test--shop.apps.example.net", "production--shop.apps.example.net", Some("example.net")),
            ("test--shop.github.io", "production--shop.github.io", None),
            ("test--shop.localhost", "production--shop.localhost", None),
            ("test.shop.localhost", "production.shop.localhost", Some("shop.localhost")),
            ("test.shop.github.io", "production.shop.github.io", Some("shop.github.io")),
            ("test.shop.github.io", "test.crm.github.io", None),
        ] {
            assert_eq!(shared_site(one, other), site, "{one} {other}");
        }
    }

    #[test]
    fn a_shared_registrable_domain_is_one_site() {
        for (portal, domain) in [
            ("padlock.example.net", "example.net"),
            ("padlock.example.net", "apps.example.net"),
            ("padlock.example.net.", "apps.example.net"),
            ("example.net", "apps.example.net"),
            ("padlock.example.co.uk", "apps.example.co.uk"),
            ("padlock.acme.github.io", "apps.acme.github.io"),
            ("padlock.acme.s3.amazonaws.com", "acme.s3.amazonaws.com"),
            ("padlock.acme.kawasaki.jp", "apps.padlock.acme.kawasaki.jp"),
            ("padlock.city.kawasaki.jp", "apps.city.kawasaki.jp"),
        ] {
            assert_eq!(shares(portal, domain), [true, true], "{portal} {domain}");
        }
        for (portal, domain) in [
            ("localhost", "localhost"),
            ("localhost", "apps.localhost"),
            ("padlock.example.net", "example.org"),
            ("padlock.example.net", "anexample.net"),
            ("padlock.one.co.uk", "apps.two.co.uk"),
            ("padlock.one.github.io", "two.github.io"),
            ("padlock.s3.amazonaws.com", "apps.s3.amazonaws.com"),
            ("padlock.amazonaws.com", "apps.s3.amazonaws.com"),
            ("127.0.0.1", "localhost"),
            ("[::1]", "localhost"),
        ] {
            assert_eq!(shares(portal, domain), [false, false], "{portal} {domain}");
        }
    }

    #[test]
    fn an_app_or_environment_below_a_public_suffix_may_have_the_name_of_the_portal() {
        for (portal, domain) in [
            ("portal.localhost", "localhost"),
            ("padlock.example.co.uk", "co.uk"),
            ("padlock.github.io", "github.io"),
            ("padlock.example.kawasaki.jp", "kawasaki.jp"),
        ] {
            assert_eq!(shares(portal, domain), [false, true], "{portal} {domain}");
        }
        for (portal, domain) in [("test--shop.localhost", "localhost"), ("x.test--shop.github.io", "github.io")] {
            assert_eq!(shares(portal, domain), [true, true], "{portal} {domain}");
        }
        for (portal, domain) in [
            ("co.uk", "co.uk"),
            ("github.io", "github.io"),
            ("padlock.example.net", "github.io"),
            ("padlock.example.uk", "co.uk"),
            ("padlock.example.net", "co.uk"),
        ] {
            assert_eq!(shares(portal, domain), [false, false], "{portal} {domain}");
        }
    }
}
