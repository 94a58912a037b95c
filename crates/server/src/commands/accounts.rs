//! `account …` and `support-agent …`.

use padlock_api::operator::Listed;

use super::installation::{Installation, operator, undone};
use super::{password, say};
use crate::cli::{AccountCommand, AddAccount, OneAccount, SupportAgentCommand, Where};
use crate::serve::Stop;

pub(super) async fn run(command: &AccountCommand) -> Result<(), Stop> {
    match command {
        AccountCommand::Add(options) => add(options).await,
        AccountCommand::SetPassword(options) => set_password(options).await,
        AccountCommand::List(place) => list(place).await,
        AccountCommand::Disable(options) => set_disabled(options, true).await,
        AccountCommand::Enable(options) => set_disabled(options, false).await,
    }
}

pub(super) async fn run_support_agent(command: &SupportAgentCommand) -> Result<(), Stop> {
    let (options, agent) = match command {
        SupportAgentCommand::Add(options) => (options, true),
        SupportAgentCommand::Remove(options) => (options, false),
    };
    let (_open, operator) = operator(&options.place).await?;
    let account = operator.set_support_agent(&options.login, agent).await.map_err(undone)?;
    say(&format!("{} is {}.", account.name, if agent { "a support agent" } else { "no support agent any more" }));
    Ok(())
}

async fn add(options: &AddAccount) -> Result<(), Stop> {
    let password = password::read_new(&options.login)?;
    let installation = Installation::open_or_make(&options.place.data).await?;
    let added = installation.operator().add_account(options.login.clone(), options.name.clone(), password).await;
    let account = added.map_err(undone)?;
    say(&format!("{} can sign in as {}.", account.name, account.login));
    Ok(())
}

async fn set_password(options: &OneAccount) -> Result<(), Stop> {
    let password = password::read_new(&options.login)?;
    let (_open, operator) = operator(&options.place).await?;
    let account = operator.set_password(&options.login, password).await.map_err(undone)?;
    say(&format!("{} has a new password, and was signed out everywhere.", account.name));
    Ok(())
}

async fn set_disabled(options: &OneAccount, disabled: bool) -> Result<(), Stop> {
    let (_open, operator) = operator(&options.place).await?;
    let Listed { account, contact_of, .. } = operator.set_disabled(&options.login, disabled).await.map_err(undone)?;
    if !disabled {
        say(&format!("{} can sign in again.", account.name));
        return Ok(());
    }
    say(&format!("{} cannot sign in any more, and was signed out everywhere.", account.name));
    if !contact_of.is_empty() {
        say(&format!("Technical Contact of {}: nobody decides there who may do what.", contact_of.join(", ")));
    }
    Ok(())
}

async fn list(place: &Where) -> Result<(), Stop> {
    let (_open, operator) = operator(place).await?;
    let accounts = operator.accounts().await.map_err(undone)?;
    if accounts.is_empty() {
        say("There is no account yet.");
    }
    let longest = |of: fn(&Listed) -> usize| accounts.iter().map(of).max().unwrap_or_default();
    let (logins, names) =
        (longest(|l| l.account.login.as_str().chars().count()), longest(|l| l.account.name.chars().count()));
    for listed in &accounts {
        let (login, name) = (listed.account.login.as_str(), &listed.account.name);
        say(format!("{login:logins$}  {name:names$}  {}", about(listed)).trim_end());
    }
    Ok(())
}

/// What else there is to say of an account, in a few words.
fn about(listed: &Listed) -> String {
    let mut words = Vec::new();
    if listed.account.disabled {
        words.push("disabled".to_owned());
    }
    if listed.second_factor {
        words.push("second factor".to_owned());
    }
    if listed.account.support_agent {
        words.push("support agent".to_owned());
    }
    if !listed.contact_of.is_empty() {
        words.push(format!("Technical Contact of {}", listed.contact_of.join(", ")));
    }
    words.join("; ")
}
