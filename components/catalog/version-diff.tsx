/** What changed between two manifests, line by line. Signs and words say it, not colour alone. */
import { ScrollRegion } from '#components/ui/scroll-region'
import { cx } from '../ui/cx.ts'

export interface VersionDiffLine {
  change: 'same' | 'added' | 'removed'
  fromLine: number | null
  toLine: number | null
  text: string
}

const LOOKS = {
  same: { sign: ' ', word: '', ground: '' },
  added: { sign: '+', word: 'Added: ', ground: 'bg-success-soft' },
  removed: { sign: '−', word: 'Removed: ', ground: 'bg-danger-soft' },
} as const

const NUMBER_CLASS = 'w-px px-2 text-right text-faint tabular select-none'

export function VersionDiff({ hunks, from, to }: { hunks: VersionDiffLine[][]; from: string; to: string }) {
  return (
    <ScrollRegion
      label={`Changes from ${from} to ${to}`}
      className="rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse font-mono text-xs leading-5">
        <caption className="sr-only">
          Changed lines of the manifest from {from} to {to}
        </caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Line in {from}</th>
            <th scope="col">Line in {to}</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        {hunks.map((lines, index) => (
          <tbody key={index} className="border-t border-line first-of-type:border-t-0">
            {lines.map((line) => (
              <Line key={`${line.fromLine ?? ''}-${line.toLine ?? ''}`} line={line} />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollRegion>
  )
}

function Line({ line: { change, fromLine, toLine, text } }: { line: VersionDiffLine }) {
  const { sign, word, ground } = LOOKS[change]
  const Mark = change === 'added' ? 'ins' : change === 'removed' ? 'del' : 'span'
  return (
    <tr className={ground}>
      <td className={NUMBER_CLASS}>{fromLine}</td>
      <td className={NUMBER_CLASS}>{toLine}</td>
      <td className="px-2 whitespace-pre text-ink">
        <span
          aria-hidden
          className={cx('mr-2 inline-block w-2 select-none', change === 'same' && 'invisible')}
        >
          {sign}
        </span>
        {word ? <span className="sr-only">{word}</span> : null}
        <Mark className="no-underline">{text}</Mark>
      </td>
    </tr>
  )
}
