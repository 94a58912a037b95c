//! `app …`.

use padlock_api::operator::{NewApp, NewMember};
use padlock_domain::app::Promotion;

use super::installation::{operator, undone};
use super::say;
use crate::cli::{AddApp, AddMember, AppCommand, Member};
use crate::serve::Stop;

pub(super) async fn run(command: &AppCommand) -> Result<(), Stop> {
    match command {
        AppCommand::Add(options) => add(options).await,
        AppCommand::AddMember(options) => add_member(options).await,
    }
}

async fn add(options: &AddApp) -> Result<(), Stop> {
    let (_open, operator) = operator(&options.place).await?;
    let app = operator.add_app(NewApp {
        slug: options.slug.clone(),
        name: options.name.clone().unwrap_or_else(|| options.slug.to_string()),
        technical_contact: options.technical_contact.clone(),
        promotion: if options.free_promotion { Promotion::Free } else { Promotion::Strict },
        members: options.members.iter().map(member).collect(),
    });
    let app = app.await.map_err(undone)?;
    say(&format!("{} is there, with Test, Acceptance and Production: /apps/{}/deploy", app.name, app.slug));
    Ok(())
}

async fn add_member(options: &AddMember) -> Result<(), Stop> {
    let (_open, operator) = operator(&options.place).await?;
    let joined = operator.add_member(&options.app, &member(&options.member)).await;
    let (app, account) = joined.map_err(undone)?;
    say(&format!("{} is in the team of {}.", account.name, app.name));
    Ok(())
}

fn member(Member { login, on }: &Member) -> NewMember {
    NewMember { login: login.clone(), on: on.clone() }
}
