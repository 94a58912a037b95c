//! Apps and the people in their teams.

use padlock_domain::account::{Account, Login};
use padlock_domain::activity::Event;
use padlock_domain::app::{App, Promotion};
use padlock_domain::environment::Environment;
use padlock_domain::ids::{AppId, EnvironmentId};
use padlock_domain::slug::Slug;
use padlock_domain::{SignedDuration, Timestamp};

use super::{Operator, Result, named, refused};
use crate::ports::{Insert, Transaction};

/// An app to be made.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub technical_contact: Login,
    /// Whether packages must climb the environments one by one.
    pub promotion: Promotion,
    /// Who else is in its team.
    pub members: Vec<NewMember>,
}

/// Somebody to be taken into a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Whose account.
    pub login: Login,
    /// The slugs of the environments that the usual permissions are for; may be none.
    pub on: Vec<String>,
}

impl Operator {
    /// Makes an app with its environments and its team: all of it, or nothing.
    ///
    /// # Errors
    /// Refused when the slug is taken, or somebody or some environment does not exist.
    pub async fn add_app(&self, new: NewApp) -> Result<App> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let contact = enabled(tx.as_mut(), &new.technical_contact).await?;
        let app = App {
            id: AppId::new(now, self.random()),
            slug: new.slug,
            name: new.name,
            promotion: new.promotion,
            technical_contact: contact.id,
        };
        if tx.add_app(&app).await? == Insert::Duplicate {
            return refused(format!("there is an app {} already", app.slug));
        }
        let ids = std::array::from_fn(|_| EnvironmentId::new(now, self.random()));
        let environments = app.first_environments(ids);
        for environment in &environments {
            if tx.add_environment(environment).await? == Insert::Duplicate {
                return refused(format!("the environment {} cannot be made", environment.slug));
            }
        }
        self.note_in_app(tx.as_mut(), app.id, now, Event::AppMade { contact: contact.name.clone() }).await?;
        tx.add_membership(&app.new_member(contact.id, &environments)).await?;
        for (member, millis) in new.members.iter().zip(1..) {
            // A millisecond apart: entries of one and the same stand in no order.
            let at = now.checked_add(SignedDuration::from_millis(millis)).unwrap_or(now);
            self.join(tx.as_mut(), &app, &environments, at, member).await?;
        }
        tx.commit().await?;
        Ok(app)
    }

    /// Takes somebody into the team of an app that there is.
    ///
    /// # Errors
    /// Refused when the person, the app or an environment does not exist, or the person is in the team already.
    pub async fn add_member(&self, app: &str, member: &NewMember) -> Result<(App, Account)> {
        let mut tx = self.store.write().await?;
        let Some(app) = tx.app(app).await? else { return refused(format!("there is no app {app}")) };
        let environments = tx.environments(app.id).await?;
        let account = self.join(tx.as_mut(), &app, &environments, self.clock.now(), member).await?;
        tx.commit().await?;
        Ok((app, account))
    }

    async fn join(
        &self,
        tx: &mut dyn Transaction,
        app: &App,
        environments: &[Environment],
        at: Timestamp,
        member: &NewMember,
    ) -> Result<Account> {
        let account = enabled(tx, &member.login).await?;
        if tx.membership(app.id, account.id).await?.is_some() {
            return refused(format!("{} is in the team of {} already", member.login, app.slug));
        }
        if let Some(unknown) = member.on.iter().find(|on| !environments.iter().any(|e| e.slug.as_str() == **on)) {
            let known: Vec<_> = environments.iter().map(|e| e.slug.as_str()).collect();
            return refused(format!("{} has no environment {unknown}: it has {}", app.slug, known.join(", ")));
        }
        let on = environments.iter().filter(|e| member.on.iter().any(|on| e.slug.as_str() == on));
        tx.add_membership(&app.new_member(account.id, on)).await?;
        self.note_in_app(tx, app.id, at, Event::MemberAdded { name: account.name.clone() }).await?;
        Ok(account)
    }
}

async fn enabled(tx: &mut dyn Transaction, login: &Login) -> Result<Account> {
    let account = named(tx, login).await?;
    if account.disabled { refused(format!("{login} is disabled: enable it first")) } else { Ok(account) }
}
