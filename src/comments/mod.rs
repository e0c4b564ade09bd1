//! A comment's life: submit, edit, withdraw, recommend; the thread; and the author's record.
//!
//! Whatever changes in a thread goes through `transition.rs` or `submit.rs`, which keep counts, revisions, the queue and
//! the author's record true in one transaction. Reports and decisions are other rooms'; they change a comment through
//! the use cases here.
//!
//! INVARIANT: every write locks the author's subscriber first, then comments by id, then the story, and asks the gate
//! after the first lock.

mod comment;
mod draft;
mod edit;
mod firings;
mod gather;
mod history;
mod hold;
mod judge;
mod markup;
mod mine;
mod note;
mod nudge;
mod recommend;
mod record;
mod seed;
mod store;
mod submit;
mod tell;
mod thread;
mod transition;
mod withdraw;

pub use comment::{Author, Comment, Status, Viewer};
pub use draft::{BodyLength, Draft, check_length};
pub use edit::{EditError, Edited, edit, may_edit};
pub use firings::{RuleFirings, forget_firings, rule_firings};
pub use gather::facts_now;
pub use history::{PastComment, Period, count_past_comments, newest_comments, past_comments};
pub use hold::{hold, let_up};
pub use judge::{StoredVerdict, latest_verdict};
pub use markup::{html, plain_text};
pub use mine::{Mine, list_of_account, list_of_subscriber, mine};
pub use note::{note_report, queue};
pub use nudge::{NudgeCounts, nudge_counts};
pub use recommend::{RecommendError, recommend, tell_of_names, tell_stories, unrecommend};
pub use record::{Record, record_of};
pub use seed::{Planted, Seedling, plant};
pub use store::{count_replies_after, find, find_many, list_standing, locate, lock, lock_all};
pub use submit::{SubmitError, Submitted, may_submit, submit};
pub use thread::{Branch, MAX_PAGE_COMMENTS, Sort, Thread, branch_of, find_visible, replies, thread};
pub use transition::{Change, Waiting, move_to};
pub use withdraw::{WithdrawError, withdraw};
