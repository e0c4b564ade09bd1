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
email-taken = This address has an account already.

## What may be wrong with a password that somebody chooses.

password-too-short = This password is too short. Three or four words that only you would put together are long enough.
password-too-long = A password has at most a thousand characters.
password-repeated = This password repeats the same few characters. Please choose one that goes on differently.
password-common = This password is mostly words, numbers or keys in a row that are tried first. Please choose a less common one.
password-personal = This password is mostly your name, your address or the name of the paper, which others know.
