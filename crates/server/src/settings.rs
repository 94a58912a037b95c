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
    let apps_url = options.apps_url.clone().unwrap_or_else(|| AppsUrl::local(environments.port()));
    if may_share_site(origin.host(), apps_url.domain()) {
        return Err(format!(
            "--apps-url {apps_url} and --public-url {origin} are of one site, where a deployed package could act as \
             the portal: give the environments a domain of their own"
        ));
    }
    Ok((origin, apps_url))
}

/// Returns whether the portal and some environment `{env}.{app}.{domain}` may have the same registrable domain, by the
/// Public Suffix List.
fn may_share_site(portal: &str, domain: &str) -> bool {
    if portal.starts_with('[') || portal.parse::<IpAddr>().is_ok() {
        return false;
    }
    // `localhost` and other public suffixes have no registrable domain.
    let Some(portal_site) = psl::domain_str(portal) else { return false };
    let environment = format!("env.app.{domain}");
    let Some(environment_site) = psl::domain_str(&environment) else { return false };
    if domain.ends_with(environment_site) {
        return portal_site == environment_site;
    }
    // The domain is a public suffix or contains some. Every app is a site of its own, and one may have the portal's name.
    portal_site.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{is_unencrypted, may_share_site};

    #[test]
    fn emails_leave_the_machine_encrypted() {
        for url in ["smtps://u:p@mail.example.net", "smtp://mail.example.net?tls=required", "smtp://localhost:25"] {
            assert!(!is_unencrypted(url), "{url}");
        }
        for url in ["smtp://mail.example.net", "smtp://u:p@mail.example.net:587", "smtp://localhost@mail.example.net"] {
            assert!(is_unencrypted(url), "{url}");
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
            assert!(may_share_site(portal, domain), "{portal} {domain}");
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
            assert!(!may_share_site(portal, domain), "{portal} {domain}");
        }
    }

    #[test]
    fn an_app_below_a_public_suffix_may_have_the_name_of_the_portal() {
        for (portal, domain) in [
            ("portal.localhost", "localhost"),
            ("padlock.example.co.uk", "co.uk"),
            ("padlock.github.io", "github.io"),
            ("padlock.example.kawasaki.jp", "kawasaki.jp"),
        ] {
            assert!(may_share_site(portal, domain), "{portal} {domain}");
        }
        for (portal, domain) in [
            ("co.uk", "co.uk"),
            ("github.io", "github.io"),
            ("padlock.example.net", "github.io"),
            ("padlock.example.uk", "co.uk"),
            ("padlock.example.net", "co.uk"),
        ] {
            assert!(!may_share_site(portal, domain), "{portal} {domain}");
        }
    }
}
