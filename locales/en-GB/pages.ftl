### Words of Belowline in British English: pages.
