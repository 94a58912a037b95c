//! The whole of `docs/operations-table.md` held against the rules: each row, and each decision that follows from it for
//! every role, environment, window and way of asking.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod deploying;
mod document;
mod world;

use document::{Needed, Row};
use padlock_domain::access::{Decision, StepUp, authorise, authorise_app, authorise_fresh};
use padlock_domain::operation::{Operation, Scope};
use padlock_domain::second_factor::{Action, FreshCodeProof};
use world::{Role, World};

#[test]
fn the_document_and_the_code_name_the_same_operations() {
    let mut written: Vec<_> = document::rows().into_iter().map(|row| row.operation).collect();
    let mut coded: Vec<_> = Operation::ALL.iter().map(|o| o.name().to_owned()).collect();
    written.sort();
    coded.sort();
    assert_eq!(written, coded);
}

/// What the document says should come of asking.
fn expected(row: &Row, role: &Role, protected: bool, bearer: bool, open: bool) -> &'static str {
    let may = match row.needs {
        Needed::Member => true,
        Needed::AnyOf(ref names) => role.is_contact || names.iter().any(|name| role.holds.contains(name)),
        Needed::Anywhere(ref name) => role.is_contact || role.holds.contains(name),
        Needed::Contact => role.is_contact,
        Needed::ContactOrManager => role.is_contact || role.holds.contains(&"Manage Permissions".to_owned()),
        Needed::Elsewhere => false,
    };
    let member_only = matches!(row.needs, Needed::Member);
    let script_may = !bearer || member_only || role.is_contact || role.holds.contains(&"API Rights".to_owned());
    if role.deactivated || !may || !script_may {
        "refused"
    } else if row.fresh == "always" || (row.fresh == "always on protected" && protected) {
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
fn every_role_on_every_environment_for_every_operation() {
    let world = World::new();
    let mut cells = 0;
    for row in document::rows() {
        let operation = *Operation::ALL.iter().find(|o| o.name() == row.operation).unwrap();
        for role in Role::all() {
            for (bearer, open) in [(false, false), (false, true), (true, false), (true, true)] {
                let membership = world.membership(&role);
                let actor = world.actor(&membership, bearer, open);
                let mut hold = |protected: bool, decision: Decision| {
                    let wanted = expected(&row, &role, protected, bearer, open);
                    let case =
                        format!("{} {} protected={protected} bearer={bearer} open={open}", role.name, row.operation);
                    assert_eq!(actual(&decision), wanted, "{case}");
                    cells += 1;
                };
                match operation.rule().scope {
                    Scope::Environment => {
                        for environment in [&world.test, &world.production] {
                            let ready = World::ready_for(environment, operation);
                            hold(environment.protected, authorise(actor, operation, &ready, world.now));
                        }
                    }
                    Scope::App => {
                        let environments = [world.test.clone(), world.production.clone()];
                        hold(true, authorise_app(actor, operation, &world.app, &environments, world.now));
                    }
                    // Decided by who owns the account or the request, never by a team's matrix.
                    Scope::Account | Scope::Support => {
                        hold(true, authorise(actor, operation, &world.production, world.now));
                    }
                }
            }
        }
    }
    assert!(cells > 3_000, "only {cells} cells were compared");
}

#[test]
fn a_refusal_always_says_why_and_whom_to_ask() {
    let world = World::new();
    for role in Role::all() {
        let membership = world.membership(&role);
        for operation in Operation::of_environments() {
            let decision = authorise(world.actor(&membership, false, false), operation, &world.production, world.now);
            if let Decision::Refused(reasons) = decision {
                assert!(!reasons.is_empty());
                for reason in reasons {
                    let words = reason.message("Production", "Tess Tanaka");
                    assert!(words.contains("Production") || words.contains("Tess Tanaka"), "{words}");
                    assert!(words.ends_with('.'), "{words}");
                }
            }
        }
    }
}

#[test]
fn a_window_that_has_ended_opens_nothing() {
    let world = World::new();
    let membership = world.membership(&Role::all()[0]);
    let mut actor = world.actor(&membership, false, true);
    actor.authorised_until = Some(world.now);
    let decision = authorise(actor, Operation::Deploy, &world.production, world.now);
    assert_eq!(decision, Decision::StepUp(StepUp::Window));
}

#[test]
fn rights_in_one_app_are_none_in_another() {
    let world = World::new();
    let mut membership = world.membership(&Role::all()[0]);
    membership.app = padlock_domain::ids::AppId::new(world.now, [99; 10]);
    for operation in Operation::of_environments() {
        let decision = authorise(world.actor(&membership, false, true), operation, &world.test, world.now);
        assert!(matches!(decision, Decision::Refused(_)), "{}", operation.name());
    }
}

#[test]
fn a_grant_is_good_for_its_own_environment_only() {
    let world = World::new();
    let membership = world.membership(&Role::all()[0]);
    let grant = || match authorise(world.actor(&membership, false, true), Operation::Deploy, &world.test, world.now) {
        Decision::Grant(grant) => grant,
        other => panic!("{other:?}"),
    };
    assert_eq!(grant().consume_for_environment(world.production.id), None);
    assert_eq!(grant().consume_for_app(world.app.id), None);
    assert_eq!(grant().consume_for_environment(world.test.id), Some(Operation::Deploy));
}

#[test]
fn a_fresh_code_is_good_for_its_own_act_only() {
    let world = World::new();
    for role in Role::all() {
        let membership = world.membership(&role);
        let actor = world.actor(&membership, false, false);
        for operation in Operation::of_environments() {
            let ready = World::ready_for(&world.production, operation);
            let act = Action { operation, target: ready.id.to_string(), content: "everything".into() };
            let with = |proved: Action| {
                authorise_fresh(actor, &act, FreshCodeProof::for_consumed_code(proved), &ready, world.now)
            };
            let without = authorise(actor, operation, &ready, world.now);
            let others = [
                Action { content: "the database".into(), ..act.clone() },
                Action { target: world.test.id.to_string(), ..act.clone() },
                Action { operation: Operation::ViewEnvironment, content: "other".into(), ..act.clone() },
            ];
            for other in others {
                assert_eq!(with(other), without, "{} {}", role.name, operation.name());
            }
            match (with(act.clone()), without) {
                (Decision::Grant(_), Decision::Grant(_) | Decision::StepUp(_)) => {}
                (Decision::Refused(_), Decision::Refused(_)) => {}
                (with, without) => panic!("{} {}: {with:?}, without {without:?}", role.name, operation.name()),
            }
        }
    }
}
