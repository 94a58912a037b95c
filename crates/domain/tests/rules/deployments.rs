//! Deployments and their effect on environments.

use padlock_domain::deployment::{Failure, PreviousEnvironment, Refusal, Request, Stage, create};
use padlock_domain::package::Sha256;
use padlock_domain::{
    AccountId, Deployment, DeploymentId, Environment, EnvironmentState, Manifest, Operation, Package, PackageId,
    Promotion, Release,
};
use proptest::prelude::*;

use crate::fixture::Fixture;

fn package(fixture: &Fixture, n: u8) -> Package {
    Package {
        id: PackageId::new(fixture.now, [n; 10]),
        app: fixture.app.id,
        file_name: "shop.mda".into(),
        manifest: Manifest {
            version: format!("1.{n}.0"),
            runtime_version: "10".into(),
            project_name: "shop".into(),
            description: String::new(),
            constants: Vec::new(),
            scheduled_events: Vec::new(),
        },
        has_index_page: true,
        size: 1,
        sha256: Sha256([n; 32]),
        uploaded_by: AccountId::new(fixture.now, [1; 10]),
        created_at: fixture.now,
    }
}

fn deploy<'a>(fixture: &'a Fixture, package: &'a Package, target: &'a Environment) -> Request<'a> {
    Request {
        id: DeploymentId::new(fixture.now, [package.sha256.0[0]; 10]),
        package,
        target,
        source: None,
        replaces: None,
        start: true,
        promotion: Promotion::Strict,
        previous: None,
    }
}

fn running(fixture: &Fixture, environment: &Environment, package: &Package) -> Environment {
    let deployment = DeploymentId::new(fixture.now, [200; 10]);
    let release = Release { deployment, package: package.to_ref(), since: fixture.now };
    Environment { state: EnvironmentState::Running(release), ..environment.clone() }
}

#[test]
fn an_environment_has_one_deployment_at_a_time() {
    let fixture = Fixture::new();
    let (first, second) = (package(&fixture, 1), package(&fixture, 2));
    let granted = fixture.grant(Operation::Deploy, &fixture.test);
    let second_grant = fixture.grant(Operation::Deploy, &fixture.test);
    let (_, busy) = create(granted, &deploy(&fixture, &first, &fixture.test)).unwrap();
    let refusal = create(second_grant, &deploy(&fixture, &second, &busy)).unwrap_err();
    assert_eq!(refusal, Refusal::Busy);
}

#[test]
fn a_package_must_run_on_the_previous_environment_unless_promotion_is_free() {
    let fixture = Fixture::new();
    let package = package(&fixture, 1);
    let deploy_to_production = |has_run, promotion| {
        let granted = fixture.grant(Operation::Deploy, &fixture.production);
        let previous = Some(PreviousEnvironment { environment: &fixture.test, has_run });
        create(granted, &Request { previous, promotion, ..deploy(&fixture, &package, &fixture.production) }).map(|_| ())
    };
    assert_eq!(deploy_to_production(false, Promotion::Strict), Err(Refusal::NotPromoted { previous: "test".into() }));
    assert_eq!(deploy_to_production(true, Promotion::Strict), Ok(()));
    assert_eq!(deploy_to_production(false, Promotion::Free), Ok(()));
}

#[test]
fn a_request_for_a_changed_environment_is_refused() {
    let fixture = Fixture::new();
    let (old, new) = (package(&fixture, 1), package(&fixture, 2));
    let source = running(&fixture, &fixture.test, &old);
    let target = running(&fixture, &fixture.production, &old);
    let transport = |package, replaces| {
        let granted = fixture.grant(Operation::Transport, &target);
        let request = Request {
            source: Some(&source),
            previous: Some(PreviousEnvironment { environment: &source, has_run: true }),
            replaces,
            ..deploy(&fixture, package, &target)
        };
        create(granted, &request).map(|_| ())
    };
    assert_eq!(transport(&old, None), Ok(()));
    assert_eq!(transport(&old, Some(Some(old.id))), Ok(()));
    let changed =
        |environment: &str| Refusal::Changed { environment: environment.into(), current_package: Some(old.to_ref()) };
    assert_eq!(transport(&new, None), Err(changed("test")), "the source holds another package");
    assert_eq!(transport(&old, Some(Some(new.id))), Err(changed("production")));
    assert_eq!(transport(&old, Some(None)), Err(changed("production")), "an empty target was expected");
}

#[test]
fn a_grant_for_another_operation_is_refused() {
    let fixture = Fixture::new();
    let package = package(&fixture, 1);
    let granted = fixture.grant(Operation::Transport, &fixture.test);
    assert_eq!(create(granted, &deploy(&fixture, &package, &fixture.test)).unwrap_err(), Refusal::WrongGrant);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin(Stage),
    Succeed,
    Fail,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => prop::sample::select(Stage::ALL.to_vec()).prop_map(Step::Begin),
        1 => Just(Step::Succeed),
        1 => Just(Step::Fail),
    ]
}

proptest! {
    #[test]
    fn stages_run_in_order_and_nothing_follows_the_end(steps in prop::collection::vec(step(), 0..40), start: bool) {
        let fixture = Fixture::new();
        let package = package(&fixture, 1);
        let granted = fixture.grant(Operation::Deploy, &fixture.test);
        let request = Request { start, ..deploy(&fixture, &package, &fixture.test) };
        let (mut deployment, busy) = create(granted, &request).unwrap();
        for step in steps {
            let before = deployment.clone();
            let result = match step {
                Step::Begin(stage) => deployment.clone().begin_stage(stage, fixture.now),
                Step::Succeed => deployment.clone().succeed(fixture.now),
                Step::Fail => deployment.clone().fail(Failure::Internal, fixture.now),
            };
            if let Ok(next) = result {
                assert!(before.end.is_none(), "nothing follows the end");
                deployment = next;
            }
            let begun: Vec<_> = deployment.stages.iter().map(|s| s.stage).collect();
            let plan: Vec<_> = deployment.planned_stages().collect();
            assert!(plan.starts_with(&begun));
            if deployment.end.is_some_and(|end| end.outcome.is_ok()) {
                assert_eq!(begun, plan, "a deployment succeeds only after its last stage");
            }
        }
        check_install(&deployment, busy, start);
    }
}

/// Checks that only the deployment in progress can install its release, once.
fn check_install(deployment: &Deployment, busy: Environment, start: bool) {
    let release = |id| Release { deployment: id, package: deployment.package.clone(), since: deployment.created_at };
    let other = DeploymentId::new(deployment.created_at, [77; 10]);
    assert!(busy.clone().install(release(other), start).is_err());
    let installed = busy.install(release(deployment.id), start).unwrap();
    assert_eq!(installed.active_deployment, None);
    assert_eq!(matches!(installed.state, EnvironmentState::Running(_)), start);
    assert!(installed.install(release(deployment.id), start).is_err(), "once");
}
