'use client'
/** Copies one text and says so, to the eye and in a live region. It shows and stores nothing else. */
import { useEffect, useState } from 'react'
import { buttonClass } from './button.tsx'
import { CheckIcon, CopyIcon } from './icons.tsx'

const SHOW_RESULT_MS = 2000

export function CopyButton({
  text,
  label = 'Copy',
  className,
}: {
  text: string
  label?: string
  className?: string
}) {
  const [result, setResult] = useState<'idle' | 'copied' | 'failed'>('idle')

  useEffect(() => {
    if (result === 'idle') return
    const timer = setTimeout(() => setResult('idle'), SHOW_RESULT_MS)
    return () => clearTimeout(timer)
  }, [result])

  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setResult('copied')
    } catch {
      setResult('failed')
    }
  }

  return (
    <>
      <button
        data-slot="copy-button"
        type="button"
        aria-label={label}
        title={label}
        onClick={() => void copy()}
        className={buttonClass({ variant: 'quiet', size: 'icon-sm' }, className)}
      >
        {result === 'copied' ? <CheckIcon className="text-success" /> : <CopyIcon />}
      </button>
      <span role="status" className="sr-only">
        {result === 'copied'
          ? 'Copied'
          : result === 'failed'
            ? 'Could not copy. Select the text and copy it by hand.'
            : ''}
      </span>
    </>
  )
}
