/**
 * A category's picture: its icon in a gate-shaped niche, in its own hue. Names and colours come from the database as
 * text; one that is not known here shows the fallback rather than nothing.
 */
import type { IconComponent } from '#components/ui/draw-icon'
import { ARCH_PATH } from '#components/ui/khatim'
import { cx } from '../ui/cx.ts'
import { knownHue } from '../ui/mosaic.ts'
import * as icons from './icons.tsx'

const ICONS: Record<string, IconComponent> = {
  'app-window': icons.AppWindowIcon,
  'book-open': icons.BookOpenIcon,
  bot: icons.BotIcon,
  'brain-circuit': icons.BrainCircuitIcon,
  'briefcase-business': icons.BriefcaseBusinessIcon,
  'chart-column': icons.ChartColumnIcon,
  cloud: icons.CloudIcon,
  'code-xml': icons.CodeXmlIcon,
  coins: icons.CoinsIcon,
  database: icons.DatabaseIcon,
  'flask-conical': icons.FlaskConicalIcon,
  globe: icons.GlobeIcon,
  'graduation-cap': icons.GraduationCapIcon,
  'hard-drive': icons.HardDriveIcon,
  'list-checks': icons.ListChecksIcon,
  'list-todo': icons.ListTodoIcon,
  map: icons.MapIcon,
  'map-pin': icons.MapPinIcon,
  'message-circle': icons.MessageCircleIcon,
  'messages-square': icons.MessagesSquareIcon,
  'mouse-pointer-click': icons.MousePointerClickIcon,
  package: icons.PackageIcon,
  palette: icons.PaletteIcon,
  plug: icons.PlugIcon,
  search: icons.SearchIcon,
  shapes: icons.ShapesIcon,
  'shield-check': icons.ShieldCheckIcon,
  sparkles: icons.SparklesIcon,
  terminal: icons.TerminalIcon,
  trophy: icons.TrophyIcon,
  wallet: icons.WalletIcon,
}

const SIZES = {
  sm: { niche: 'size-6', glyph: 'top-[7px] size-3' },
  md: { niche: 'size-11', glyph: 'top-[14px] size-5' },
  lg: { niche: 'size-16', glyph: 'top-[21px] size-7' },
} as const

export interface CategoryIconProps {
  icon: string
  color: string
  size?: keyof typeof SIZES
  className?: string
}

export function CategoryIcon({ icon, color, size = 'md', className }: CategoryIconProps) {
  const Glyph = ICONS[icon] ?? icons.ShapesIcon
  const { niche, glyph } = SIZES[size]
  return (
    <span
      data-slot="category-icon"
      data-hue={knownHue(color)}
      className={cx('relative inline-flex shrink-0 justify-center', niche, className)}
    >
      <svg aria-hidden="true" viewBox="2 0 28 32" className="size-full">
        <path d={ARCH_PATH} className="fill-hue-soft" />
      </svg>
      <Glyph className={cx('absolute text-hue', glyph)} />
    </span>
  )
}
