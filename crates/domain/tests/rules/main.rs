//! Compares `docs/operations-table.md` with the rules: each row, and each decision for every role, environment, authorised
//! window and kind of session.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod account;
mod deployments;
mod fixture;
mod operations_table;

use fixture::{Fixture, Role};
use padlock_domain::access::{Decision, Request, authorise, authorise_app};
use padlock_domain::operation::Scope;
use padlock_domain::second_factor::{Action, FreshCodeProof};
use padlock_domain::{CredentialKind, Operation, StepUp, Target, WrongGrant};

#[test]
fn the_document_and_the_code_list_the_same_operations() {
    let mut documented: Vec<_> = operations_table::rows().into_iter().map(|row| row.operation).collect();
    let mut implemented: Vec<_> = Operation::ALL.iter().map(|o| o.name().to_owned()).collect();
    documented.sort();
    implemented.sort();
    assert_eq!(documented, implemented);
}

fn actual(decision: &Decision) -> &'static str {
    match decision {
        Decision::Grant(_) => "grant",
        Decision::StepUp(StepUp::Window) => "step-up",
        Decision::StepUp(StepUp::FreshCode) => "fresh code",
        Decision::StepUp(StepUp::Password) => "password",
        Decision::Refused(_) => "refused",
    }
}

/// The credentials of an account that is signed in, each without and with an open window.
const CREDENTIALS: [(CredentialKind, bool); 6] = [
    (CredentialKind::CookieSession, false),
    (CredentialKind::CookieSession, true),
    (CredentialKind::BearerSession, false),
    (CredentialKind::BearerSession, true),
    (CredentialKind::Token, false),
    (CredentialKind::Token, true),
];

#[test]
fn every_decision_matches_the_document() {
    let fixture = Fixture::new();
    let mut compared = 0;
    for row in operations_table::rows() {
        let operation = *Operation::ALL.iter().find(|o| o.name() == row.operation).unwrap();
        for role in Role::all() {
            for (credential, open) in CREDENTIALS {
                let membership = fixture.membership(&role);
                let actor = fixture.actor(&membership, credential, open);
                let mut compare = |protected: bool, decision: Decision| {
                    let expected = row.decision(&role.as_member(credential, open), protected);
                    let case = format!(
                        "{} {} protected={protected} credential={credential:?} open={open}",
                        role.name, row.operation
                    );
                    assert_eq!(actual(&decision), expected, "{case}");
                    compared += 1;
                };
                match operation.rule().scope {
                    Scope::Environment => {
                        for environment in [&fixture.test, &fixture.production] {
                            let ready = Fixture::ready_for(environment, operation);
                            compare(environment.protected, authorise(actor, operation, &ready, fixture.now));
                        }
                    }
                    Scope::App => {
                        let environments = [fixture.test.clone(), fixture.production.clone()];
                        compare(true, authorise_app(actor, operation, &fixture.app, &environments, fixture.now));
                    }
                    // Authorised elsewhere, never by the permissions in an app.
                    Scope::Account | Scope::Support | Scope::Installation => {
                        compare(true, authorise(actor, operation, &fixture.production, fixture.now));
                    }
                }
            }
        }
    }
    assert!(compared > 7_000, "only {compared} decisions were compared");
}

#[test]
fn every_refusal_has_a_sentence_with_the_environment_or_the_technical_contact() {
    let fixture = Fixture::new();
    for role in Role::all() {
        let membership = fixture.membership(&role);
        for operation in Operation::environment_scoped() {
            let decision = authorise(
                fixture.actor(&membership, CredentialKind::CookieSession, false),
                operation,
                &fixture.production,
                fixture.now,
            );
            if let Decision::Refused(reasons) = decision {
                assert!(!reasons.is_empty());
                for reason in reasons {
                    let message = reason.message("Production", "Tess Tanaka");
                    assert!(message.contains("Production") || message.contains("Tess Tanaka"), "{message}");
                    assert!(message.ends_with('.'), "{message}");
                }
            }
        }
    }
}

#[test]
fn an_expired_window_requires_a_step_up() {
    let fixture = Fixture::new();
    let membership = fixture.membership(&Role::all()[0]);
    let mut actor = fixture.actor(&membership, CredentialKind::CookieSession, true);
    actor.authorised_until = Some(fixture.now);
    let decision = authorise(actor, Operation::Deploy, &fixture.production, fixture.now);
    assert_eq!(decision, Decision::StepUp(StepUp::Window));
}

#[test]
fn permissions_in_one_app_do_not_apply_to_another() {
    let fixture = Fixture::new();
    let mut membership = fixture.membership(&Role::all()[0]);
    membership.app = padlock_domain::ids::AppId::new(fixture.now, [99; 10]);
    for operation in Operation::environment_scoped() {
        let decision = authorise(
            fixture.actor(&membership, CredentialKind::CookieSession, true),
            operation,
            &fixture.test,
            fixture.now,
        );
        assert!(matches!(decision, Decision::Refused(_)), "{}", operation.name());
    }
}

#[test]
fn a_grant_is_valid_for_its_own_operation_and_target_only() {
    let fixture = Fixture::new();
    let grant = || fixture.grant(Operation::Deploy, &fixture.test);
    assert_eq!(grant().consume(Operation::Deploy, fixture.production.id), Err(WrongGrant));
    assert_eq!(grant().consume(Operation::Deploy, fixture.app.id), Err(WrongGrant));
    assert_eq!(grant().consume(Operation::Transport, fixture.test.id), Err(WrongGrant));
    assert_eq!(grant().consume(Operation::Deploy, fixture.test.id), Ok(()));
}

#[test]
fn a_fresh_code_is_valid_for_its_own_action_only() {
    let fixture = Fixture::new();
    for role in Role::all() {
        let membership = fixture.membership(&role);
        let actor = fixture.actor(&membership, CredentialKind::CookieSession, false);
        for operation in Operation::environment_scoped() {
            let ready = Fixture::ready_for(&fixture.production, operation);
            let action = Action::new(operation, ready.id).with_content("everything");
            let with = |verified: Action| {
                let request = Request::from(operation).with_content("everything");
                let proof = FreshCodeProof::for_consumed_code(verified);
                authorise(actor, request.with_fresh_code(Some(proof)), &ready, fixture.now)
            };
            let without = authorise(actor, operation, &ready, fixture.now);
            let others = [
                Action { content: "the database".into(), ..action.clone() },
                Action { target: fixture.test.id.into(), ..action.clone() },
                Action { target: Target::App(fixture.app.id), ..action.clone() },
                Action { operation: other_than(operation), ..action.clone() },
            ];
            for other in others {
                assert_eq!(with(other), without, "{} {}", role.name, operation.name());
            }
            match (with(action.clone()), without) {
                (Decision::Grant(_), Decision::Grant(_) | Decision::StepUp(_)) => {}
                (Decision::Refused(_), Decision::Refused(_)) => {}
                (with, without) => panic!("{} {}: {with:?}, without {without:?}", role.name, operation.name()),
            }
        }
    }
}

fn other_than(operation: Operation) -> Operation {
    if operation == Operation::Deploy { Operation::Transport } else { Operation::Deploy }
}
