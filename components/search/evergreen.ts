/** Searches to offer until several people have searched for something. */
export const EVERGREEN = ['postgres', 'browser', 'github', 'code review', 'kubernetes']
