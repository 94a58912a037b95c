//! Compares `docs/operations-table.md` with the rules: each row, and each decision for every role, environment, authorised
//! window and kind of session.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod deployments;
mod fixture;
mod operations_table;

use fixture::{Fixture, Role};
use operations_table::{Requirement, Row};
use padlock_domain::access::{Decision, authorise, authorise_app, authorise_with_fresh_code};
use padlock_domain::operation::Scope;
use padlock_domain::second_factor::{Action, FreshCodeProof};
use padlock_domain::{Operation, StepUp};

#[test]
fn the_document_and_the_code_list_the_same_operations() {
    let mut documented: Vec<_> = operations_table::rows().into_iter().map(|row| row.operation).collect();
    let mut implemented: Vec<_> = Operation::ALL.iter().map(|o| o.name().to_owned()).collect();
    documented.sort();
    implemented.sort();
    assert_eq!(documented, implemented);
}

/// Returns the decision according to the document.
fn expected(row: &Row, role: &Role, protected: bool, bearer: bool, open: bool) -> &'static str {
    let permitted = match row.requirement {
        Requirement::Member => true,
        Requirement::AnyOf(ref names) => {
            role.is_technical_contact || names.iter().any(|name| role.permissions.contains(name))
        }
        Requirement::OnAnyEnvironment(ref name) => role.is_technical_contact || role.permissions.contains(name),
        Requirement::TechnicalContact => role.is_technical_contact,
        Requirement::TechnicalContactOrManager => {
            role.is_technical_contact || role.permissions.contains(&"Manage Permissions".to_owned())
        }
        Requirement::OutsideApp => false,
    };
    let member_only = matches!(row.requirement, Requirement::Member);
    let has_api_rights =
        !bearer || member_only || role.is_technical_contact || role.permissions.contains(&"API Rights".to_owned());
    if role.deactivated || !permitted || !has_api_rights {
        "refused"
    } else if row.fresh_code == "always" || (row.fresh_code == "always on protected" && protected) {
        "fresh code"
    } else if row.padlock && protected && !open {
        "step-up"
    } else {
        "grant"
    }
}

fn actual(decision: &Decision) -> &'static str {
    match decision {
        Decision::Grant(_) => "grant",
        Decision::StepUp(StepUp::Window) => "step-up",
        Decision::StepUp(StepUp::FreshCode) => "fresh code",
        Decision::Refused(_) => "refused",
    }
}

#[test]
fn every_decision_matches_the_document() {
    let fixture = Fixture::new();
    let mut compared = 0;
    for row in operations_table::rows() {
        let operation = *Operation::ALL.iter().find(|o| o.name() == row.operation).unwrap();
        for role in Role::all() {
            for (bearer, open) in [(false, false), (false, true), (true, false), (true, true)] {
                let membership = fixture.membership(&role);
                let actor = fixture.actor(&membership, bearer, open);
                let mut compare = |protected: bool, decision: Decision| {
                    let expected = expected(&row, &role, protected, bearer, open);
                    let case =
                        format!("{} {} protected={protected} bearer={bearer} open={open}", role.name, row.operation);
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
                    Scope::Account | Scope::Support => {
                        compare(true, authorise(actor, operation, &fixture.production, fixture.now));
                    }
                }
            }
        }
    }
    assert!(compared > 3_000, "only {compared} decisions were compared");
}

#[test]
fn every_refusal_has_a_sentence_with_the_environment_or_the_technical_contact() {
    let fixture = Fixture::new();
    for role in Role::all() {
        let membership = fixture.membership(&role);
        for operation in Operation::environment_scoped() {
            let decision =
                authorise(fixture.actor(&membership, false, false), operation, &fixture.production, fixture.now);
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
    let mut actor = fixture.actor(&membership, false, true);
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
        let decision = authorise(fixture.actor(&membership, false, true), operation, &fixture.test, fixture.now);
        assert!(matches!(decision, Decision::Refused(_)), "{}", operation.name());
    }
}

#[test]
fn a_grant_is_valid_for_its_own_environment_only() {
    let fixture = Fixture::new();
    let grant = || fixture.grant(Operation::Deploy, &fixture.test);
    assert_eq!(grant().consume_for_environment(fixture.production.id), None);
    assert_eq!(grant().consume_for_app(fixture.app.id), None);
    assert_eq!(grant().consume_for_environment(fixture.test.id), Some(Operation::Deploy));
}

#[test]
fn a_fresh_code_is_valid_for_its_own_action_only() {
    let fixture = Fixture::new();
    for role in Role::all() {
        let membership = fixture.membership(&role);
        let actor = fixture.actor(&membership, false, false);
        for operation in Operation::environment_scoped() {
            let ready = Fixture::ready_for(&fixture.production, operation);
            let action = Action { operation, target: ready.id.to_string(), content: "everything".into() };
            let with = |verified: Action| {
                authorise_with_fresh_code(
                    actor,
                    &action,
                    FreshCodeProof::for_consumed_code(verified),
                    &ready,
                    fixture.now,
                )
            };
            let without = authorise(actor, operation, &ready, fixture.now);
            let others = [
                Action { content: "the database".into(), ..action.clone() },
                Action { target: fixture.test.id.to_string(), ..action.clone() },
                Action { operation: Operation::ViewEnvironment, content: "other".into(), ..action.clone() },
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
