//! Operations on the account: the decision for every credential, with and without the password and a fresh code.

use padlock_domain::access::{Decision, Owner, PasswordProof, Request, authorise_account};
use padlock_domain::password::PasswordForm;
use padlock_domain::second_factor::{Action, FreshCodeProof};
use padlock_domain::{Account, AccountId, CredentialKind, Operation, PasswordHash};

use super::actual;
use super::fixture::Fixture;
use super::operations_table::{Requirement, Row, rows};

fn account(fixture: &Fixture) -> Account {
    Account {
        id: AccountId::new(fixture.now, [7; 10]),
        login: "tess@padlock.example".parse().unwrap(),
        name: "Tess Tanaka".into(),
        password_hash: PasswordHash::new("the hash".into(), PasswordForm::Nfc),
        disabled: false,
        support_agent: false,
    }
}

/// What the request proves.
#[derive(Debug, Clone, Copy)]
struct Proofs {
    credential: CredentialKind,
    enrolled: bool,
    password: bool,
    code: bool,
}

fn all_proofs() -> Vec<Proofs> {
    let mut all = Vec::new();
    for credential in CredentialKind::ALL {
        for bits in 0..8 {
            let [enrolled, password, code] = [bits & 1 > 0, bits & 2 > 0, bits & 4 > 0];
            all.push(Proofs { credential, enrolled, password, code });
        }
    }
    all
}

fn expected(row: &Row, proofs: Proofs) -> &'static str {
    let Requirement::Owner { password } = row.requirement else { return "refused" };
    let completes_sign_in = ["verify_code", "sign_out"].contains(&row.operation.as_str());
    let fresh_code = row.fresh_code == "always" || row.fresh_code == "if enrolled" && proofs.enrolled;
    match proofs.credential {
        CredentialKind::Token => "refused",
        CredentialKind::MfaChallenge if !completes_sign_in => "refused",
        _ if password && !proofs.password => "password",
        _ if fresh_code && !proofs.code => "fresh code",
        _ => "grant",
    }
}

#[test]
fn every_decision_about_the_account_matches_the_document() {
    let fixture = Fixture::new();
    let account = account(&fixture);
    let password = PasswordProof::for_verified_password(account.password_hash.clone());
    for row in rows() {
        let operation = Operation::from_name(&row.operation).unwrap();
        for proofs in all_proofs() {
            let Proofs { credential, enrolled, .. } = proofs;
            let owner =
                Owner { account: &account, credential, enrolled, password: proofs.password.then_some(&password) };
            let code = proofs.code.then(|| FreshCodeProof::for_consumed_code(Action::new(operation, account.id)));
            let decision = authorise_account(owner, Request::from(operation).with_fresh_code(code), fixture.now);
            assert_eq!(actual(&decision), expected(&row, proofs), "{} {proofs:?}", row.operation);
            if let Decision::Grant(grant) = decision {
                assert_eq!(grant.consume(operation, account.id), Ok(()));
            }
        }
    }
}

#[test]
fn a_proof_of_an_earlier_password_or_of_another_accounts_code_is_none() {
    let fixture = Fixture::new();
    let account = account(&fixture);
    let earlier = PasswordProof::for_verified_password(PasswordHash::new("another hash".into(), PasswordForm::Nfc));
    let password = PasswordProof::for_verified_password(account.password_hash.clone());
    let decide = |password: &PasswordProof, action: Action| {
        let credential = CredentialKind::CookieSession;
        let owner = Owner { account: &account, credential, enrolled: true, password: Some(password) };
        let request = Request::from(action.operation).with_fresh_code(Some(FreshCodeProof::for_consumed_code(action)));
        actual(&authorise_account(owner, request, fixture.now))
    };
    let view = Action::new(Operation::ViewRecoveryCodes, account.id);
    assert_eq!(decide(&password, view.clone()), "grant");
    assert_eq!(decide(&earlier, view.clone()), "password");
    let another = AccountId::new(fixture.now, [8; 10]);
    assert_eq!(decide(&password, Action { target: another.into(), ..view }), "fresh code");
}
