/** The bounds of what people may type, apart from the schemas so that a form can name them without bringing a validator. */

export const PASSWORD_MIN_LENGTH = 8
/** What bcrypt reads: bytes beyond these would be ignored in silence, so they are refused. */
export const PASSWORD_MAX_BYTES = 72
export const DISPLAY_NAME_MAX_LENGTH = 80
export const TOKEN_NAME_MAX_LENGTH = 80
export const TOKEN_MAX_DAYS = 365
export const TOKEN_DEFAULT_DAYS = 90
/** Enough for every machine of a person; few enough that the list stays readable and a leak is found. */
export const LIVE_TOKENS_MAX = 50
