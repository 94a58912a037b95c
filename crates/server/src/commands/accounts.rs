//! `account …` and `support-agent …`.

use padlock_api::operator::AccountSummary;

use super::installation::{Installation, open_operator, operator_error};
use super::output::print_line;
use super::password;
use crate::cli::{AccountCommand, AddAccountOptions, ExistingAccount, InstallationOptions, SupportAgentCommand};
use crate::command_error::CommandError;

pub(super) async fn run(command: &AccountCommand) -> Result<(), CommandError> {
    match command {
        AccountCommand::Add(options) => add(options).await,
        AccountCommand::SetPassword(options) => set_password(options).await,
        AccountCommand::List(data) => list(data).await,
        AccountCommand::Disable(options) => set_disabled(options, true).await,
        AccountCommand::Enable(options) => set_disabled(options, false).await,
    }
}

pub(super) async fn run_support_agent(command: &SupportAgentCommand) -> Result<(), CommandError> {
    let (options, agent) = match command {
        SupportAgentCommand::Add(options) => (options, true),
        SupportAgentCommand::Remove(options) => (options, false),
    };
    let (_installation, operator) = open_operator(&options.data).await?;
    let account = operator.set_support_agent(&options.login, agent).await.map_err(operator_error)?;
    print_line(&format!(
        "{} is {}.",
        account.name,
        if agent { "a support agent" } else { "no longer a support agent" }
    ));
    Ok(())
}

async fn add(options: &AddAccountOptions) -> Result<(), CommandError> {
    let password = password::read_new(&options.login)?;
    let installation = Installation::open_or_create(&options.data.folder, options.data.database.as_ref()).await?;
    let added = installation.operator().add_account(options.login.clone(), options.name.clone(), password).await;
    let account = added.map_err(operator_error)?;
    print_line(&format!("{} can sign in as {}.", account.name, account.login));
    Ok(())
}

async fn set_password(options: &ExistingAccount) -> Result<(), CommandError> {
    let password = password::read_new(&options.login)?;
    let (_installation, operator) = open_operator(&options.data).await?;
    let account = operator.set_password(&options.login, password).await.map_err(operator_error)?;
    print_line(&format!("{} has a new password. All sessions were ended.", account.name));
    Ok(())
}

async fn set_disabled(options: &ExistingAccount, disabled: bool) -> Result<(), CommandError> {
    let (_installation, operator) = open_operator(&options.data).await?;
    let AccountSummary { account, contact_of, .. } =
        operator.set_disabled(&options.login, disabled).await.map_err(operator_error)?;
    if !disabled {
        print_line(&format!("{} can sign in again.", account.name));
        return Ok(());
    }
    print_line(&format!("{} can no longer sign in. All sessions were ended.", account.name));
    if !contact_of.is_empty() {
        print_line(&format!(
            "Technical Contact of {}: nobody can manage the permissions there now.",
            contact_of.join(", ")
        ));
    }
    Ok(())
}

async fn list(data: &InstallationOptions) -> Result<(), CommandError> {
    let (_installation, operator) = open_operator(data).await?;
    let accounts = operator.accounts().await.map_err(operator_error)?;
    if accounts.is_empty() {
        print_line("There is no account yet.");
    }
    let width =
        |text: fn(&AccountSummary) -> &str| accounts.iter().map(|l| text(l).chars().count()).max().unwrap_or_default();
    let (logins, names) = (width(|listed| listed.account.login.as_str()), width(|listed| &listed.account.name));
    for listed in &accounts {
        let (login, name) = (listed.account.login.as_str(), &listed.account.name);
        print_line(format!("{login:logins$}  {name:names$}  {}", attributes(listed)).trim_end());
    }
    Ok(())
}

fn attributes(listed: &AccountSummary) -> String {
    let mut attributes = Vec::new();
    if listed.account.disabled {
        attributes.push("disabled".to_owned());
    }
    if listed.second_factor {
        attributes.push("second factor".to_owned());
    }
    if listed.account.support_agent {
        attributes.push("support agent".to_owned());
    }
    if !listed.contact_of.is_empty() {
        attributes.push(format!("Technical Contact of {}", listed.contact_of.join(", ")));
    }
    attributes.join("; ")
}
