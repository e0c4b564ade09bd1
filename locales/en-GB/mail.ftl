### Words of Belowline in British English: mail.

## About an account.

mail-confirm-subject = Please confirm your e-mail address
mail-confirm =
    Somebody, most likely you, signed up to comment at { $sender } with this e-mail address.

    If it was you, please confirm that the address is yours:

    { $link }

    { $hours ->
        [one] The link works for one hour.
       *[other] The link works for { $hours } hours.
    } If it was not you, do nothing: without it nobody can sign in.

mail-already-signed-up-subject = You have an account already
mail-already-signed-up =
    Somebody, most likely you, signed up to comment at { $sender } with this e-mail address, which has an account already. Nothing was changed.

    Sign in here:

    { $sign_in }

    If you have forgotten your password, set a new one here:

    { $forgot }

    If it was not you, do nothing.

mail-reset-subject = Set a new password
mail-reset =
    Somebody, most likely you, asked to set a new password for commenting at { $sender }.

    If it was you, set it here:

    { $link }

    { $minutes ->
        [one] The link works once, for one minute.
       *[other] The link works once, for { $minutes } minutes.
    } If it was not you, do nothing: your password stays as it is.

mail-password-changed-subject = Your password was changed
mail-password-changed =
    The password of your account for commenting at { $sender } was changed, and whoever was signed in with the old one may have been signed out.

    If it was not you, set a new password at once:

    { $forgot }

mail-second-factor-set-subject = A second factor was set up
mail-second-factor-set =
    An authenticator app was set up for your account for commenting at { $sender }. From now on, signing in takes its code as well as your password.

    If it was not you, set a new password at once, and tell whoever runs the comments:

    { $forgot }

mail-passkey-added-subject = A passkey was added
mail-passkey-added =
    A passkey was added to your account for commenting at { $sender }. It can be used in place of a code when you sign in.

    If it was not you, set a new password at once, and tell whoever runs the comments:

    { $forgot }

mail-second-factor-removed-subject = Your second factor was removed
mail-second-factor-removed =
    The authenticator app of your account for commenting at { $sender } was removed. Signing in takes your password alone.

    If it was not you, set a new password at once, and tell whoever runs the comments:

    { $forgot }

mail-signed-in-elsewhere-subject = Your account was signed in to from a new place
mail-signed-in-elsewhere =
    Somebody, most likely you, signed in to your account for commenting at { $sender } from a device or a network that we have not seen lately.

    When: { $at }
    Network: { $network }
    Browser or program, as it calls itself: { $device }

    If it was you, there is nothing to do. If it was not, end that session and set a new password at once:

    { $sessions }
    { $forgot }

mail-new-address-subject = Please confirm your new e-mail address
mail-new-address =
    Somebody, most likely you, asked to use this e-mail address for their account for commenting at { $sender }.

    If it was you, please confirm that the address is yours:

    { $link }

    { $minutes ->
        [one] The link works once, for one minute.
       *[other] The link works once, for { $minutes } minutes.
    } If it was not you, do nothing: without it the address is not used.

mail-address-taken-subject = You have an account already
mail-address-taken =
    Somebody, most likely you, asked to use this e-mail address for another account for commenting at { $sender }. It has an account already, so nothing was changed.

    Sign in to that account here:

    { $sign_in }

    If you have forgotten its password, set a new one here:

    { $forgot }

    If it was not you, do nothing.

mail-address-change-asked-subject = Your e-mail address is about to be changed
mail-address-change-asked =
    Somebody, most likely you, asked to use another e-mail address for your account for commenting at { $sender }, and gave your password. It is changed once the new address is confirmed.

    If it was not you, set a new password at once; that also stops the change:

    { $forgot }

mail-address-changed-subject = Your e-mail address was changed
mail-address-changed =
    Your account for commenting at { $sender } has another e-mail address now, and whoever was signed in elsewhere has been signed out. Mail no longer comes here.

    If it was not you, turn to the newspaper at once:

    { $contact }

mail-account-deleted-subject = Your account was deleted
mail-account-deleted =
    Your account for commenting at { $sender } was deleted, as you asked. Your name, this address and your password are gone from it, and whoever was signed in has been signed out. Your comments stay in their threads without your name. Your subscription to the newspaper is not touched.

    So that a ban cannot be got around, we keep for a while what cannot be read back: hashes of the keys by which a subscriber is known again.

    If it was not you, turn to the newspaper at once:

    { $contact }

## What editors are told.

mail-rule-suspended-subject = A rule of { $title } is suspended: { $rule }
mail-rule-suspended =
    The rule “{ $rule }” of { $title } { $cause ->
        [daily_cap] has fired { $count ->
            [one] once
           *[other] { $count } times
        } since midnight, which is more than its daily cap.
       *[sudden] fired { $count ->
            [one] once
           *[other] { $count } times
        } in ten minutes, for many subscribers and far more often than on the day before.
    } It is on trial now: it records what it would have done and restricts nobody.

    Please look at what it caught. To put it in force again, publish the rules anew, with the rule mended or as it is.

## Statements of reasons.

mail-statement-held-subject = Your comment at { $title } waits for a moderator
mail-statement-held = Your comment at { $title } waits for a moderator. Until then nobody else sees it.
mail-statement-rejected-subject = Your comment at { $title } was not published
mail-statement-rejected = Your comment at { $title } was not published.
mail-statement-removed-subject = Your comment at { $title } was removed
mail-statement-removed = A moderator has removed your comment at { $title }.
mail-statement-reminded-subject = A reminder of the house rules of { $title }
mail-statement-reminded = A moderator reminds you of the house rules of { $title }. Nothing is restricted.
mail-statement-warned-subject = A warning about your comments at { $title }
mail-statement-warned = A moderator has warned you about your comments at { $title }. Before you can write again there, please read the warning on your own page and acknowledge it.
mail-statement-banned-subject = Your commenting at { $title } was restricted
mail-statement-banned-until =
    You may no longer do the following at { $title }: { $privileges }.
    This holds until { $until }.
mail-statement-banned-for-good =
    You may no longer do the following at { $title }: { $privileges }.
    This holds for good.
mail-everywhere = every title here

mail-privilege-comment = comment
mail-privilege-reply = reply
mail-privilege-recommend = recommend comments
mail-privilege-report = report comments

mail-statement-story = It stood under the story “{ $headline }”.
mail-statement-comment = This is what you wrote:
mail-statement-words = These words in it led to this: { $words }.
mail-statement-comments = { $count ->
        [one] One comment of yours was removed with it.
       *[other] { $count } comments of yours were removed with it.
    }
mail-statement-clause-text = It says:
mail-statement-version = It stands in version { $version } of those rules.
mail-statement-detected-by-rule = An automatic rule had drawn attention to it.
mail-statement-not-detected = No automatic rule had drawn attention to it.
mail-statement-taken-back = This was taken back.
mail-digest-subject = { $count ->
        [one] A decision on a comment of yours
       *[other] Decisions on { $count } comments of yours
    }
mail-digest-subject-mixed = { $count ->
        [one] A decision about you
       *[other] { $count } decisions about you and your comments
    }
mail-digest =
    { $count ->
        [one] This was decided.
       *[other] These { $count } things were decided.
    }
mail-digest-more = { $count ->
        [one] One more stands on your own page.
       *[other] { $count } more stand on your own page.
    }
mail-digest-end =
    The full statements are on your own page, where you also choose how such mails come:

    { $own }
mail-statement-clause = The reason is this clause of the house rules of { $title }: “{ $clause }”.
mail-statement-by-rule = An automatic rule decided this.
mail-statement-by-person = A moderator decided this; no machine did.
mail-statement-object =
    You find this, and everything else about your comments, on your own page:

    { $own }

    If you think that this is wrong, say so to { $contact }.
