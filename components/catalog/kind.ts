/** What the four kinds are called and how they look. */
import type { IconComponent } from '#components/ui/draw-icon'
import type { Kind } from '#lib/kernel/kind'
import type { Hue } from '../ui/mosaic.ts'
import { BotMessageSquareIcon, CableIcon, PanelsTopLeftIcon, TextQuoteIcon } from './icons.tsx'

export interface KindLook {
  one: string
  many: string
  /** What such a package is, in a few words. */
  gist: string
  hue: Hue
  Icon: IconComponent
}

export const KINDS: Record<Kind, KindLook> = {
  'mcp-server': {
    one: 'MCP server',
    many: 'MCP servers',
    gist: 'Tools and data for your assistant',
    hue: 'teal',
    Icon: CableIcon,
  },
  agent: {
    one: 'Agent',
    many: 'Agents',
    gist: 'Workers that finish a job',
    hue: 'violet',
    Icon: BotMessageSquareIcon,
  },
  prompt: {
    one: 'Prompt',
    many: 'Prompts',
    gist: 'Instructions that hold up',
    hue: 'orange',
    Icon: TextQuoteIcon,
  },
  app: {
    one: 'App',
    many: 'Apps',
    gist: 'Web apps built from Git',
    hue: 'sky',
    Icon: PanelsTopLeftIcon,
  },
}

export const KIND_ORDER: readonly Kind[] = ['mcp-server', 'agent', 'prompt', 'app']
