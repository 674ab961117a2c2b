/** Owns the version of the running program. */
import 'server-only'
import manifest from '../../package.json' with { type: 'json' }

export const { version } = manifest
