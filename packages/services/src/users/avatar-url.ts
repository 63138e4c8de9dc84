/** Where a user's picture is; the version changes with the picture, so that browsers may keep it. */
export const avatarUrl = (userId: string, version: string | null): string | null =>
  version === null ? null : `/api/users/${userId}/avatar?v=${version}`;
