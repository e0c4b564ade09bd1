### Words of Belowline in British English: mail.
