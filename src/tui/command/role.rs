//! The permission that each verb needs, so that the screen says beforehand what the desk would reject.

use super::CommandId;
use crate::desk::permissions::Permission;

/// What an agent needs to run a command; `None` for what only moves, shows or copies.
#[must_use]
pub const fn permission(command: CommandId) -> Option<Permission> {
    use CommandId as C;
    Some(match command {
        C::ChangeUndo | C::ChangeRedo | C::SendTakeBack => Permission::Undo,
        C::TicketReply
        | C::TicketForward
        | C::OutboxNow
        | C::OutboxRetry
        | C::OutboxLater
        | C::OutboxHold
        | C::OutboxEdit
        | C::OutboxCancel => Permission::Send,
        C::MailboxAdd | C::MailboxTest | C::MailboxPause | C::MailboxRemove => Permission::ManageWorkspace,
        C::TicketNote => Permission::Note,
        // Contacts and orders need more, which the desk says of the file.
        C::AppImport => Permission::ReceiveMail,
        C::ImportRevert | C::PopupRevert => Permission::Import,
        C::CustomerLog => Permission::LogInteraction,
        C::CustomerMerge | C::CustomerUnmerge | C::OrganisationMerge | C::OrganisationUnmerge => {
            Permission::Merge
        }
        C::CustomerExportMe => Permission::ExportPerson,
        C::CustomerEraseMe => Permission::Erase,
        C::RowNew
        | C::RowEdit
        | C::RowTags
        | C::ChangeRepeat
        | C::ViewSave
        | C::ViewFreeze
        | C::ViewEdit
        | C::ViewForget
        | C::TicketDone
        | C::TicketWait
        | C::TicketReopen
        | C::TicketClose
        | C::TicketAssign
        | C::TicketAssignToMe
        | C::TicketClaim
        | C::TicketUrgent
        | C::TicketHigh
        | C::TicketNormal
        | C::TicketLow
        | C::TicketType
        | C::TicketSeverity
        | C::TicketRequester
        | C::TicketFollow
        | C::TicketSpam
        | C::TicketAccept
        | C::TicketBlock
        | C::TicketAcceptAddress
        | C::TicketDeclineAddress
        | C::TicketNew
        | C::CustomerNew
        | C::CustomerArchive
        | C::OrganisationNew
        | C::OrganisationEdit
        | C::OrderAdd
        | C::OrderRefund
        | C::AnswerRecord
        | C::TaskNew
        | C::RecordNew
        | C::PopupEdit
        | C::PopupArchive
        | C::TaskDone
        | C::ComposerSendDone
        | C::ComposerSendWait => Permission::Work,
        // The composer opens only for who may send what is written in it.
        _ => return None,
    })
}
