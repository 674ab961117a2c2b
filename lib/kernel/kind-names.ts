/** The four kinds of package by name, for browsers, which need not carry a schema to know them. */
export const KIND_NAMES = ['agent', 'app', 'prompt', 'mcp-server'] as const
