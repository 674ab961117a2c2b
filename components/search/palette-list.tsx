/** The palette's suggestions as a listbox with groups. Draws only; keys belong to the box that owns the list. */
import { SearchIcon } from '#components/ui/frame-icons'
import { drawIcon } from '#components/ui/draw-icon'
import { PackageTile } from '#components/ui/tile'
import { groupedCount } from '../catalog/compact-count.ts'
import { cx } from '../ui/cx.ts'
import { highlighted, type PaletteGroup, type PaletteOption } from './palette-options.ts'

const ClockIcon = drawIcon('M12 6v6l4 2M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0')
const HashIcon = drawIcon('M4 9h16M4 15h16M10 3L8 21M16 3L14 21')

/** Ids hold no spaces. */
export function optionId(listId: string, option: PaletteOption): string {
  return `${listId}-${encodeURIComponent(option.key)}`
}

export interface PaletteListProps {
  id: string
  groups: PaletteGroup[]
  typed: string
  activeKey: string | null
  onChoose: (option: PaletteOption) => void
}

export function PaletteList({ id, groups, typed, activeKey, onChoose }: PaletteListProps) {
  return (
    <div id={id} role="listbox" aria-label="Suggestions">
      {groups.map(({ title, options }) => (
        <div key={title} role="group" aria-labelledby={`${id}-${title.replaceAll(' ', '-')}`}>
          <div
            id={`${id}-${title.replaceAll(' ', '-')}`}
            role="presentation"
            className="flex h-8 items-center px-2.5 text-xs font-semibold text-muted"
          >
            {title}
          </div>
          {options.map((option) => (
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the combobox owns the keys, as WAI-ARIA has it
            <div
              key={option.key}
              id={optionId(id, option)}
              role="option"
              tabIndex={-1}
              aria-selected={option.key === activeKey}
              // The box keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(option)}
              className={cx(
                'flex h-10 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 text-sm pointer-coarse:h-11',
                option.type === 'recent' && 'pr-12',
                option.key === activeKey ? 'bg-brand-soft text-brand-ink' : 'hover:bg-hover',
              )}
            >
              <OptionContent option={option} typed={typed} />
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}

function OptionContent({ option, typed }: { option: PaletteOption; typed: string }) {
  if (option.type === 'package') {
    const { handle, name, iconUrl, summary } = option.card
    return (
      <>
        <PackageTile handle={handle} iconUrl={iconUrl} size="sm" />
        <span className="shrink-0 truncate font-medium max-sm:max-w-[55%] sm:max-w-[45%]">
          <Highlighted text={name || handle} typed={typed} />
        </span>
        <span className="truncate text-xs text-muted">{name ? handle : summary}</span>
      </>
    )
  }
  const Icon = option.type === 'recent' ? ClockIcon : option.type === 'query' ? SearchIcon : HashIcon
  return (
    <>
      <Icon className="shrink-0 text-faint" />
      <span className="truncate">
        <Highlighted text={option.text} typed={typed} />
      </span>
      {option.type === 'tag' ? (
        <span className="ml-auto text-xs text-muted tabular">
          {groupedCount(option.count)}
          <span className="sr-only"> packages</span>
        </span>
      ) : null}
    </>
  )
}

function Highlighted({ text, typed }: { text: string; typed: string }) {
  return highlighted(text, typed).map((piece, index) =>
    piece.isMatch ? (
      <mark key={index} className="bg-transparent font-semibold text-brand-ink">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  )
}
