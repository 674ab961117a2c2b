/** Limits that browsers show and the server checks; apart from the schemas, so that no validator reaches a browser. */
export const REASON_MAX_LENGTH = 1000
