//! Apps and their teams.

use std::collections::BTreeMap;

use padlock_api::ports::{Attempt, Insert};
use padlock_domain::{Membership, Permission, PermissionSet, Promotion};

use super::fixtures::{SampleData, TestStore, account, add_account, app, for_each_store};

for_each_store!(apps_are_listed_for_their_active_members);

async fn apps_are_listed_for_their_active_members(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let omar = add_account(&mut *tx, "omar@padlock.example").await;
    let mut crm = app("crm", omar.id);
    crm.promotion = Promotion::Free;
    assert_eq!(tx.add_app(&crm).await.unwrap(), Insert::Inserted);
    assert_eq!(tx.add_app(&app("crm", omar.id)).await.unwrap(), Insert::Duplicate, "the slug is taken");
    let [test, acceptance, _] = &data.environments[..] else { panic!() };
    let granted = BTreeMap::from([
        (test.id, [Permission::TransportRights, Permission::ApiRights].into_iter().collect()),
        (acceptance.id, PermissionSet::NONE),
    ]);
    let member = |app, account, deactivated, granted| Membership {
        app,
        account,
        technical_contact: account == omar.id && app == crm.id,
        deploy_permissions: true,
        deactivated,
        granted,
    };
    let in_shop = member(data.shop.id, omar.id, false, granted);
    let in_crm = member(crm.id, omar.id, false, BTreeMap::new());
    let deactivated = member(crm.id, data.tess.id, true, BTreeMap::new());
    for membership in [&in_shop, &in_crm, &deactivated] {
        tx.add_membership(membership).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.apps_of(omar.id).await.unwrap(), [crm.clone(), data.shop.clone()], "ordered by name");
    assert_eq!(
        tx.apps_of(data.tess.id).await.unwrap(),
        std::slice::from_ref(&data.shop),
        "not those where the member is deactivated"
    );
    assert_eq!(tx.all_apps().await.unwrap().len(), 2);
    assert_eq!(tx.app("crm").await.unwrap().as_ref(), Some(&crm));
    assert_eq!(tx.app(&crm.id.to_string()).await.unwrap().as_ref(), Some(&crm));
    for unknown in ["", "CRM", "none", "00000000-0000-7000-8000-000000000000", "' OR 1=1 --"] {
        assert_eq!(tx.app(unknown).await.unwrap(), None, "{unknown}");
    }
    let mut of_omar = tx.memberships_of(omar.id).await.unwrap();
    of_omar.sort_by_key(|membership| membership.app != in_shop.app);
    assert_eq!(of_omar, [in_shop.clone(), in_crm.clone()]);
    let of_tess: Vec<_> = tx.memberships_of(data.tess.id).await.unwrap().iter().map(|m| m.app).collect();
    assert_eq!(of_tess, [data.shop.id], "not those that are deactivated");
    assert_eq!(tx.environments_of(&[crm.id, data.shop.id]).await.unwrap(), data.environments);
    for membership in [in_shop, in_crm, deactivated] {
        let found = tx.membership(membership.app, membership.account).await.unwrap();
        assert_eq!(found, Some(membership));
    }
    assert_eq!(tx.membership(crm.id, account("x@x").id).await.unwrap(), None);
}
