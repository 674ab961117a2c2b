/** Owns the starting points for a manifest of each kind: short, valid once named, and each line worth keeping. */
import type { Kind } from '#lib/kernel/kind'

const SPECS: Record<Kind, { name: string; title: string; description: string; tags: string; spec: string }> =
  {
    prompt: {
      name: 'my-prompt',
      title: 'Meeting minutes',
      description: 'Turns a raw transcript into decisions, open questions and next steps.',
      tags: '[language:en, task:summarise]',
      spec: `  system: You are a careful note taker. Never invent what was not said.
  template: |
    Summarise this transcript for {{audience}}.

    {{transcript}}
  variables:
    - name: transcript
      description: What was said, speaker by speaker
      required: true
    - name: audience
      description: Who reads the minutes
      default: the whole team`,
    },
    agent: {
      name: 'my-agent',
      title: 'Release note writer',
      description: 'Reads merged pull requests and writes release notes that users understand.',
      tags: '[task:writing, domain:software]',
      spec: `  instructions: |
    Read every merged pull request since the last tag.
    Group what users notice under Added, Changed and Fixed.
    Leave out refactoring. Ask when a change is unclear.
  inputs:
    - name: repository
      description: owner/name
      required: true
  outputs:
    - name: notes
      description: Release notes in Markdown
  guardrails:
    - Never publish by yourself; hand the notes back.
  maxSteps: 20`,
    },
    'mcp-server': {
      name: 'my-server',
      title: 'Weather',
      description: 'Current weather and a seven-day forecast for any place, without an API key.',
      tags: '[domain:weather]',
      spec: `  packages:
    - registry: npm
      name: "@example/weather-mcp"
      version: 1.0.0
      runtimeHint: npx
      environment:
        - name: WEATHER_UNITS
          description: metric or imperial
          default: metric
  tools:
    - name: get_forecast
      description: The forecast of a place for up to seven days`,
    },
    app: {
      name: 'my-app',
      title: 'Whiteboard',
      description: 'A shared whiteboard that needs no account; open it, draw, send the link.',
      tags: '[domain:collaboration]',
      spec: `  repository: https://git.example.org/you/whiteboard
  ref: main
  dockerfile: Dockerfile
  port: 8080
  healthPath: /healthz
  memoryMb: 256
  environment:
    - name: BOARD_TTL_HOURS
      description: How long an idle board is kept
      default: 24`,
    },
  }

/**
 * The manifest to begin with, under a namespace of the author's. With the marketplace's origin its first line, a comment,
 * tells editors that know the YAML language server which schema completes and checks it.
 */
export function manifestTemplate(kind: Kind, namespace: string, origin?: string): string {
  const { name, title, description, tags, spec } = SPECS[kind]
  const hint = origin === undefined ? '' : `# yaml-language-server: $schema=${origin}/schemas/${kind}.json\n`
  return `${hint}id: ${namespace}/${name}
version: 1.0.0
kind: ${kind}
metadata:
  name: ${title}
  description: ${description}
  license: MIT
  tags: ${tags}
  readme: |
    ## What it does

    Say in two sentences who needs this and what they get.

    ## How to use it

    1. First step
    2. Second step
spec:
${spec}
`
}
