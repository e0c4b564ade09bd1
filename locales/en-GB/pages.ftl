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
finding-word-list = Your comment uses words that do not fit our house rules: the marked ones.
finding-word-list-moderator = On the word list: “{ $entry }”
finding-fault = Your comment waits for a moderator because part of our automatic check could not be made.
finding-fault-moderator = The rule “{ $rule }” could not be evaluated
