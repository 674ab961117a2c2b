/**
 * Owns what `spec` may hold for each kind. `spec` is free: every key is optional and unknown keys are kept. A known key
 * must have its documented shape, and a key that is plainly a slip for a known one is refused, since it would be
 * ignored silently. What is legal but useless is a warning.
 */
import { z } from 'zod'
import type { Kind } from './kind.ts'
import type { JsonObject } from './manifest-yaml.ts'
import { findingsFromZod } from './zod-issue.ts'
import type { Finding } from './zod-issue.ts'

const text = z.string().max(32_768)
const shortText = z.string().max(2_000)
const identifier = z
  .string()
  .regex(/^[A-Za-z_][\w-]{0,63}$/, 'Begin with a letter; then letters, digits, "_" or "-"')
const scalar = z.union([z.string().max(8_192), z.number(), z.boolean()])

const environmentVariableSchema = z.looseObject({
  name: z.string().regex(/^[A-Za-z_]\w{0,127}$/, 'Use letters, digits and "_", not beginning with a digit'),
  description: shortText.optional(),
  required: z.boolean().optional(),
  secret: z.boolean().describe('Never shown or logged by what runs the package').optional(),
  default: scalar.optional(),
})

const argumentSchema = z.union([
  z.string().max(4_096),
  z.looseObject({
    type: z.enum(['named', 'positional']).optional(),
    name: shortText.optional(),
    value: z.string().max(4_096).optional(),
    description: shortText.optional(),
    required: z.boolean().optional(),
  }),
])

export const mcpServerSpecSchema = z.looseObject({
  packages: z
    .array(
      z.looseObject({
        /** Where the package is published: npm, pypi, docker, cargo, go, nuget; `unknown` if the source does not say. */
        registry: z
          .string()
          .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'Use a lower-case word such as npm, pypi or docker'),
        name: z.string().min(1).max(256),
        version: z.string().min(1).max(128).optional(),
        runtimeHint: z
          .string()
          .max(64)
          .describe('The program that starts it: npx, uvx, docker, …')
          .optional(),
        arguments: z.array(argumentSchema).max(64).optional(),
        environment: z.array(environmentVariableSchema).max(64).optional(),
      }),
    )
    .max(16)
    .optional(),
  remotes: z
    .array(
      z.looseObject({
        transport: z.enum(['sse', 'streamable-http', 'websocket']).optional(),
        url: z
          .string()
          .max(2_048)
          .regex(/^(https?|wss?):\/\/\S+$/i, 'Use an http(s) or ws(s) address'),
      }),
    )
    .max(16)
    .optional(),
  tools: z
    .array(z.looseObject({ name: z.string().min(1).max(128), description: shortText.optional() }))
    .max(256)
    .optional(),
})

const variableSchema = z.looseObject({
  name: identifier,
  description: shortText.optional(),
  default: scalar.optional(),
  required: z.boolean().optional(),
  options: z.array(scalar).max(64).optional(),
})

const promptSpecSchema = z.looseObject({
  template: text.describe('The text to send; {{name}} stands for a variable').optional(),
  system: text.describe('The system message that goes with it').optional(),
  variables: z.array(variableSchema).max(64).optional(),
  model: z.string().max(128).optional(),
  examples: z
    .array(z.looseObject({ input: z.union([text, z.record(z.string(), scalar)]), output: text.optional() }))
    .max(32)
    .optional(),
})

const agentSpecSchema = z.looseObject({
  instructions: text.describe('What the agent is told to do').optional(),
  model: z.string().max(128).optional(),
  tools: z
    .array(
      z.union([
        z.string().min(1).max(128),
        z.looseObject({
          name: z.string().min(1).max(128),
          description: shortText.optional(),
          package: z.string().max(129).optional(),
        }),
      ]),
    )
    .max(64)
    .optional(),
  inputs: z.array(variableSchema).max(64).optional(),
  outputs: z
    .array(z.looseObject({ name: identifier, description: shortText.optional() }))
    .max(64)
    .optional(),
  memory: z
    .looseObject({ type: z.enum(['none', 'session', 'persistent']), description: shortText.optional() })
    .optional(),
  guardrails: z.array(shortText).max(64).optional(),
  starters: z.array(shortText).max(16).optional(),
  maxSteps: z.int().min(1).max(1_000).optional(),
})

const appSpecSchema = z.looseObject({
  repository: z
    .string()
    .describe('A Git repository that holds a Dockerfile')
    .max(2_048)
    .regex(/^https?:\/\/\S+$/i, 'Use an http(s) address')
    .optional(),
  ref: z.string().max(256).optional(),
  image: z.string().max(512).describe('A published image, for those who do not want to build').optional(),
  /** Paths inside the repository. */
  dockerfile: relativePath().optional(),
  context: relativePath().optional(),
  port: z.int().min(1).max(65_535).optional(),
  healthPath: z.string().max(256).regex(/^\//, 'Begin with "/"').optional(),
  command: z.array(z.string().max(4_096)).max(64).optional(),
  environment: z.array(environmentVariableSchema).max(128).optional(),
  volumes: z.array(z.string().max(512).regex(/^\//, 'Use a path inside the container')).max(16).optional(),
  memoryMb: z.int().min(16).max(262_144).optional(),
})

/** The schema of each kind's `spec`: `specSchemas.prompt.parse(manifest.spec)` gives it typed. */
export const specSchemas = {
  'mcp-server': mcpServerSpecSchema,
  prompt: promptSpecSchema,
  agent: agentSpecSchema,
  app: appSpecSchema,
} as const satisfies Record<Kind, z.ZodType>

export type McpServerSpec = z.infer<typeof mcpServerSpecSchema>
export type PromptSpec = z.infer<typeof promptSpecSchema>
export type AgentSpec = z.infer<typeof agentSpecSchema>
export type AppSpec = z.infer<typeof appSpecSchema>

/** Words people write for a known key of that kind. */
const SLIPS: Record<Kind, Record<string, string>> = {
  'mcp-server': {
    package: 'packages',
    remote: 'remotes',
    servers: 'remotes',
    endpoints: 'remotes',
    tool: 'tools',
  },
  prompt: {
    prompt: 'template',
    text: 'template',
    vars: 'variables',
    variable: 'variables',
    inputs: 'variables',
    example: 'examples',
  },
  agent: {
    prompt: 'instructions',
    instruction: 'instructions',
    systemprompt: 'instructions',
    tool: 'tools',
    input: 'inputs',
    variables: 'inputs',
  },
  app: {
    repo: 'repository',
    git: 'repository',
    ports: 'port',
    env: 'environment',
    envs: 'environment',
    healthcheck: 'healthPath',
    branch: 'ref',
  },
}

/** Checks a spec against its kind; paths are relative to `spec`. */
export function checkSpec(kind: Kind, spec: JsonObject): Finding[] {
  const slips = Object.keys(spec).flatMap((key): Finding[] => {
    const meant = meantKey(kind, key)
    return meant
      ? [{ path: [key], message: `Unknown key "${key}": did you mean "${meant}"?`, part: 'key' }]
      : []
  })
  const parsed = specSchemas[kind].safeParse(spec)
  return parsed.success ? slips : [...slips, ...findingsFromZod(parsed.error.issues, spec)]
}

function meantKey(kind: Kind, key: string): string | null {
  const known = Object.keys(specSchemas[kind].shape)
  if (known.includes(key)) return null
  const folded = fold(key)
  return known.find((name) => fold(name) === folded) ?? SLIPS[kind][folded] ?? null
}

function fold(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function relativePath() {
  return z
    .string()
    .max(512)
    .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
      message: 'Use a path inside the repository',
    })
}
