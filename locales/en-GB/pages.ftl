### Words of Belowline in British English: pages.

## What the rules engine found: for the author, then for a moderator.

finding-length = Your comment has { $found } characters; at most { $limit } are allowed.
finding-length-moderator = { $found } characters of at most { $limit }
finding-links =
    { $limit ->
        [0] Comments with links wait for a moderator.
        [one] Comments with more than one link wait for a moderator; yours has { $found }.
       *[other] Comments with more than { $limit } links wait for a moderator; yours has { $found }.
    }
finding-links-moderator = { $found } links, of which { $limit } need no look
finding-repeat = You posted the same comment a short while ago.
finding-repeat-moderator =
    { $found ->
        [0] The author posted the same text less than a minute ago
        [one] The author posted the same text one minute ago
       *[other] The author posted the same text { $found } minutes ago
    }
finding-premoderation = Every comment on this story is read by a moderator before it appears.
finding-premoderation-moderator = The story is pre-moderated
finding-linked-to-banned = A moderator reads the comments of new accounts that have something in common with a banned one.
finding-linked-to-banned-moderator = In common with somebody banned before this account was made: { $entry }
finding-word-list = Your comment uses words that do not fit our house rules: the marked ones.
finding-word-list-moderator = On the word list: “{ $entry }”
finding-editors-rule = A rule of this newspaper applies to your comment.
finding-editors-rule-moderator = The rule “{ $rule }” fired
finding-editors-tag-moderator = Marked “{ $tag }” by the rule “{ $rule }”
finding-fault = Your comment waits for a moderator because part of our automatic check could not be made.
## Moments
moment-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
moment-day = { $day } { $month } { $year }
moment-day-and-time = { $day } { $month } { $year }, { $time }

## Around every page
nav-skip = Skip to the main part
nav-label = Main
nav-house-rules = House rules
nav-queue = Queue
nav-rules = Rules
nav-bans = Bans
nav-approvals = Second person
nav-sign-in = Sign in
nav-sign-out = Sign out
foot-line = Comments here are by subscribers and read by everyone.
foot-all-titles = All titles

## What was just done
done-published = Your comment is published.
done-held = Thank you. A moderator will read your comment before others see it.
done-edited = Your comment is changed.
done-withdrawn = Your comment is withdrawn.
done-reported = Thank you. A moderator will look at it, and your page will show what became of your report.
done-approved = Approved. The comment is published.
done-removed = Removed. Its author is sent a statement of reasons.
done-restored = Restored. The comment is published again.
done-banned = The ban is in force. The subscriber is sent a statement of reasons.
done-lifted = The ban is lifted.
done-lifted-restored = The ban is lifted, and the comments that it took along are back.
done-undone = The decision is undone.
done-reminded = The subscriber is reminded.
done-warned = The subscriber is warned, and comments again once they have acknowledged it.
done-password-changed = Your password is changed.
done-warning-acknowledged = You have acknowledged the warning. You can write again.
done-mail-chosen = Mails about removed comments come as you chose.
done-session-ended = That session is ended.
done-address-changed = Your e-mail address is changed.
done-thread-set = The state of the conversation is set.
done-confirmed = Your e-mail address is confirmed. You can sign in now.
done-rules-published = This is published. Every comment is judged by it within a few seconds.
done-rules-unchanged = This is what was published already: nothing has changed.
done-backtest-stopped = The trial is stopped.
done-swept = The sweep is done. What it held waits in the queue.
done-sweep-undone = The sweep is undone. What nobody has decided since is published again.
done-proven = Thank you. You can go on now.
done-factor-removed = Your second factor is removed.
done-passkey-added = The passkey is kept. You can use it in place of a code.
done-passkey-removed = The passkey is removed.
done-act-approved = It is done, in your colleague’s name and yours.
done-act-refused = It will not be done.
done-signed-out = You are signed out.

## Forms
form-mistake-prefix = Mistake:
form-problems = { $count ->
    [one] There is a mistake in the form
   *[other] There are { $count } mistakes in the form
}
form-characters-left = Characters left: { $count }
form-characters-most = At most { $count } characters
form-cancel = Cancel
try-again-seconds = { $count ->
    [one] You can try again in one second.
   *[other] You can try again in { $count } seconds.
}
try-again-minutes = { $count ->
    [one] You can try again in one minute.
   *[other] You can try again in { $count } minutes.
}
try-again-hours = { $count ->
    [one] You can try again in one hour.
   *[other] You can try again in { $count } hours.
}

## Front page and titles
home-title = Titles and stories
home-heading = Stories under discussion
home-lead = Everyone may read the comments. Subscribers write them.
home-empty = No title yet
home-empty-text = As soon as a title has been set up, its stories stand here.
title-lead = Everyone may read along; subscribers may comment.
title-rules-link = The house rules say how.
title-older = Older stories
title-empty = No story yet
title-empty-text = When the newsroom opens a story for comments, it stands here.

## House rules
rules-of = House rules of { $title }
rules-version = Version { $count }
rules-updated = last updated
rules-empty = No house rules yet
rules-empty-text = This title has not published its house rules.
clause-name = Clause { $number }: { $heading }
clause-number = Clause { $number }:
clause-link = Link to this clause
clause-link-to = Link to clause { $number }
clause-choose = Which clause does it break?

## A story and its thread
story-comments = { $count ->
    [0] No comments
    [one] { $count } comment
   *[other] { $count } comments
}
story-premoderated = Read by a moderator first
story-closed = Closed
story-read-article = Read the story
story-mine = Yours, not seen by others
story-empty = Nobody has commented yet
story-empty-text = The first comment sets the tone. It could be yours.
story-first-page = Back to the first page of comments
story-next-page = More comments
sort-label = Order of the comments
sort-newest = Newest
sort-oldest = Oldest
sort-recommended = Most recommended

## Writing
compose-heading = Join the conversation
compose-label = Your comment
compose-hint = Leave a blank line between paragraphs. *Asterisks* give emphasis, and > at the start of a line quotes.
compose-premoderated = A moderator reads every comment on this story before others see it.
compose-send = Post comment
nudge-heading = Please read it once more
nudge-text = Nothing has been posted yet. The marked words often end a conversation: change them, or post your comment as it is.
compose-rules = Please keep to the
compose-rules-link = house rules
compose-reply-label = Your reply
compose-reply-send = Post reply
edit-heading = Edit your comment
edit-until = You can change it until
edit-history = Moderators can see earlier versions.
edit-send = Save changes
withdraw-heading = Withdraw your comment?
withdraw-text = Its text will no longer be shown to anyone. Replies to it stay, and a line marks where it stood. This cannot be undone.
withdraw-send = Withdraw comment

## Why the box is closed
shut-not-signed-in = Sign in to comment
shut-not-signed-in-text = Comments are open to subscribers. If you are one, sign in and you will be back here.
shut-not-subscribed = Comments are for subscribers
shut-not-subscribed-text = You are signed in, but there is no subscription with this account. You can read every comment, and report those that break the house rules.
shut-lapsed = Your subscription has lapsed
shut-lapsed-text = Your comments stay where they are. Once you renew, you can comment again at once.
shut-paused = Your subscription is paused
shut-paused-text = While it is paused you can read every comment. Once it resumes, you can write again.
shut-warned = A moderator has warned you
shut-warned-text = Before you write again, please read the warning in your account and acknowledge it.
shut-warned-link = Read the warning
shut-refunded = Your subscription was refunded
shut-refunded-text = With the refund the subscription ended, and with it the privilege to comment. A new subscription brings it back.
shut-past-due = A payment for your subscription is late
shut-past-due-text = Your comments stay where they are. Once the payment has come, you can comment again at once.
shut-charged-back = The payment for your subscription was taken back
shut-charged-back-text = Your bank took the payment back, and with it the privilege to comment ended. A new payment brings it back.
shut-banned = You cannot comment at the moment
shut-banned-text = This privilege has been withdrawn from the subscriber behind your account.
shut-story-closed = This story is closed
shut-story-closed-text = It takes no more comments. Those that are here can still be read, linked and reported.
shut-unconfirmed = Confirm your e-mail address first
shut-unconfirmed-text = We sent you a mail with a link. Once you have followed it, you can take part.
shut-subscribe = Subscribe
shut-renew = Renew your subscription
shut-resume = Resume your subscription
shut-statement = Read the statement of reasons
shut-typed = What you had typed

## A comment
comment-by = Comment by { $name }
comment-staff = Staff
comment-you = You
comment-author-gone = a former contributor
comment-answers = to { $name }
comment-edited = edited
comment-recommend = Recommend
comment-recommended = { $count ->
    [one] { $count } recommendation
   *[other] { $count } recommendations
}
comment-reply = Reply
comment-reply-to = Reply to { $name }
comment-replies-to = Replies to { $name }
comment-edit = Edit
comment-withdraw = Withdraw
comment-report = Report
comment-report-of = Report the comment by { $name }
comment-moderate = Moderate
comment-more-replies = { $count ->
    [one] { $count } more reply
   *[other] { $count } more replies
}
comment-more-below = { $count ->
    [one] { $count } reply to this
   *[other] { $count } replies to this
}
comment-first-replies = Back to the first replies
comment-decided = Decided by a moderator
comment-ancestors = What it answers
comment-whole-thread = All comments on this story
comment-held-note = A moderator will read it. Until then only you and the moderators can see it.
comment-rejected-note = It was not published. Only you and the moderators can see it.
comment-removed-note = A moderator took it down.
comment-tombstone-withdrawn = The author has withdrawn this comment.
comment-tombstone-removed = A moderator removed this comment because it broke the house rules.
comment-tombstone-hidden = This comment cannot be shown.
state-published = Published
state-held = Held
state-rejected = Rejected
state-removed = Removed
state-withdrawn = Withdrawn
action-approved = approved
action-removed = removed
action-restored = restored

## Reporting
report-heading = Report a comment
report-text = A moderator will read the comment beside your report. Its author is not told who sent it.
report-note = Anything the moderator should know?
report-note-hint = You can leave this empty.
report-send = Send report
report-earlier = You have reported this comment already. Once is enough.
report-back = Back to the comment
report-earlier-sent = Sent
outcome-open = Waiting for a moderator
outcome-upheld = Upheld: the comment was removed
outcome-not-upheld = Not upheld: the comment stays
outcome-overtaken = The author withdrew or changed the comment first

## Accounts
account-email = E-mail address
account-email-hint = It is never shown. We send a link to confirm it.
account-new-email = New e-mail address
account-new-email-hint = We send a link there to confirm it. Until then nothing changes.
account-name = Display name
account-name-hint = It stands above your comments.
account-password = Password
account-new-password = New password
account-current-password = Current password
account-password-hint = At least { $count } characters. A few words in a row are good; no special characters are needed.
code-heading = One more step
code-label = Code
code-hint = The six digits that your authenticator app shows, or one of your recovery codes.
code-again = Begin anew
prove-heading = Please show that it is you
prove-text = { $count ->
    [one] For bans, exports and roles we ask once more who you are. It is good for one minute.
   *[other] For bans, exports and roles we ask once more who you are. It is good for { $count } minutes.
}
prove-nothing-done = Nothing has been done yet. Show once more that it is you, and send it again.
prove-send = It is me
prove-open = Show that it is me
prove-sign-in-anew = Your newspaper’s login vouches for you, and you have no second factor. Please sign out and in again.
problem-password-wrong = This is not your password.
factor-heading = Second factor
factor-text = With an authenticator app, signing in takes a code from your telephone as well as your password.
factor-withheld = Whoever works for the paper needs a second factor. Until you have given one, you can read and comment, and nothing else.
factor-back = Your page
factor-open = Second factor
factor-begin = Set up an authenticator app
factor-scan = Scan this with your authenticator app.
factor-qr = QR code for your authenticator app
factor-type = Or type this into it:
factor-code-hint = The six digits that the app shows.
factor-confirm = Finish
factor-codes = Your recovery codes
factor-codes-text = Each of them signs you in once, should you lose your telephone. We show them only now: print them, or keep them where you keep your passwords.
factor-go-on = I have kept them
factor-enrolled = { $count ->
    [one] Your authenticator app is set up. One recovery code is left.
   *[other] Your authenticator app is set up. { $count } recovery codes are left.
}
factor-give = Give the code now
factor-renew = New recovery codes
factor-remove = Remove the second factor
passkey-heading = Passkeys
passkey-text = A passkey in your device or in a key on your ring stands in for the code when you sign in.
passkey-none = There is none yet.
passkey-since = since
passkey-used = last used
passkey-label = What shall it be called?
passkey-label-hint = So that you know it again, such as “Telephone”.
passkey-add = Add a passkey
passkey-drop = Remove
passkey-ask = Your browser asks for it next.
passkey-make = Make the passkey
passkey-use = Use a passkey
passkey-failed = That did not work: nothing was chosen, or your device has no passkey for this. Please try again, or use a code.
passkey-impossible = Passkeys need a web address with a name, and this one has a number.
passkey-script = Your browser does not let this page ask for passkeys.
waiting-heading = This waits for a second person
waiting-text = Nothing has been done yet. A colleague who may do the same finds it under “Second person”, for a day.
waiting-back = See what waits
approvals-text = What one person asked for and a second one has to approve: many harmful acts in ten minutes, and, where the paper wants it so, bans for good and of many at once.
approvals-empty = Nothing waits
approvals-empty-text = What you or your colleagues ask for stands here for a day.
approvals-look = Look at it
approvals-until = Until
approvals-many = { $count ->
    [one] One subscriber
   *[other] { $count } subscribers
}
approvals-by = Asked for by { $name }
approvals-over = waits until
approvals-approve = Approve, and do it
approvals-refuse = Refuse
approvals-take-back = Take back
approval-remove = To remove a comment
approval-ban = To ban a subscriber
approval-ban-for-good = To ban a subscriber for good
approval-ban-many = To ban several subscribers
approval-sweep = To run the rules over published comments
approval-many = Many in ten minutes
approval-two-people = Takes two people
sign-in-with = Sign in with { $name }
sign-in-no-account = No account yet?
sign-up-heading = Open an account
sign-up-link = Open an account
sign-up-text = With an account you can report comments. To write them you also need a subscription.
sign-up-send = Open account
sign-up-have-account = Have an account already?
check-mail-heading = Check your mail
check-mail-to = If it is in order, a mail is on its way to
check-mail-confirmation = Follow the link in it to confirm your address. Then you can sign in.
check-mail-reset = Follow the link in it within 30 minutes to set a new password. If there is no account with this address, no link is sent.
check-mail-change = Follow the link in it within 30 minutes to confirm your new address. Until then your old one stays.
check-mail-nothing = Nothing there after a few minutes? Look among the unwanted mail.
check-mail-again = Ask for a new link
confirm-heading = Confirm your e-mail address
confirm-text = One click, and the address is yours.
confirm-change-text = One click, and your account has this address. Mail goes here from then on, and you sign in with it.
confirm-send = Confirm address
link-used-up = This link has been used or is too old.
forgot-link = Forgot your password?
forgot-heading = Forgot your password?
forgot-text = Tell us your e-mail address, and we send you a link to set a new one.
forgot-send = Send link
reset-heading = Set a new password
reset-text = All your sessions will end, and you sign in with the new password.
reset-send = Set password

## One's own page
me-title = Your page
me-contents = On this page
me-comments = Your comments
me-comments-empty = You have not commented yet
me-comments-empty-text = What you write will stand here, with what became of it.
me-comments-older = Older comments
me-reports = Your reports
me-reports-empty = You have not reported anything
me-reports-empty-text = If you report a comment, its outcome will stand here.
me-bans = Bans
me-statements = Statements of reasons
me-sessions = Where you are signed in
me-address = Change e-mail address
me-address-notice = We send a notice to your present address. Once the new one is confirmed, all your other sessions end.
me-address-send = Send link
me-password = Change password
me-password-ends-sessions = All your other sessions will end.
me-password-send = Change password
session-unknown = Unknown device
session-this = This one
session-since = Since
session-used = last used
session-end = End
session-end-named = End the session on { $device }
standing-none = No subscription
standing-active = Active subscription
standing-grace = Payment overdue, in grace
standing-lapsed = Lapsed subscription
standing-paused = Paused subscription
standing-refunded = Refunded subscription
standing-past-due = Payment overdue
standing-charged-back = Payment taken back
standing-until = until

## The queue
queue-heading = Moderation queue
queue-waiting = { $count ->
    [0] Nothing waits.
    [one] One comment waits for a decision.
   *[other] { $count } comments wait for a decision.
}
queue-titles = Titles
queue-empty = The queue is empty
queue-empty-text = Every held or reported comment has been decided. Time for a cup of tea.
queue-next = Next comments
queue-beside = Beside the comment
queue-reports = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
queue-snapshot = As it read when reported
queue-author = Author
queue-approve = Approve
queue-restore = Restore
queue-remove = Remove…
queue-clause = Clause it breaks
queue-clause-choose = Choose a clause
queue-note = Note
queue-note-hint = For the other moderators; the author is told the clause.
queue-remove-send = Remove comment
queue-to-subscriber = Subscriber and bans
queue-own = This is your own comment. Another moderator will decide.
queue-own-report = You reported this comment yourself. Another moderator will decide.
keys-move = next and previous
keys-approve = approve
keys-remove = remove
keys-use = Use these keys
why-held-by-rules = Held by a rule
why-premoderated = Story read first
why-rule-fault = A rule failed
why-reported = Reported
why-reported-again = Reported again
verdict-outcome = The engine's verdict:
verdict-shadow = On trial: these rules decided nothing, and would have done this.
verdict-judged-by = Judged by engine { $engine }, rules { $rules }
finding-weight = weight { $weight }
chance = { $percent } %, { $word }
chance-abusive = Abusive
chance-hateful = Hateful or threatening
chance-unlikely = unlikely
chance-possible = possible
chance-likely = likely
chance-very-likely = very likely
fault-too-long = “{ $rule }” did not look: the text is too long to be judged
fault-missing-signal = “{ $rule }” had no answer: it asks what is not known of this comment
fault-division = “{ $rule }” had no answer: it divides by nought
fault-overflow = “{ $rule }” had no answer: a number in it becomes too large
fault-no-rules = The rules of this title could not be read
fate-words = It is about:
record-since = Account since
record-published = published
record-removed = removed
record-upheld = reports upheld
record-bans = bans in force
conflict-winner = { $name } was faster: the comment is { $action }.
conflict-author = The author has changed this comment meanwhile.
conflict-look = Here it stands as it is now. Please look again.
card-heading = Comment by { $name }
card-history = Decisions so far
card-history-empty = Nobody has decided on this comment yet.

## The state of a thread
thread-link = State of the conversation
thread-heading = State of the conversation
thread-status = What may readers do here?
thread-open = Open
thread-open-text = Comments appear when the rules let them.
thread-premoderated = Read first
thread-premoderated-text = Every comment waits for a moderator.
thread-closed = Closed
thread-closed-text = No new comments. Those that are here stay.
thread-closing = Does it close by itself?
closing-never = No
closing-keep = As now, on
closing-days = After so many days from now:
thread-days = Days until it closes
thread-send = Set
problem-thread-status = Choose what may happen.
problem-thread-closing = Choose whether it closes by itself.
problem-thread-days = Write a number of days from 1 to 3,650.

## What a title is judged by
rulebook-rooms = What this title is judged by
rulebook-rules = Rules
rulebook-word-list = Word list
rulebook-backtests = Trials
rulebook-sweeps = Sweeps
rulebook-version = Version { $version }
rulebook-size = { $count } kB
rulebook-no-rules = No rules have been published yet. What comes with Belowline judges alone.
rulebook-starter-list = This title has published no list of its own: it is judged by the starter list that comes with Belowline.
rulebook-edit = Edit
rulebook-edit-rules = Edit the rules
rulebook-edit-word-list = Edit the word list
rulebook-history = All versions
rulebook-read-only = Editors of this title may change this.
rulebook-source = Text
rulebook-source-hint = TOML. Nothing is published before you have seen what changes.
rulebook-check = Check
rulebook-review = Look over and publish…
rulebook-publish = Publish
rulebook-change = Change
modes-heading = How the rules fare
modes-rule = Rule
modes-mode = Mode
modes-then = Leads to
modes-clause = Clause
modes-day = Fired in 24 hours
modes-week = Fired in 7 days
modes-suspended = Suspended
modes-hint = Live rules act, shadow rules only record what they would have done, drafts wait to be tried on past comments.
nudges-heading = Asked to reconsider
nudges-shown = { $count ->
    [one] In 7 days one author was asked to reconsider.
    [2] In 7 days authors were asked twice to reconsider.
   *[other] In 7 days authors were asked { $count } times to reconsider.
}
nudges-kept = { $count ->
    [0] Nobody posted the same text all the same.
    [one] One posted the same text all the same.
   *[other] { $count } posted the same text all the same.
}
nudges-changed = { $count ->
    [0] Nobody posted another text.
    [one] One posted another text.
   *[other] { $count } posted another text.
}
nudges-hint = Whoever posted nothing since is in neither number. Nothing of what they first wrote is kept.
mode-draft = Draft
mode-shadow = Shadow
mode-live = Live
then-publish = Record only
then-tag = Tag
then-slow-down = Slow down
then-nudge = Nudge
then-hold = Hold
then-reject = Reject
then-built-in = Comes with Belowline
suspended-daily-cap = it fired more often than its daily cap allows
suspended-sudden = it suddenly fired for many subscribers
check-line = Line { $line }:
check-wrong = { $count ->
    [one] One thing is wrong in the text
   *[other] { $count } things are wrong in the text
}
check-right-rules = Nothing is wrong: { $live } live, { $shadow } on trial, { $draft } in draft; tests passed: { $tests }.
check-right-word-list = Nothing is wrong: { $entries ->
    [one] one entry
   *[other] { $entries } entries
}.
moved-heading = Somebody published another version while you were writing
moved-text = This is what it changed. Your own text is below, as you typed it: take over what you want to keep, and publish again.
signals-heading = What a rule can ask
signals-text = Each signal with what it says and a condition that asks it.
signals-count = { $count ->
    [one] { $count } signal
   *[other] { $count } signals
}
review-heading = Is this what you want to publish?
review-rules = It becomes version { $version }: { $live } live, { $shadow } on trial, { $draft } in draft; tests passed: { $tests }.
review-word-list = It becomes version { $version } and has { $entries ->
    [one] one entry
   *[other] { $entries } entries
}.
diff-same = Nothing changes.
diff-added = added:
diff-removed = removed:
diff-heading = From version { $from } to version { $to }
diff-counts = Lines added: { $added }. Lines removed: { $removed }.
history-empty = Nothing was published yet
history-empty-text = Every version will be kept here, with who published it and when.
history-open = Open
history-open-named = Open version { $version }
history-changes = What it changed
history-changes-named = What it changed: version { $version }
history-older = Older versions
restore-heading = What putting it back would change
restore-send = Put this version back
restore-wrong = This version cannot be put back as it is

## Trials and sweeps
backtests-text = Rules tried on comments of the past: what they would have done, and how often moderators agree. Nothing is changed by a trial. Begin one where the rules are, or while you edit them.
backtests-empty = No trials
backtests-empty-text = No rule has been tried on past comments in the last 90 days.
backtest-heading = Trial on past comments
backtest-ask-heading = Try on past comments
backtest-ask-text = See what these rules, drafts too, would have done to comments of the past.
backtest-days = Days to look back
backtest-ask = Try on the past
backtest-open = Under way
backtest-done = Done
backtest-failed = Failed
backtest-cancelled = Stopped
backtest-progress = { $examined } of { $total } comments judged
backtest-reloads = This page looks again every few seconds.
backtest-look-again = Look again
backtest-stop = Stop
backtest-rules = The rules that were tried
report-summary = { $comments } comments of { $subscribers } subscribers, judged in { $seconds } seconds.
report-background = Moderators removed { $removed } of them and approved { $approved }; the rules now in force would not publish { $caught }.
report-rules = What each rule would have done
report-shadow = What rules on trial recorded when the comments came
report-hits = Hits
report-precision = Precision (95 %)
report-recall = Recall (95 %)
report-subscribers = Subscribers met
report-caught = Caught already
report-over-time = Over time
report-faults = { $count ->
    [one] no answer on one comment
   *[other] no answer on { $count } comments
}
report-hint = Precision: of its hits that moderators decided, the share they removed. Recall: of what they removed, the share it hits. Caught already: hits that the rules now in force do not publish anyway.
report-examples = What { $rule } sees
share = { $share } %
share-with-interval = { $share } % ({ $low } to { $high })
chart-label = { $sum } from { $from } to { $to }, at most { $most } at a time, first around { $peak }
example-removed = removed by a moderator
example-approved = approved by a moderator
example-undecided = no moderator decided
example-caught = caught by the rules in force
sweep-heading = Run over what is published
sweep-text = Let what judges now look at comments that were published before it. First it is counted, then you decide; what a moderator decided stays, and one press puts all of it back.
sweep-hours = Hours to look back
sweep-count = Count
sweep-counted = { $caught } of { $examined } comments would be held. { $decided } more would be, had moderators not decided on them.
sweep-hold = { $count ->
    [one] Hold this comment
   *[other] Hold these { $count } comments
}
sweep-caught = What would be held
sweep-more = and { $count } more
sweep-made = Sweeps so far
sweep-none = Nothing was swept yet.
sweep-held = { $count ->
    [one] One comment held
   *[other] { $count } comments held
}
sweep-since = of those written since
sweep-undo = Undo
sweep-undone = Undone

## Bans
privilege-comment = Comment
privilege-reply = Reply
privilege-recommend = Recommend
privilege-report = Report
subscriber-heading = Subscriber
subscriber-accounts = { $count ->
    [one] One account acts for this subscriber
   *[other] { $count } accounts act for this subscriber
}
subscriber-bans = Bans in force
bans-in-force = In force
bans-none-in-force = No ban is in force.
bans-past = Bans of the past
bans-all = All
bans-filter = Which bans
bans-empty = No bans
bans-empty-text = Nobody's privileges are withdrawn. May it stay so.
bans-older = Older bans
ban-heading = Ban this subscriber
ban-text = Before anything happens you will see whom the ban binds.
ban-privileges = What is withdrawn?
ban-until-legend = Until when?
ban-until-day = Last day of the ban
until-day = One day
until-week = Seven days
until-month = Thirty days
until-date = Until the end of
until-never = For good
ban-rules-of = Under whose house rules?
ban-scope = Where does it hold?
ban-everywhere = All titles
ban-evidence = Evidence
ban-evidence-hint = Each comment is kept as it reads now.
ban-evidence-comment = The comment
ban-evidence-none = This subscriber has not commented.
ban-note = Note
ban-note-hint = For the other moderators; the subscriber is told the clause.
ban-review = Look it over
ban-review-heading = Send this ban?
ban-review-terms = The ban
ban-review-binds = { $count ->
    [one] It binds one account
   *[other] It binds { $count } accounts
}
ban-review-binds-text = A ban belongs to the subscriber: an account opened later is bound too. Reading, signing in and withdrawing one's own comments stay possible.
ban-review-in-force = Bans in force already
ban-send = Ban subscriber
ban-change = Change
ban-term-privileges = Withdrawn
ban-term-clause = Under
ban-term-until = Until
ban-term-scope = In
ban-withdrawn = Withdrawn:
ban-was-withdrawn = Was withdrawn:
ban-until = Until
ban-for-good = For good.
ban-under = Under
ban-since = Since
ban-what-stays = You can still read, sign in, withdraw your own comments, and change your password and sessions.
ban-lift = Lift…
ban-lifted = Lifted
ban-ended = Ended
by-operator = the operator
ban-not-oneself = This is you. Nobody bans themselves.
ban-not-staff = One of these accounts is staff. Staff cannot be banned while they hold the role.
lift-heading = Lift this ban?
lift-text = Other bans on this subscriber stay in force.
lift-reason = Reason
lift-reason-hint = For the other moderators; it stays on record.
lift-send = Lift ban
lift-restore = { $count ->
    [one] Put the comment back that it took along
   *[other] Put the { $count } comments back that it took along
}
subscriber-warnings = Reminders and warnings
warnings-none = None so far.
warning-kind-reminder = Reminder
warning-kind-warning = Warning
warning-acknowledged = Acknowledged
warning-open = Not acknowledged yet: no comments until then.
warn-open = Remind or warn
warn-hint = What comes before a ban. The subscriber is told the clause by mail and on their own page.
warn-kind = How?
warn-kind-reminder = Reminder: calls the clause to mind
warn-kind-warning = Warning: closes commenting until it is acknowledged
warn-send = Send
problem-warn-kind = Please choose one of the two.
history-undo = Undo
history-undone = Undone

## What may be wrong with a moderator's form
problem-clause = Choose the clause that is broken.
problem-note-too-long = A note has 1,000 characters at most.
problem-privileges = Choose at least one privilege.
problem-until = Choose how long the ban lasts.
problem-until-day = Choose the last day of the ban.
problem-until-past = Choose a day that is still to come.
problem-scope = Choose a place where you may ban.
problem-evidence = One of these comments cannot be evidence. Please choose again.
problem-evidence-too-many = Choose twenty comments at most.
problem-reason = Say why, in 1,000 characters at most.

## What could not be done
page-error-bad-request = That did not make sense here
page-error-bad-request-text = The request was not one that this page can read.
page-error-not-signed-in = You are not signed in
page-error-not-signed-in-text = Signing in with your newspaper's login did not work this time.
page-error-forbidden = This is not open to you
page-error-forbidden-text = You are signed in, but this page or act needs a role that your account does not have.
page-error-not-found = There is nothing here
page-error-not-found-text = The address may be mistyped, or what stood here is gone.
page-error-conflict = Something changed meanwhile
page-error-conflict-text = What you were looking at is no longer as it was. Nothing has been done.
page-error-too-fast = A little slower, please
page-error-too-fast-text = That was a lot in a short time.
page-error-broken = Something went wrong on our side
page-error-broken-text = It has been noted. Please try again in a while.
page-error-unavailable = Back in a moment
page-error-unavailable-text = The comments cannot be reached just now.
page-error-login-unavailable-text = Your newspaper's login does not answer. It is not you: please try again in a while.
page-error-back = Go back and look
page-error-home = To the front page
page-error-reference = Reference:
expired-heading = This form had expired
expired-text = Nothing was done. Open it again and send it once more.
expired-signed-out-text = Nothing was done, because you are signed out. Sign in, then send it once more.
typed-text = Here is what you typed, so that you can copy it.
expired-back = Open the form again

## Pages that belong to no title.

site-name = Belowline

ban-comments = Comments of this subscriber
ban-comments-keep = Stay as they are
ban-comments-remove-held = Those that wait are removed
ban-comments-remove = Those that wait or are published are removed, the newest thousand at most
ban-proposed = { $points ->
        [one] One point has not faded.
       *[other] { $points } points have not faded.
    } The ladder proposes: { $step }. Whoever departs from it says why in the note.
ban-proposed-reporting = { $count ->
        [one] One report was lately dismissed.
       *[other] { $count } reports were lately dismissed.
    } The ladder proposes to withdraw reporting, and nothing else. Whoever departs from it says why in the note.
problem-note-departs = This is not what the ladder proposes. Please say why.
me-warnings = Warnings
me-warning = A moderator has warned you.
me-warning-text = Until you acknowledge it you cannot write in this title. Everything else stays as it is.
me-warning-acknowledge = I have read this warning
me-mail = Mail about decisions
me-mail-legend = When comments of yours are removed
me-mail-each = A mail for each
me-mail-hourly = One mail an hour at most
me-mail-daily = One mail a day at most
me-mail-hint = Bans and warnings are always mailed at once.
me-mail-send = Save
statement-object = If you think that this is wrong, say so to { $contact }.

## What a person is known by.
identity-heading = Known by
identity-none = Nothing yet beyond the accounts themselves.
identity-alone = Nobody else was seen with it.
identity-binding = binds
identity-suggestive = suggests
identity-same-person = The same person:
identity-also = Also seen with:
identity-since = Seen with it since
identity-kind-identity = Newspaper login
identity-kind-subscription = Subscription
identity-kind-seat = Seat of a subscription
identity-kind-customer = Customer
identity-kind-payment = Card
identity-kind-email = Mail address
identity-kind-network = Network
identity-kind-device = Browser
identity-former-names = Former names
identity-name-until = until
identity-name-removed = taken away
identity-reorder = Say who is one person
identity-reorder-hint = Whatever is withdrawn from one of them is then withdrawn from both. It can be taken back. Nobody is told.
identity-with = The other subscriber
identity-with-hint = The id in the address of their page, which begins with subr_.
identity-reason = The reason, for the other moderators
identity-join = They are one person
identity-separate = This one is somebody else
problem-with = Give the id of another subscriber.
problem-reorder = They are that already. Please look again.
done-joined = They are one person now.
done-separated = This subscriber is a person of their own now.
done-renamed = Your name is changed.
me-name = Your name
me-name-label = Name
me-name-hint = What readers see beside your comments. You can change it once in { $count ->
    [one] a day
   *[other] { $count } days
}; the one before stays yours, and moderators can see it.
me-name-send = Change the name
me-delete = Delete the account
me-delete-text = Your name, address and password are deleted and you are signed out everywhere. Your comments stay in their threads without your name. Your subscription is not touched. Hashes by which we know a subscriber again are kept for a while, so that a ban cannot be got around. This cannot be undone.
me-delete-sure = Yes, delete my account
me-delete-send = Delete the account
