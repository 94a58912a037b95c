//! Feedback: notices, progress, stages, tables, empty states, skeletons.

use leptos::prelude::*;

use super::samples;
use super::specimen::specimen;
use crate::ui::{
    Button, ButtonKind, EmptyState, Glyph, Menu, Notice, Progress, StageState, Table, Timestamp, Tone, skeleton_cards,
    skeleton_lines, skeleton_promotion_line, skeleton_rows, stages,
};

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Notices", notices())}
        {specimen("Progress", progress_bars())}
        {specimen("Stages", stage_lists())}
        {specimen("Table", package_table())}
        {specimen("Nothing here yet", view! {
            <div class="kit-wide">
                <EmptyState
                    glyph=Glyph::Package
                    title="No packages yet"
                    text="Upload the deployment package that your build made. It is an .mda file."
                >
                    <Button label="Upload package" kind=ButtonKind::Primary glyph=Glyph::Upload/>
                </EmptyState>
            </div>
        })}
        {specimen("Loading", view! {
            <div class="kit-wide">
                {skeleton_lines(3)} {skeleton_cards(3)} {skeleton_promotion_line(3)} {skeleton_rows(3)}
            </div>
        })}
    }
    .into_any()
}

fn notices() -> impl IntoView {
    view! {
        <div class="kit-wide">
            <Notice text="Backups are made every night at 02:00."/>
            <Notice tone=Tone::Good title="1.2.0 now runs on Production." text="1.1.0 is kept for going back."/>
            <Notice tone=Tone::Warning title="3 recovery codes left." text="Make new ones.">
                <Button label="Make new codes"/>
            </Notice>
            <Notice
                tone=Tone::Bad
                title="This is not a deployment package:"
                text="it has no model/metadata.json."
            />
        </div>
    }
}

fn progress_bars() -> impl IntoView {
    view! {
        <div class="kit-column">
            <Progress
                label="Uploading shop-1.2.0.mda"
                percent=Some(64.0)
                detail="2.0 of 3.1 MB, 4 s left"
                on_cancel=move || ()
            />
            <Progress label="Reading shop-1.2.0.mda" percent=None detail="It may take a moment"/>
            <Progress label="Uploaded shop-1.2.0.mda" percent=Some(100.0) detail="3.1 MB"/>
        </div>
    }
}

fn stage_lists() -> impl IntoView {
    view! {
        <div class="kit-column">
            {stages(vec![
                samples::stage("Check the package", StageState::Done, "0.3 s"),
                samples::stage("Unpack", StageState::Running, "1 204 of 3 880 files"),
                samples::stage("Switch over", StageState::Waiting, ""),
                samples::stage("Start", StageState::Waiting, ""),
            ])}
        </div>
        <div class="kit-column">
            {stages(vec![
                samples::stage("Check the package", StageState::Done, "0.3 s"),
                samples::stage("Unpack", StageState::Failed, "no space left"),
                samples::stage("Switch over", StageState::Waiting, ""),
            ])}
        </div>
    }
}

/// The table of the Deployment Package Repository.
pub(super) fn package_table() -> impl IntoView {
    let rows = samples::packages()
        .map(|(version, file, runs_on, uploaded, by, size)| {
            let chips = runs_on.split_terminator(", ").map(|name| view! { <span class="chip">{name}</span> });
            let chips = if runs_on.is_empty() { "–".into_any() } else { chips.collect_view().into_any() };
            view! {
                <tr>
                    <td class="is-mono" data-label="Version">{version}</td>
                    <td data-label="Package"><a href="#feedback">{file}</a></td>
                    <td data-label="Runs on"><span class="chips">{chips}</span></td>
                    <td data-label="Uploaded"><span><Timestamp at=uploaded/>", "{by}</span></td>
                    <td class="is-numeric" data-label="Size">{size}</td>
                    <td class="is-numeric" data-label="Expires">"–"</td>
                    <td class="is-acts"><Menu label="Deploy" kind=ButtonKind::Bare items=samples::deploy_menu()/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="kit-wide">
            <Table caption="Deployment packages" columns=samples::package_columns()>{rows}</Table>
        </div>
    }
}
