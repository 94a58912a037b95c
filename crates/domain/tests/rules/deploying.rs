//! Deployments and environments under every order of events.

use padlock_domain::access::{Decision, authorise};
use padlock_domain::app::Promotion;
use padlock_domain::deployment::{Deployment, Failure, Refusal, Request, Stage, request};
use padlock_domain::environment::{Environment, Release, Slot};
use padlock_domain::grant::Grant;
use padlock_domain::ids::{AccountId, DeploymentId, PackageId};
use padlock_domain::operation::Operation;
use padlock_domain::package::{Manifest, Package, Sha256};
use proptest::prelude::*;

use crate::world::{Role, World};

fn package(world: &World, n: u8) -> Package {
    Package {
        id: PackageId::new(world.now, [n; 10]),
        app: world.app.id,
        file_name: "shop.mda".into(),
        manifest: Manifest {
            version: format!("1.{n}.0"),
            runtime_version: "10".into(),
            project_name: "shop".into(),
            description: String::new(),
            constants: Vec::new(),
            scheduled_events: Vec::new(),
        },
        size: 1,
        sha256: Sha256([n; 32]),
        uploaded_by: AccountId::new(world.now, [1; 10]),
        created_at: world.now,
    }
}

fn grant(world: &World, operation: Operation, on: &Environment) -> Grant {
    let membership = world.membership(&Role::all()[0]);
    match authorise(world.actor(&membership, false, true), operation, on, world.now) {
        Decision::Grant(grant) => grant,
        other => panic!("{other:?}"),
    }
}

fn ask<'a>(world: &'a World, package: &'a Package, target: &'a Environment) -> Request<'a> {
    Request {
        id: DeploymentId::new(world.now, [package.sha256.0[0]; 10]),
        package,
        target,
        source: None,
        replaces: None,
        start: true,
        promotion: Promotion::Strict,
        before: None,
    }
}

fn running(world: &World, environment: &Environment, package: &Package) -> Environment {
    let deployment = DeploymentId::new(world.now, [200; 10]);
    let release = Release { deployment, package: package.to_ref(), since: world.now };
    Environment { slot: Slot::Running(release), ..environment.clone() }
}

#[test]
fn one_deployment_at_a_time() {
    let world = World::new();
    let (first, second) = (package(&world, 1), package(&world, 2));
    let granted = grant(&world, Operation::Deploy, &world.test);
    let second_grant = grant(&world, Operation::Deploy, &world.test);
    let (_, busy) = request(granted, &ask(&world, &first, &world.test)).unwrap();
    let refusal = request(second_grant, &ask(&world, &second, &busy)).unwrap_err();
    assert_eq!(refusal, Refusal::Busy);
}

#[test]
fn a_package_climbs_one_by_one_unless_promotion_is_free() {
    let world = World::new();
    let package = package(&world, 1);
    let asked = |before_ran, promotion| {
        let granted = grant(&world, Operation::Deploy, &world.production);
        let before = Some((&world.test, before_ran));
        request(granted, &Request { before, promotion, ..ask(&world, &package, &world.production) }).map(|_| ())
    };
    assert_eq!(asked(false, Promotion::Strict), Err(Refusal::NotPromoted { before: "test".into() }));
    assert_eq!(asked(true, Promotion::Strict), Ok(()));
    assert_eq!(asked(false, Promotion::Free), Ok(()));
}

#[test]
fn what_moved_in_the_meantime_is_told() {
    let world = World::new();
    let (old, new) = (package(&world, 1), package(&world, 2));
    let source = running(&world, &world.test, &old);
    let target = running(&world, &world.production, &old);
    let transport = |package, replaces| {
        let granted = grant(&world, Operation::Transport, &target);
        let asked =
            Request { source: Some(&source), before: Some((&source, true)), replaces, ..ask(&world, package, &target) };
        request(granted, &asked).map(|_| ())
    };
    assert_eq!(transport(&old, None), Ok(()));
    assert_eq!(transport(&old, Some(Some(old.id))), Ok(()));
    let moved = |environment: &str| Refusal::Moved { environment: environment.into(), now: Some(old.to_ref()) };
    assert_eq!(transport(&new, None), Err(moved("test")), "the source holds another package");
    assert_eq!(transport(&old, Some(Some(new.id))), Err(moved("production")));
    assert_eq!(transport(&old, Some(None)), Err(moved("production")), "it was empty when it was looked at");
}

#[test]
fn a_grant_for_another_operation_deploys_nothing() {
    let world = World::new();
    let package = package(&world, 1);
    let granted = grant(&world, Operation::Transport, &world.test);
    assert_eq!(request(granted, &ask(&world, &package, &world.test)).unwrap_err(), Refusal::WrongGrant);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Enter(Stage),
    Succeed,
    Fail,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => prop::sample::select(Stage::ALL.to_vec()).prop_map(Step::Enter),
        1 => Just(Step::Succeed),
        1 => Just(Step::Fail),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_a_deployment_keeps_its_order(steps in prop::collection::vec(step(), 0..40), start: bool) {
        let world = World::new();
        let package = package(&world, 1);
        let granted = grant(&world, Operation::Deploy, &world.test);
        let asked = Request { start, ..ask(&world, &package, &world.test) };
        let (mut deployment, busy) = request(granted, &asked).unwrap();
        for step in steps {
            let before = deployment.clone();
            let result = match step {
                Step::Enter(stage) => deployment.clone().begin_stage(stage, world.now),
                Step::Succeed => deployment.clone().succeed(world.now),
                Step::Fail => deployment.clone().fail(Failure::Internal, world.now),
            };
            if let Ok(next) = result {
                assert!(before.end.is_none(), "nothing follows the end");
                deployment = next;
            }
            let begun: Vec<_> = deployment.stages.iter().map(|s| s.stage).collect();
            let plan: Vec<_> = deployment.planned_stages().collect();
            assert!(plan.starts_with(&begun));
            if deployment.end.is_some_and(|end| end.outcome.is_ok()) {
                assert_eq!(begun, plan, "it ends well only after its last stage");
            }
        }
        check_install(&deployment, busy, start);
    }
}

/// Only the deployment under way may change what lies in the slot, and it frees the environment by it.
fn check_install(deployment: &Deployment, busy: Environment, start: bool) {
    let release = |id| Release { deployment: id, package: deployment.package.clone(), since: deployment.created_at };
    let stranger = DeploymentId::new(deployment.created_at, [77; 10]);
    assert!(busy.clone().install(release(stranger), start).is_err());
    let installed = busy.install(release(deployment.id), start).unwrap();
    assert_eq!(installed.job, None);
    assert_eq!(matches!(installed.slot, Slot::Running(_)), start);
    assert!(installed.install(release(deployment.id), start).is_err(), "once");
}
