/** "temporary password … (shown this once, good for 72 hours)" */
export const temporary = (password: string): string =>
  `temporary password ${password} (shown this once, good for 72 hours)`;
