### Words of Belowline in British English: errors.
