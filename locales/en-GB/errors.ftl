### Words of Belowline in British English: errors.

## What may be wrong with a display name.

name-too-short = A name has at least two characters.
name-too-long = A name has at most forty characters.
name-control-character = A name stays on one line and has no control characters.
name-invisible-character = Your name has a character that cannot be seen. Type it again rather than pasting it.
name-forbidden-character = A name has letters, digits, spaces, hyphens, apostrophes, full stops and underscores only.
name-stacked-marks = Your name has too many accents on one letter.
name-mixed-scripts = Your name mixes letters of different alphabets. Please keep to one.
name-too-few-letters = A name has at least two letters or digits.
name-address = A name must not be an e-mail or web address.
name-reserved = This name is kept for the newspaper and its staff.
name-taken = Somebody has this name already, or one that looks like it.

## What may be wrong with an e-mail address.

email-control-character = An e-mail address stays on one line and has no control characters.
email-too-long = This e-mail address is too long.
email-not-one-at = An e-mail address has exactly one @, as in name@example.org.
email-local-part = The part before the @ has characters that we cannot send mail to.
email-domain = The part after the @ is not the name of a mail domain, as in example.org.

## Why a request was refused, by code.

error-idempotency-key-invalid = The key that was sent with this request cannot be used.
error-idempotency-key-missing = This request has to carry a key, so that it is not carried out twice.
error-invalid-query = Part of the address could not be understood.
error-malformed = What was sent could not be read.
error-bad-signature = The message is not signed by anybody we know.
error-stale-signature = The message was signed too long ago.
error-token-refused = This link or sign-in has already been used, has expired or is none of ours. Please begin anew.
error-not-signed-in = Please sign in first.
error-sign-in-failed = That e-mail address and password do not match. Please check both and try again.
error-second-factor-needed = Please give the code that your authenticator app shows.
error-second-factor-refused = That code is not right, or it was used before. Please wait for the next one and try again.
error-reauthentication-required = Please show once more that it is you before you do this.
error-second-factor-required = For this you need a second factor. Please set one up on your own page, or sign in with it.
error-second-person-needed = This needs a second person. It has been put to the others, and is done when one of them approves.
error-banned = You cannot do this at the moment, because the privilege has been withdrawn from you.
error-csrf = We could not be sure that this came from our own page. Please go back, reload the page and try again.
error-email-unconfirmed = Please confirm your e-mail address first. We have sent you a link.
error-https-required = Please use the https address of this site.
error-forbidden = Your account is not allowed to do this.
error-warning-unacknowledged = A moderator has warned you. Please read the warning in your account and acknowledge it before you write again.
error-not-subscribed = Only subscribers can do this.
error-not-found = There is nothing here.
error-method-not-allowed = This cannot be done at this address.
error-request-timeout = What you sent took too long to arrive. Please try again.
error-already-reported = You have already reported this comment. Thank you: a moderator will look at it.
error-conflict = Something has changed in the meantime. Please reload the page and try again.
error-edit-window-over = The time for editing this comment is over.
error-is-staff = This person works for the title and cannot be banned while they do.
error-last-admin = This is the last admin. Please appoint another one first.
error-nudged = Please read your comment once more before you post it.
error-parent-gone = The comment that you are replying to is no longer there.
error-stale-revision = This comment has changed since you opened it. Please look at it again before you decide.
error-stale-version = Somebody has published another version meanwhile. Please look at it before you publish yours.
error-story-closed = This conversation is closed.
error-too-large = What you sent is too large.
error-unsupported-type = What was sent is of a type that cannot be taken here.
error-body-length = A comment cannot be empty, nor longer than the limit.
error-idempotency-mismatch = Something else was sent with the same key before.
error-invalid = Some of what you entered needs another look.
error-invalid-text = There are mistakes in the text: nothing has been published.
error-rejected = This comment cannot be published, because it breaks the house rules.
error-renamed-lately = You changed your name a short while ago. Please wait before you change it again.
error-slow-down = Under the house rules you may comment only every so often for now. Please come back a little later.
error-too-fast = You are posting very quickly. Please wait a moment and try again.
error-too-many-requests = That is too many attempts. Please wait a while and try again.
error-internal = Something went wrong on our side. It has been noted.
error-busy = A great deal is going on just now. Please try again in a moment.
error-unavailable = We cannot answer just now. Please try again in a moment.
error-provider-unavailable = Your newspaper's login does not answer just now. Please try again in a moment.

## What is wrong with one field, by code.

field-missing = This is needed.
field-wrong-type = This has the wrong type.
field-unreadable = This could not be understood.
field-unknown-field = There is no such field.
field-unknown = There is no such thing here.
field-wrong-code = That code is not right, or it was used before. Please wait for the next one and try again.
field-one-factor = Give the code, a recovery code or a passkey, not several of them.
field-wrong-answer = That is no answer to what was asked, or it came too late. Please begin anew.
field-not-a-label = Please write 1 to 60 characters that can be seen.
field-past = This has to be in the future.
field-url = This has to be an address that begins with https:// or http://.
field-length = This has to have between 1 and 255 characters, and no control characters.
field-wrong-password = This is not your password.
field-admin-is-everywhere = An admin is one in every title: write all.
field-too-short = { $min ->
    [1] This cannot be empty.
   *[other] This needs at least { $min } characters.
}
field-too-long = This can have at most { $max } characters.
field-too-many = This can have at most { $max } entries.
field-out-of-range = This has to be between { $min } and { $max }.
field-not-a-choice = This is not one of the choices.
field-empty-period = This has to be earlier than the end.
field-no-rules = None of the rules is for this title.
field-too-old = This can be at most 30 days ago, and not in the future.
field-not-found = There is nothing by this name.

error-not-editable = This comment cannot be edited any more.
email-unchanged = This is your address already.
email-taken = This address has an account already.

## What may be wrong with a password that somebody chooses.

password-too-short = This password is too short. Three or four words that only you would put together are long enough.
password-too-long = A password has at most a thousand characters.
password-repeated = This password repeats the same few characters. Please choose one that goes on differently.
password-common = This password is mostly words, numbers or keys in a row that are tried first. Please choose a less common one.
password-personal = This password is mostly your name, your address or the name of the paper, which others know.
