//! Each command and what it does: one line a command. All ways to a command (keys, palette, pickers, `.`) come here.

use super::{Cx, change, compose, drafts, focus, import, layers, lists, moves, open, outbox, tickets};
use crate::{
    model::Priority,
    tui::{
        command::{CommandId, Workspace, permission},
        effect::{Effect, FileWhat},
        insight,
        model::{ComposerKind, Model, Tone, see_list},
        popups,
    },
};

/// Whether a change would fall on marked rows that the filter is about to hide.
fn would_hit_hidden(m: &Model, command: CommandId) -> bool {
    let def = command.def();
    (def.undoable || def.outward)
        && m.composer.is_none()
        && see_list!(m, m.focus, list => !list.is_settled() && list.marked().0 > 0, false)
}

/// Runs a command. `args` are those of its binding, or what a picker or prompt gave; what is missing is asked for.
pub fn run(m: &mut Model, cx: &mut Cx, command: CommandId, args: Vec<String>, count: Option<u32>) {
    use CommandId as C;
    if would_hit_hidden(m, command) {
        let why = "The list is still being filtered: nothing was changed. Press again in a moment.";
        return m.say(Tone::Refused, why);
    }
    if command != C::TicketBlock {
        m.block_offered.clear();
    }
    if m.known && !m.info.begun && permission(command).is_some() {
        return popups::welcome::begin(m);
    }
    let n = isize::try_from(count.unwrap_or(1)).unwrap_or(1);
    let arg = args.first().cloned();
    match command {
        C::MoveDown => moves::step(m, cx, n),
        C::MoveUp => moves::step(m, cx, -n),
        C::MoveTop => moves::top(m, cx),
        C::MoveBottom => moves::bottom(m, cx, count),
        C::MovePageDown => moves::page(m, cx, 2 * n),
        C::MovePageUp => moves::page(m, cx, -2 * n),
        C::MoveHalfDown => moves::page(m, cx, n),
        C::MoveHalfUp => moves::page(m, cx, -n),
        C::ReadOn => open::read_on(m, cx),
        C::RowOpen => open::open(m, cx),

        C::FocusLeft => focus::sideways(m, cx, false),
        C::FocusRight => focus::sideways(m, cx, true),
        C::FocusNext => focus::cycle(m, cx, 1),
        C::FocusPrevious => focus::cycle(m, cx, -1),
        C::FocusZoom => focus::zoom(m),
        C::GoDesk => focus::go(m, cx, Workspace::Desk),
        C::GoTickets => focus::go(m, cx, Workspace::Tickets),
        C::GoCustomers => focus::go(m, cx, Workspace::Customers),
        C::GoTasks => focus::go(m, cx, Workspace::Tasks),
        C::GoInsight => focus::go(m, cx, Workspace::Insight),
        C::GoOutbox => focus::go(m, cx, Workspace::Outbox),
        C::GoSettings => focus::go(m, cx, Workspace::Settings),
        C::InsightNext => insight::act::turn(m, cx, n),
        C::InsightPrevious => insight::act::turn(m, cx, -n),
        C::InsightWindow => insight::act::window(m, cx, arg),
        C::GoBack => focus::go_back(m, cx),

        C::AppBack => focus::back(m, cx),
        C::AppPeel => focus::dismiss(m, cx),
        C::AppQuit => focus::quit(m, cx, arg.as_deref()),
        C::AppPalette => popups::palette::open(m),
        C::AppKeys => popups::keys::open(m),
        C::AppImport => import::ask(m, cx, arg),
        C::ImportRevert => import::revert(m, cx, arg),
        C::PopupRevert => import::revert_shown(m, cx),
        C::AppRefresh => super::load::refresh_all(m, cx),
        C::AppSuspend => cx.push(Effect::Suspend),
        C::AppRedraw => cx.push(Effect::Redraw),

        C::ListFilter => lists::filter(m, cx, arg),
        C::ListUnfilter => lists::unfilter(m, cx),
        C::ViewSave => popups::views::save(m),
        C::ViewOpen => popups::views::open(m, cx, arg),
        C::ViewCompare | C::ViewFreeze | C::ViewEdit | C::ViewForget => {
            popups::views::ask(m, cx, command, args.clone());
        }
        C::ListSort => lists::sort(m, cx, arg),
        C::SelectToggle => lists::toggle(m, cx, count),
        C::SelectRange => lists::range(m),
        C::SelectAll => lists::all(m, cx),
        C::SelectClear => lists::clear(m),
        C::FindCustomer => popups::find::open(m, cx, None, arg),
        C::FindText => popups::texts::open(m, cx, arg),

        C::RowNew => tickets::new_here(m, cx),
        C::RowEdit => tickets::edit(m, cx),
        C::RowTags => tickets::tags(m, cx, args.clone()),
        C::RowCopy => change::copy(m, cx),
        C::RowBlame => popups::blame::ask(m, cx),

        C::ChangeUndo => change::undo(m, cx),
        C::ChangeRedo => change::redo(m, cx),
        C::ChangeHistory => popups::history::open(m, cx),
        C::ChangeRepeat => change::repeat(m, cx),
        C::ChangeCopyLine => change::copy_line(m, cx),
        C::ChangeStop => change::stop(m, cx),
        C::SendTakeBack => change::take_back(m, cx),

        C::TicketReply => tickets::write(m, cx, ComposerKind::Reply),
        C::TicketNote => tickets::write(m, cx, ComposerKind::Note),
        C::TicketForward => tickets::write(m, cx, ComposerKind::Forward),
        C::TicketDone => tickets::done(m, cx),
        C::TicketWait => tickets::wait(m, cx, arg),
        C::TicketReopen => tickets::reopen(m, cx),
        C::TicketClose => tickets::close(m, cx),
        C::TicketAssign => tickets::assign(m, cx, arg),
        C::TicketAssignToMe => tickets::assign_to_me(m, cx),
        C::TicketClaim => tickets::claim(m, cx),
        C::TicketUrgent => tickets::priority(m, cx, Priority::Urgent),
        C::TicketHigh => tickets::priority(m, cx, Priority::High),
        C::TicketNormal => tickets::priority(m, cx, Priority::Normal),
        C::TicketLow => tickets::priority(m, cx, Priority::Low),
        C::TicketType => tickets::kind(m, cx, arg),
        C::TicketSeverity => tickets::severity(m, cx, arg),
        C::TicketRequester => tickets::requester(m, cx, &args),
        C::TicketFollow => tickets::follow(m, cx),
        C::TicketSpam => tickets::spam(m, cx),
        C::TicketAccept => tickets::accept(m, cx),
        C::TicketBlock => tickets::block(m, cx),
        C::TicketAcceptAddress => tickets::address(m, cx, true),
        C::TicketDeclineAddress => tickets::address(m, cx, false),
        C::TicketAttachments => popups::attachments::open(m),
        C::MessageHtml => popups::attachments::html(m, cx),
        C::TicketNext => open::neighbour(m, cx, n),
        C::TicketPrevious => open::neighbour(m, cx, -n),
        C::TicketNew => tickets::new_ticket(m, cx),
        C::TimelineFilter => lists::kinds(m, arg),

        C::CustomerNew => popups::forms::customer_new(m),
        C::OrganisationNew => popups::forms::organisation_new(m),
        C::OrganisationEdit | C::OrganisationMerge | C::OrganisationUnmerge => {
            popups::house::open(m, cx, command);
        }
        C::CustomerArchive => tickets::archive(m, cx),
        C::CustomerMerge => popups::merge::open(m, cx),
        C::CustomerUnmerge => popups::merge::unmerge(m, cx),
        C::CustomerDuplicates => popups::merge::duplicates(m, cx),
        C::CustomerExportMe => popups::person::export(m, cx, arg),
        C::CustomerEraseMe => popups::person::erase(m, cx, arg),
        C::CustomerLog => popups::forms::log(m, arg),
        C::OrderAdd => popups::forms::order_new(m),
        C::OrderRefund => popups::forms::refund(m),
        C::AnswerRecord => popups::forms::answer(m),
        C::RecordList => popups::records::list(m, cx, arg),
        C::RecordNew => popups::records::new(m, arg),
        C::PopupEdit => popups::records::edit(m, cx),
        C::PopupArchive => popups::records::archive(m, cx),
        C::TaskNew => popups::forms::task_new(m),
        C::TaskDone => tickets::task_done(m, cx),

        C::OutboxNow => outbox::now(m, cx),
        C::OutboxRetry => outbox::retry(m, cx),
        C::OutboxLater => outbox::later(m, cx, arg),
        C::OutboxHold => outbox::hold(m, cx),
        C::OutboxEdit => outbox::edit(m, cx),
        C::OutboxCancel => outbox::cancel(m, cx),
        C::MailboxAdd => popups::mailbox::add(m),
        C::MailboxTest => popups::mailbox::test(m, cx),
        C::MailboxPause => popups::mailbox::pause(m, cx),
        C::MailboxRemove => popups::mailbox::remove(m, cx),

        C::ComposerWrite => compose::write(m),
        C::ComposerLeave => compose::leave(m),
        C::ComposerNextField => compose::step(m, 1),
        C::ComposerPreviousField => compose::step(m, -1),
        C::ComposerSend => compose::send(m, cx, compose::How::Send),
        C::ComposerSendDone => compose::send(m, cx, compose::How::Done),
        C::ComposerSendWait => compose::send(m, cx, compose::How::Wait),
        C::ComposerKeep => compose::keep(m, cx),
        C::ComposerEditor => compose::edit(m, cx),
        C::ComposerRecipients => compose::unfold(m),
        C::ComposerAttach => compose::attach(m, cx, arg),
        C::ComposerAttachTicket => compose::attach_from_ticket(m, arg.as_deref()),
        C::ComposerDetach => compose::detach(m, arg.as_deref()),
        C::ComposerQuote => compose::turn_below(m),
        C::ComposerDropQuote => compose::turn_history(m),
        C::ComposerSignature => compose::turn_signature(m),
        C::ComposerLater => compose::later(m, cx, arg),

        C::DraftChoose => drafts::ask(m, cx),
        C::DraftDiscard => drafts::discard(m, cx),
        C::DraftRestore => drafts::restore(m, cx),

        C::FormAdvance => layers::form_advance(m, cx),
        C::FormNext => layers::form_next(m),
        C::FormPrevious => layers::form_step(m, -1),
        C::FormDown => layers::form_choose(m, 1),
        C::FormUp => layers::form_choose(m, -1),
        C::FormSave => layers::form_save(m, cx),
        C::FormCancel => layers::form_cancel(m, cx),
        C::PickerDown => layers::picker_step(m, 1),
        C::PickerUp => layers::picker_step(m, -1),
        C::PickerPageDown => layers::picker_step(m, 10),
        C::PickerPageUp => layers::picker_step(m, -10),
        C::PickerAccept => layers::picker_accept(m, cx),
        C::PickerToggle => layers::picker_toggle(m),
        C::PickerCancel => layers::picker_cancel(m, cx),
        C::PromptAccept => layers::prompt_accept(m, cx),
        C::PromptComplete => layers::prompt_complete(m, cx),
        C::PromptNext => layers::prompt_step(m, 1),
        C::PromptPrevious => layers::prompt_step(m, -1),
        C::PromptCancel => layers::prompt_cancel(m, cx),
        C::ConfirmYes => layers::confirm(m, cx, true),
        C::ConfirmNo => layers::confirm(m, cx, false),
        C::PopupClose | C::FileClose => layers::close(m),
        C::FileOpen => popups::attachments::act(m, cx, FileWhat::Open),
        C::FileRead => popups::attachments::act(m, cx, FileWhat::Read),
        C::FileCopyText => popups::attachments::act(m, cx, FileWhat::Copy),
        C::FileSave => popups::attachments::save(m, cx, arg, args.len() > 1),
        C::FileSaveAll => popups::attachments::save_all(m, cx, arg),
        C::FilePipe => popups::attachments::pipe(m, cx, arg),
        C::FileHtml => popups::attachments::html(m, cx),
    }
    // What asks for its argument first is remembered when it runs with it.
    let def = command.def();
    let complete = def.args.is_empty() || !args.is_empty();
    if def.repeatable && complete && m.layers.is_empty() {
        m.repeat = Some((command, args));
    }
}
