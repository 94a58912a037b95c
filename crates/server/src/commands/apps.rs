//! `app …`.

use padlock_api::operator::{NewApp, NewMember};
use padlock_domain::Promotion;

use super::installation::{open_operator, operator_error};
use super::output::print_line;
use crate::cli::{AddAppOptions, AddMemberOptions, AppCommand, Member};
use crate::command_error::CommandError;

pub(super) async fn run(command: &AppCommand) -> Result<(), CommandError> {
    match command {
        AppCommand::Add(options) => add(options).await,
        AppCommand::AddMember(options) => add_member(options).await,
    }
}

async fn add(options: &AddAppOptions) -> Result<(), CommandError> {
    let (_installation, operator) = open_operator(&options.data).await?;
    let app = operator.add_app(NewApp {
        slug: options.slug.clone(),
        name: options.name.clone().unwrap_or_else(|| options.slug.to_string()),
        technical_contact: options.technical_contact.clone(),
        promotion: if options.free_promotion { Promotion::Free } else { Promotion::Strict },
        members: options.members.iter().map(new_member).collect(),
    });
    let app = app.await.map_err(operator_error)?;
    print_line(&format!("Created {} with Test, Acceptance and Production: /apps/{}/deploy", app.name, app.slug));
    Ok(())
}

async fn add_member(options: &AddMemberOptions) -> Result<(), CommandError> {
    let (_installation, operator) = open_operator(&options.data).await?;
    let added = operator.add_member(&options.app, &new_member(&options.member)).await;
    let (app, account) = added.map_err(operator_error)?;
    print_line(&format!("{} is in the team of {}.", account.name, app.name));
    Ok(())
}

fn new_member(Member { login, environments }: &Member) -> NewMember {
    NewMember { login: login.clone(), environments: environments.clone() }
}
