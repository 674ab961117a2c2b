/** Limits that browsers show and the server checks; apart from the schemas, so that no validator reaches a browser. */
export const STATEMENT_MAX_LENGTH = 2000
export const DISPUTE_FILE_MAX_BYTES = 2 * 1024 * 1024
/** What a form sends along at once. */
export const DISPUTE_FILES_AT_ONCE = 3
/** What the file chooser offers; the server goes by the bytes. */
export const DISPUTE_FILE_ACCEPT = '.png,.jpg,.jpeg,.webp,.pdf,.txt,.log'
