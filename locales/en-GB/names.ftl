## Names that nobody chose.
account-deleted = Deleted account
account-neutral-name = Reader { $number }
