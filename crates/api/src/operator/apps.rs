//! App commands of the operator: creating apps and adding members to their teams.

use padlock_domain::activity::Event;
use padlock_domain::{Account, App, AppId, Environment, EnvironmentId, Login, Promotion, Slug};

use super::{Operator, Result, find_account, refused};
use crate::ports::{Insert, ReadTransaction};
use crate::unit_of_work::UnitOfWork;

/// An app to be created.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// The app's slug in addresses.
    pub slug: Slug,
    /// The app's name.
    pub name: String,
    /// The login of its Technical Contact.
    pub technical_contact: Login,
    /// Whether packages must run on each environment before the next.
    pub promotion: Promotion,
    /// The other members of its team.
    pub members: Vec<NewMember>,
}

/// A member to be added to a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The login of the account.
    pub login: Login,
    /// The slugs of the environments on which the member gets the default permissions; may be empty.
    pub environments: Vec<String>,
}

impl Operator {
    /// Creates an app with its environments and its team in one transaction.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when the slug is taken, or an account or environment does
    /// not exist.
    #[tracing::instrument(skip_all)]
    pub async fn add_app(&self, new: NewApp) -> Result<App> {
        let now = self.clock.now();
        let (id, environment_ids) = (AppId::new(now, self.random()), std::array::from_fn(|_| self.random()));
        let new = &new;
        self.write(|mut tx| async move {
            let contact = find_enabled_account(&mut *tx, &new.technical_contact).await?;
            let app = App {
                id,
                slug: new.slug.clone(),
                name: new.name.clone(),
                promotion: new.promotion,
                technical_contact: contact.id,
            };
            if tx.add_app(&app).await? == Insert::Duplicate {
                return refused(format!("there is an app {} already", app.slug));
            }
            let environments = app.default_environments(environment_ids.map(|random| EnvironmentId::new(now, random)));
            for environment in &environments {
                if tx.add_environment(environment).await? == Insert::Duplicate {
                    return refused(format!("the environment {} cannot be made", environment.slug));
                }
            }
            tx.record_activity(app.id, None, None, Event::AppCreated { contact: contact.name.clone() }).await?;
            tx.add_membership(&app.new_member(contact.id, &environments)).await?;
            for member in &new.members {
                add_to_team(&mut tx, &app, &environments, member).await?;
            }
            Ok(tx.commit(app).await?)
        })
        .await
    }

    /// Adds a member to the team of an existing app.
    ///
    /// # Errors
    /// Returns [`OperatorError::Refused`](super::OperatorError) when the account, the app or an environment does not exist,
    /// or the account is in the team already.
    #[tracing::instrument(skip_all)]
    pub async fn add_member(&self, app: &str, member: &NewMember) -> Result<(App, Account)> {
        self.write(|mut tx| async move {
            let Some(app) = tx.app(app).await? else { return refused(format!("there is no app {app}")) };
            let environments = tx.environments(app.id).await?;
            let account = add_to_team(&mut tx, &app, &environments, member).await?;
            Ok(tx.commit((app, account)).await?)
        })
        .await
    }
}

async fn add_to_team(
    tx: &mut UnitOfWork,
    app: &App,
    environments: &[Environment],
    member: &NewMember,
) -> Result<Account> {
    let account = find_enabled_account(&mut **tx, &member.login).await?;
    if tx.membership(app.id, account.id).await?.is_some() {
        return refused(format!("{} is in the team of {} already", member.login, app.slug));
    }
    if let Some(unknown) =
        member.environments.iter().find(|slug| environments.iter().all(|e| e.slug.as_str() != **slug))
    {
        let known: Vec<_> = environments.iter().map(|e| e.slug.as_str()).collect();
        return refused(format!("{} has no environment {unknown}: it has {}", app.slug, known.join(", ")));
    }
    let granted = environments.iter().filter(|e| member.environments.iter().any(|slug| e.slug.as_str() == slug));
    tx.add_membership(&app.new_member(account.id, granted)).await?;
    tx.record_activity(app.id, None, None, Event::MemberAdded { name: account.name.clone() }).await?;
    Ok(account)
}

async fn find_enabled_account(tx: &mut dyn ReadTransaction, login: &Login) -> Result<Account> {
    let account = find_account(tx, login).await?;
    if account.disabled { refused(format!("{login} is disabled: enable it first")) } else { Ok(account) }
}
